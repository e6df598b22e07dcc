import { describe, expect, it } from 'vitest';
import { checkOutcome, isCheckCommand } from '../../../src/sessions/check-commands.ts';
import { shellSegments } from '../../../src/sessions/shell-segments.ts';

type Result = NonNullable<Parameters<typeof checkOutcome>[0]['result']>;

/** A call with its result; the exit code is unknown unless given. */
function call(command: string | null, result: Partial<Result> | null) {
  const src = { file: 's.jsonl', line: 1 };
  return {
    command,
    result: result && {
      text: '',
      src,
      at: null,
      isError: (result.exitCode ?? 0) !== 0,
      exitCode: null,
      durationMs: null,
      denied: null,
      deniedSaid: null,
      collateral: false,
      ...result,
    },
  };
}
const outcome = (command: string, result: Partial<Result>) => checkOutcome(call(command, result));

describe('shellSegments', () => {
  const words = (line: string) => shellSegments(line).map((segment) => segment.words.join(' '));
  it('sees the simple commands through quotes, redirections, groups, comments and here-documents', () => {
    expect(words('cd a && FOO=1 npm test 2>&1 | tail -5; echo "a; b" > out.txt')).toEqual([
      'cd a',
      'FOO=1 npm test',
      'tail -5',
      'echo a; b',
    ]);
    expect(words('(cd web && npm run build) || exit 1')).toEqual(['cd web', 'npm run build', 'exit 1']);
    expect(words('cat > t.py <<EOF\nnpm test\nEOF\npytest t.py # npm test')).toEqual(['cat', 'pytest t.py']);
    expect(words('if npm test; then echo ok; fi')).toEqual(['npm test', 'echo ok']);
    expect(words('git commit -m "run $(npm test) && go"')).toEqual(['git commit -m run $(npm test) && go']);
    expect(words('C:\\tools\\go.exe test .\\pkg')).toEqual(['C:\\tools\\go.exe test .\\pkg']);
    expect(words('echo "n: $(awk "{print}" x | wc -l) left" && npm test')).toHaveLength(2);
    expect(words("python - <<'PY'\nprint(1)\nPY\n")).toEqual(['python -']);
  });
  it('names the operator after each', () => {
    expect(shellSegments('a | b && c || d; e & f').map((segment) => segment.next)).toEqual([
      '|',
      '&&',
      '||',
      ';',
      '&',
      null,
    ]);
    expect(shellSegments('npm test;\n').map((segment) => segment.next)).toEqual([null]);
  });
  it('accepts any text', () => {
    for (const odd of ['', '"', "'", '$(', '`', '<<', '((((', '\\', '&&', '|', '}', 'a <<EOF\nnever ends'])
      shellSegments(odd);
    // Nesting and repetition as deep as a hostile transcript likes.
    for (const odd of ['"$(', '(', ';;', '`', 'bash -c "', 'npx ', '<<A\n'])
      shellSegments(odd.repeat(20_000));
  });
});

