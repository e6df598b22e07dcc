import { describe, expect, it } from 'vitest';
import { separateClaims } from '../../../../src/knowledge/extract/separate-claims.ts';

describe('separateClaims', () => {
  it('takes two rules, an enumeration of commands and a sentence about something else apart', () => {
    expect(
      separateClaims('Let ESLint catch small issues, and do not hand-edit generated files in `dist/`.'),
    ).toEqual(['Let ESLint catch small issues', 'do not hand-edit generated files in `dist/`.']);
    expect(separateClaims('`nix fmt` formats; `nix flake check` evaluates')).toEqual([
      '`nix fmt` formats',
      '`nix flake check` evaluates',
    ]);
    expect(
      separateClaims('Duplicate coproc fds to session fds. `disown %+` keeps the daemon out of `jobs`.'),
    ).toEqual(['Duplicate coproc fds to session fds.', '`disown %+` keeps the daemon out of `jobs`.']);
  });

  it('parts a rule that says where it holds from a description', () => {
    expect(
      separateClaims('The extension targets `^1.110.0`. For local development, prefer checked-in fixtures.'),
    ).toEqual(['The extension targets `^1.110.0`.', 'For local development, prefer checked-in fixtures.']);
  });

  it('keeps what goes on from the claim with it', () => {
    const note = 'Serve panics leave a blank prompt. `serve` restarts after it. Then look for the panic.';
    expect(separateClaims(note)).toEqual([note]);
    const reason = 'The cache is mapped memory; a fresh file is all zeros and logs a harmless error.';
    expect(separateClaims(reason)).toEqual([reason]);
  });
});
