import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assignmentShare, isHeldBack } from '../../../src/outcomes/assign.ts';

describe('fact-level hold-out', () => {
  it('draws the first 48 bits of SHA-256(salt ‖ 0 ‖ session ‖ 0 ‖ fact)', () => {
    const hex = createHash('sha256')
      .update(Buffer.from('kaizen-1\0session-1\0k7f3q2m9xw', 'utf8'))
      .digest('hex');
    expect(assignmentShare('kaizen-1\0session-1\0k7f3q2m9xw')).toBe(
      Number.parseInt(hex.slice(0, 12), 16) / 2 ** 48,
    );
  });

  it('holds back a share of q, never all or none but at the ends', () => {
    const units = Array.from({ length: 20_000 }, (_, n) => ({
      salt: 's',
      session: `session ${n % 200}`,
      fact: `fact ${n}`,
    }));
    const share = (q: number) => units.filter((unit) => isHeldBack({ ...unit, q })).length / units.length;
    expect(share(0)).toBe(0);
    expect(share(1)).toBe(1);
    // Four standard errors.
    expect(Math.abs(share(0.1) - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / units.length));
  });

  it('decides the same again, and anew for another salt', () => {
    const unit = { salt: 'a', session: 's', q: 0.5 };
    const facts = Array.from({ length: 64 }, (_, n) => `f${n}`);
    const draw = (salt: string) => facts.map((fact) => isHeldBack({ ...unit, salt, fact }));
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });
});
