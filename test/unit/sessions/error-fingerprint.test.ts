import { describe, expect, it } from 'vitest';
import { errorFingerprint } from '../../../src/sessions/error-fingerprint.ts';

const pytest = `Exit code: 1
Wall time: 1.1 seconds
Output:
==================================== ERRORS ====================================
______________________ ERROR collecting tests/test_postings.py ______________________
ImportError while importing test module '/home/ada/ledger/tests/test_postings.py'.
tests/test_postings.py:3: in <module>
    from ledger import post
E   ModuleNotFoundError: No module named 'ledger'
=========================== short test summary info ============================
ERROR tests/test_postings.py`;

describe('errorFingerprint', () => {
  it.each([
    [pytest, 'ModuleNotFoundError: No module named <value>'],
    ["E ModuleNotFoundError: No module named 'ledger'", 'ModuleNotFoundError: No module named <value>'],
    ['---- FAILURES ----\nexpected 3 to be 4, it failed', 'expected <n> to be <n>, it failed'],
    ['npm warn old lockfile\nnpm error code E404', 'npm error code E404'],
    [
      'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    run()\nKeyError: \'id\'',
      'KeyError: <value>',
    ],
  ])('%#: takes the line that says why', (text, template) => {
    expect(errorFingerprint(text).template).toBe(template);
  });

  it('is the same for another person, place and time', () => {
    const seen = (home: string, port: number) =>
      errorFingerprint(
        `2026-11-0${port % 9}T10:00:00Z Error: connect ECONNREFUSED 127.0.0.1:${port} at ${home}/shop/src/db.ts:14:3`,
      );
    expect(seen('/home/ada', 5433)).toEqual(seen('/Users/bob/work', 5434));
    expect(seen('/home/ada', 5433).key).toMatch(/^[a-z2-7]{12}$/);
  });

  it('differs for different failures', () => {
    const keys = ['Error: a is not a function', 'Error: cannot open b', 'fatal: not a git repository'].map(
      (text) => errorFingerprint(text).key,
    );
    expect(new Set(keys).size).toBe(3);
  });
});
