import { describe, expect, it } from 'vitest';
import { readTestCounts } from '../../../src/sessions/test-counts.ts';

describe('readTestCounts', () => {
  it.each<[string, string, [number, number, number]]>([
    [
      'vitest',
      ' Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 7 passed | 2 skipped (10)',
      [7, 1, 2],
    ],
    ['jest', 'Test Suites: 2 passed, 2 total\nTests:       1 skipped, 12 passed, 13 total', [12, 0, 1]],
    ['pytest', '=========== 1 failed, 3 passed, 1 skipped in 0.12s ===========', [3, 1, 1]],
    ['pytest -q', '3 passed, 1 warning in 0.05s', [3, 0, 0]],
    ['pytest error', '===== 1 error in 0.10s =====', [0, 1, 0]],
    [
      'cargo',
      'test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0s\ntest result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured',
      [6, 2, 1],
    ],
    ['nextest', '     Summary [   0.1s] 10 tests run: 9 passed, 1 failed, 2 skipped', [9, 1, 2]],
    ['mocha', '  12 passing (30ms)\n  1 pending\n  2 failing', [12, 2, 1]],
    ['node:test', '# tests 4\n# pass 3\n# fail 1\n# cancelled 0\n# skipped 0\n# todo 0', [3, 1, 0]],
    ['node:test spec', 'ℹ tests 4\nℹ pass 4\nℹ fail 0', [4, 0, 0]],
    ['bun', ' 12 pass\n 1 skip\n 0 fail', [12, 0, 1]],
    ['deno', 'ok | 4 passed | 0 failed | 1 ignored (12ms)', [4, 0, 1]],
    ['playwright', '  1 failed\n  12 passed (3.2s)', [12, 1, 0]],
    ['unittest', 'Ran 5 tests in 0.01s\n\nFAILED (failures=1, errors=1, skipped=1)', [2, 2, 1]],
    ['unittest ok', 'Ran 5 tests in 0.01s\n\nOK', [5, 0, 0]],
    [
      'maven',
      '[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0\n[WARNING] Tests run: 7, Failures: 1, Errors: 0, Skipped: 2',
      [4, 1, 2],
    ],
    ['dotnet', 'Passed!  - Failed:     0, Passed:     9, Skipped:     1, Total:    10', [9, 0, 1]],
    ['rspec', '14 examples, 1 failure, 2 pending', [11, 1, 2]],
    ['minitest', '10 runs, 20 assertions, 1 failures, 1 errors, 2 skips', [6, 2, 2]],
    ['phpunit', 'OK (12 tests, 40 assertions)', [12, 0, 0]],
    [
      'xctest',
      '\t Executed 9 tests, with 2 failures (0 unexpected) in 0.1\nExecuted 9 tests, with 2 failures (0 unexpected)',
      [7, 2, 0],
    ],
    [
      'go -v',
      '--- PASS: TestA (0.00s)\n    --- PASS: TestA/sub (0.00s)\n--- SKIP: TestB (0.00s)\n--- FAIL: TestC (0.0s)',
      [1, 1, 1],
    ],
    [
      'colours',
      '\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[32m3 passed\u001b[39m\u001b[22m (3)',
      [3, 0, 0],
    ],
  ])('%s', (_runner, output, [passed, failed, skipped]) => {
    expect(readTestCounts(output)).toEqual({ passed, failed, skipped });
  });
  it.each([
    '',
    'ok  \tpkg/a\t0.1s',
    'All good: 3 passed, I think',
    '--- FAIL: TestC (0.0s)',
    'error: 2 failed to load',
  ])('does not know: %j', (output) => expect(readTestCounts(output)).toBeUndefined());
});