describe('isCheckCommand', () => {
  const cases: [string, ReturnType<typeof isCheckCommand>][] = [
    ['npm test', 'test'],
    ['npm t', 'test'],
    ['npm run test:unit -- --run', 'test'],
    ['npm --prefix web run test', 'test'],
    ['pnpm test', 'test'],
    ['pnpm --filter api test -- --testPathPattern=x', 'test'],
    ['pnpm -r run build', 'build'],
    ['pnpm exec vitest run', 'test'],
    ['pnpm vitest run src', 'test'],
    ['pnpm --filter web exec tsc --noEmit', 'types'],
    ['yarn test', 'test'],
    ['yarn workspace api test', 'test'],
    ['yarn tsc -p .', 'types'],
    ['yarn run build', 'build'],
    ['bun test', 'test'],
    ['bun run typecheck', 'types'],
    ['bunx biome check .', 'lint'],
    ['bun run lint', 'lint'],
    ['npx vitest run test/unit', 'test'],
    ['npx --yes jest -i', 'test'],
    ['npx tsc --noEmit', 'types'],
    ['npx tsc -b', 'build'],
    ['npx playwright test --project=chromium', 'test'],
    ['npx eslint . --max-warnings 0', 'lint'],
    ['python -m pytest -q', 'test'],
    ['python3 -m unittest discover', 'test'],
    ['uv run pytest tests/', 'test'],
    ['uv run --with mypy mypy src', 'types'],
    ['poetry run ruff check .', 'lint'],
    ['ruff format --check', 'lint'],
    ['ruff format', undefined],
    ['.venv/bin/pytest -x', 'test'],
    ['PYTHONPATH=. timeout 300 pytest', 'test'],
    ['timeout -k 5 60 cargo test', 'test'],
    ['python manage.py test app', 'test'],
    ['coverage run -m pytest', 'test'],
    ['mypy --strict pkg', 'types'],
    ['cargo test --workspace', 'test'],
    ['cargo +nightly clippy', 'lint'],
    ['cargo check', 'types'],
    ['cargo build --release', 'build'],
    ['cargo fmt --check', 'lint'],
    ['cargo fmt', undefined],
    ['cargo nextest run', 'test'],
    ['go test ./... -run TestX -v', 'test'],
    ['go build ./...', 'build'],
    ['go vet ./...', 'lint'],
    ['go run .', undefined],
    ['golangci-lint run', 'lint'],
    ['dotnet test', 'test'],
    ['dotnet build -c Release', 'build'],
    ['./gradlew :app:testDebugUnitTest', 'test'],
    ['./gradlew assembleDebug', 'build'],
    ['mvn -q verify', 'test'],
    ['./mvnw package -DskipTests', 'build'],
    ['make test', 'test'],
    ['make -C sub check', 'test'],
    ['make', 'build'],
    ['make -j8', 'build'],
    ['make clean', undefined],
    ['just lint', 'lint'],
    ['bundle exec rspec', 'test'],
    ['mix test', 'test'],
    ['swift test', 'test'],
    ['flutter analyze', 'lint'],
    ['docker compose run --rm web npm test', 'test'],
    ['docker exec -it app pytest', 'test'],
    ['docker build .', 'build'],
    ["bash -lc 'cd app && npm test'", 'test'],
    ['wsl -e bash -lc "go test ./..."', 'test'],
    ['nix develop -c cargo test', 'test'],
    ['powershell -Command "npm run build"', 'build'],
    ['cd C:\\x\\board; go test ./... 2>&1 | Select-Object -Last 40', 'test'],
    ['npm run lint && npm test', 'test'],
    ['./scripts/test.sh', 'test'],
    ['bash scripts/lint.sh', 'lint'],
    ['./test.sh', 'test'],
    ['turbo run typecheck', 'types'],
    ['npx nx test api', 'test'],
    ['node --test', 'test'],
    ['deno test -A', 'test'],
    ['deno task check', 'test'],
    ['prettier --check .', 'lint'],
    ['prettier --write .', undefined],
    // Commands that only name a check
    ['echo "npm test"', undefined],
    ['grep -rn "pytest" .', undefined],
    ['cat package.json | grep test', undefined],
    ['git commit -m "npm test passes"', undefined],
    ['pip install pytest', undefined],
    ['npm install -D vitest', undefined],
    ['npm ci', undefined],
    ['which cargo gradle', undefined],
    ['ls test', undefined],
    ['vim src/test.ts', undefined],
    ['pytest --version', undefined],
    ['npx tsc --help', undefined],
    ['npm run dev', undefined],
    ['npm run test:watch', undefined],
    ['tsc --watch', undefined],
    ['pytest --collect-only', undefined],
    ['python script.py', undefined],
    ['node build.js', undefined],
    ['npm view vitest', undefined],
    ['sed -n 1,9p src/build.test.ts', undefined],
    ['/tmp/app_test.exe print', undefined],
    ['./bin/my-test-app serve', undefined],
    ['src/build.ts', undefined],
    ['bash /tmp/build.sh', undefined],
    ['constructor', undefined],
    ['toString test', undefined],
    ['', undefined],
    ['npm', undefined],
    ['yarn add jest', undefined],
    ['pnpm dev', undefined],
  ];
  it.each(cases)('%s → %s', (command, kind) => expect(isCheckCommand(command)).toBe(kind));
});

