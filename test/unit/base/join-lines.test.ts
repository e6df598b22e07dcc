import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinLines } from '../../../src/base/join-lines.ts';

describe('two versions of a log', () => {
  it('are joined: what either added is there once, what either removed is gone', () => {
    expect(joinLines('a\nb\nc\n', 'a\nc\nd\n', 'a\nb\ne\nd\n')).toBe('a\nd\ne\n');
    expect(joinLines('', 'a\n', 'b\n')).toBe('a\nb\n');
    expect(joinLines('', 'a\n{"torn', 'b')).toBe('a\n{"torn\nb\n');
  });

  it('hold the same lines whichever side is ours', () => {
    const log = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd', 'e'))
      .map((lines) => [...new Set(lines)].join('\n'));
    fc.assert(
      fc.property(log, log, log, (base, ours, theirs) => {
        const sorted = (text: string) => text.split('\n').sort();
        expect(sorted(joinLines(base, ours, theirs))).toEqual(sorted(joinLines(base, theirs, ours)));
      }),
    );
  });
});