describe('checkOutcome by exit code', () => {
  it('takes the exit code where it is the check’s own', () => {
    expect(outcome('npm test', { exitCode: 0, text: '> vitest run' })).toBe('green');
    expect(outcome('npm test', { exitCode: 1, text: '' })).toBe('red');
    expect(outcome('cd web && npm run build', { exitCode: 0 })).toBe('green');
    expect(outcome('npm test && echo done', { exitCode: 0, text: 'done' })).toBe('green');
    expect(outcome('npx tsc --noEmit', { exitCode: 0, text: '' })).toBe('green');
    expect(outcome('set -o pipefail; npm test | tail -5', { exitCode: 1 })).toBe('red');
    expect(outcome('set -e; npm run lint; npm run build', { exitCode: 0 })).toBe('green');
    expect(outcome('npm test || exit 1', { exitCode: 1 })).toBe('red');
  });
  it('takes the error flag where the agent gives no code', () => {
    expect(outcome('cargo build', { isError: true, text: 'error: could not compile `x`' })).toBe('red');
    expect(outcome('cargo build', { isError: false, text: '    Finished `dev` profile' })).toBe('green');
  });
  it('is null when a pipe, `|| true`, a later command or the background hides it', () => {
    for (const command of [
      'npx tsc --noEmit | head -20',
      'npm run lint || true',
      'npm test; echo done',
      'npm test\nls',
      'npm test &',
      '! npm test',
      'npm test 2>&1 | grep -c ok',
      'npm run build || echo failed',
      'go build ./... 2>&1 | Select-Object -Last 5',
    ])
      expect([command, outcome(command, { exitCode: 0, text: 'out' })]).toEqual([command, null]);
  });
  it('reads an echoed exit code', () => {
    expect(outcome('npm test > log 2>&1; echo "EXIT: $?"', { exitCode: 0, text: 'EXIT: 1' })).toBe('red');
    expect(outcome('npx tsc --noEmit; echo exit=$?', { exitCode: 0, text: 'exit=0' })).toBe('green');
    expect(
      outcome(`pytest | tail -3; echo \${PIPESTATUS[0]}`, { exitCode: 0, text: '1 failed in 0.1s\n1' }),
    ).toBe('red');
    // The code of `tail`, not of the test.
    expect(outcome('npm test | tail -3; echo "exit $?"', { exitCode: 0, text: 'exit 0' })).toBe(null);
  });
  it('is null when the check never ran or was stopped', () => {
    expect(checkOutcome(call('npm test', null))).toBe(null);
    expect(checkOutcome(call(null, { exitCode: 0 }))).toBe(null);
    expect(outcome('ls', { exitCode: 0 })).toBe(null);
    expect(outcome('npm test', { denied: 'person', isError: true })).toBe(null);
    expect(outcome('npm test', { collateral: true, isError: true })).toBe(null);
    expect(outcome('pytest', { exitCode: 127, text: 'bash: pytest: command not found' })).toBe(null);
    expect(outcome('npm test', { exitCode: 1, text: 'npm error Missing script: "test"' })).toBe(null);
    expect(
      outcome('make test', { exitCode: 2, text: "make: *** No rule to make target 'test'.  Stop." }),
    ).toBe(null);
    expect(
      outcome('cd nowhere && npm test', {
        exitCode: 1,
        text: 'bash: cd: nowhere: No such file or directory',
      }),
    ).toBe(null);
    expect(outcome('timeout 60 npm test', { exitCode: 124 })).toBe(null);
    expect(outcome('npm test', { isError: true, text: 'Command timed out after 2m 0.0s' })).toBe(null);
  });
  it('is null when there was nothing to test', () => {
    expect(outcome('npx jest', { exitCode: 1, text: 'No tests found, exiting with code 1' })).toBe(null);
    expect(outcome('pytest', { exitCode: 5, text: '==== no tests ran in 0.01s ====' })).toBe(null);
    expect(
      outcome('cargo test', {
        exitCode: 0,
        text: 'running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored',
      }),
    ).toBe(null);
    expect(outcome('go test ./...', { exitCode: 0, text: '?   \tx/y\t[no test files]' })).toBe(null);
    expect(outcome('node --test', { exitCode: 0, text: 'ℹ tests 0\nℹ pass 0\nℹ fail 0' })).not.toBe('red');
  });
});

describe('checkOutcome by the runner’s own summary', () => {
  /** Command, last lines of real-looking output, what it means when the exit code is hidden by `| tail`. */
  const outputs: [string, string, 'green' | 'red' | null][] = [
    [
      'npx vitest run',
      ' Test Files  1 failed | 12 passed (13)\n      Tests  2 failed | 90 passed (92)\n   Start at  10:00:00',
      'red',
    ],
    [
      'npx vitest run',
      '\u001b[2m Test Files \u001b[22m \u001b[1m\u001b[32m13 passed\u001b[39m (13)\n\u001b[2m      Tests \u001b[22m \u001b[32m92 passed\u001b[39m (92)',
      'green',
    ],
    [
      'npx jest',
      'Test Suites: 1 failed, 3 passed, 4 total\nTests:       2 failed, 40 passed, 42 total',
      'red',
    ],
    [
      'npx jest',
      'Test Suites: 4 passed, 4 total\nTests:       1 skipped, 41 passed, 42 total\nSnapshots:   0 total',
      'green',
    ],
    ['npx mocha', '  12 passing (40ms)\n  1 failing\n\n  1) adds', 'red'],
    ['npx mocha', '  12 passing (40ms)', 'green'],
    ['bun test', ' 10 pass\n 3 fail\n 20 expect() calls', 'red'],
    ['bun test', ' 10 pass\n 0 fail\n 20 expect() calls', 'green'],
    ['node --test', 'ℹ tests 9\nℹ pass 8\nℹ fail 1', 'red'],
    ['node --test', '# tests 9\n# pass 9\n# fail 0', 'green'],
    [
      'npx playwright test',
      '  2 failed\n    [chromium] › a.spec.ts:3:1 › logs in\n  10 passed (12.3s)',
      'red',
    ],
    ['npx playwright test', '  10 passed (12.3s)', 'green'],
    ['pytest -q', 'FAILED tests/test_a.py::test_x - assert 1 == 2\n3 failed, 20 passed in 1.23s', 'red'],
    ['pytest', '========== 20 passed, 2 warnings in 1.23s ==========', 'green'],
    ['pytest', '===== 1 failed, 19 passed in 0.5s =====', 'red'],
    ['pytest', '!!!!!!!! Interrupted: 1 error during collection !!!!!!!!\n==== 1 error in 0.5s ====', 'red'],
    ['python -m unittest', 'Ran 3 tests in 0.001s\n\nFAILED (failures=1)', 'red'],
    ['python -m unittest', 'Ran 3 tests in 0.001s\n\nOK', 'green'],
    ['cargo test', 'test result: FAILED. 3 passed; 1 failed; 0 ignored', 'red'],
    ['cargo test', 'test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured', 'green'],
    [
      'cargo build',
      'error[E0308]: mismatched types\nerror: could not compile `x` (lib) due to 1 previous error',
      'red',
    ],
    ['cargo build', '    Finished `dev` profile [unoptimized] target(s) in 2.1s', 'green'],
    ['go test ./...', '--- FAIL: TestX (0.00s)\nFAIL\nFAIL\texample.com/x\t0.005s\nFAIL', 'red'],
    ['go test ./...', 'ok  \texample.com/x\t0.005s\nok  \texample.com/y\t(cached)', 'green'],
    ['go build ./...', '# example.com/x\n./a.go:3:2: undefined: y', 'red'],
    ['go build ./...', '', null],
    ['dotnet test', 'Failed!  - Failed:     1, Passed:     9, Skipped:     0, Total:    10', 'red'],
    ['dotnet test', 'Passed!  - Failed:     0, Passed:    10, Skipped:     0, Total:    10', 'green'],
    ['dotnet build', 'Build FAILED.\n    0 Warning(s)\n    1 Error(s)', 'red'],
    ['./gradlew test', '> Task :app:test FAILED\n\nBUILD FAILED in 3s', 'red'],
    ['./gradlew build', 'BUILD SUCCESSFUL in 3s\n7 actionable tasks: 7 executed', 'green'],
    ['mvn test', '[ERROR] Tests run: 5, Failures: 1, Errors: 0, Skipped: 0\n[INFO] BUILD FAILURE', 'red'],
    ['mvn test', '[INFO] Tests run: 5, Failures: 0, Errors: 0, Skipped: 0\n[INFO] BUILD SUCCESS', 'green'],
    ['make test', 'make: *** [Makefile:12: test] Error 1', 'red'],
    ['npx tsc --noEmit', 'src/a.ts(3,5): error TS2322: Type', 'red'],
    ['npx tsc --noEmit', 'Found 2 errors in 2 files.', 'red'],
    ['npx eslint .', '/x/a.ts\n  3:1  error  no-var\n\n✖ 3 problems (1 error, 2 warnings)', 'red'],
    ['npx eslint .', '✖ 2 problems (0 errors, 2 warnings)', null],
    ['npx biome check .', 'Checked 40 files in 20ms. No fixes applied.', 'green'],
    ['npx biome check .', 'Checked 40 files in 20ms. No fixes applied.\nFound 2 errors.', 'red'],
    ['ruff check', 'All checks passed!', 'green'],
    ['ruff check', 'Found 3 errors.\n[*] 2 fixable with the `--fix` option.', 'red'],
    ['ruff check --fix', 'Found 3 errors (3 fixed, 0 remaining).', null],
    ['mypy .', 'Found 4 errors in 2 files (checked 20 source files)', 'red'],
    ['mypy .', 'Success: no issues found in 20 source files', 'green'],
    ['pyright', '3 errors, 0 warnings, 0 informations', 'red'],
    ['pyright', '0 errors, 0 warnings, 0 informations', 'green'],
    ['bundle exec rspec', '12 examples, 2 failures', 'red'],
    ['bundle exec rspec', '12 examples, 0 failures', 'green'],
    ['vendor/bin/phpunit', 'FAILURES!\nTests: 10, Assertions: 20, Failures: 1.', 'red'],
    ['ctest', '90% tests passed, 1 tests failed out of 10', 'red'],
    ['ctest', '100% tests passed, 0 tests failed out of 10', 'green'],
    [
      'swift test',
      "Test Suite 'All tests' failed\n\t Executed 3 tests, with 1 failure (0 unexpected)",
      'red',
    ],
    ['npm run build', '✓ built in 1.32s', 'green'],
    ['npm run build', 'error during build:\nRollupError: x', 'red'],
  ];
  it.each(outputs)('%s | %j → %s behind a pipe', (command, text, expected) => {
    expect(outcome(`${command} 2>&1 | tail -20`, { exitCode: 0, text })).toBe(expected);
  });
  it('lets a summary of failures at the end overrule a zero exit', () => {
    for (const [command, text, expected] of outputs)
      if (expected === 'red' && !/error TS2322|a\.go:3:2/.test(text))
        expect([command, outcome(command, { exitCode: 0, text })]).toEqual([command, 'red']);
  });
  it('does not take the name of a test or a sentence for a summary', () => {
    const text =
      ' ✓ shows "3 failed" when tests fail\n ✓ prints FAIL in red\n ✓ error TS2304 is explained\n      Tests  3 passed (3)';
    expect(outcome('npx vitest run', { exitCode: 0, text })).toBe('green');
    expect(outcome('npx vitest run | tail', { exitCode: 0, text })).toBe('green');
    expect(
      outcome('npm run build', { exitCode: 0, text: 'warning: 2 tests failed last week, see docs' }),
    ).toBe('green');
  });
  it('keeps a failing exit over a green summary (coverage threshold, lint after tests)', () => {
    expect(
      outcome('npm test', {
        exitCode: 1,
        text: 'Tests:       41 passed, 41 total\nERROR: Coverage for lines (70%)',
      }),
    ).toBe('red');
  });
});
