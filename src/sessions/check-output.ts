const styles = /\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

/** Output without terminal colours and with `\n` line ends. */
export function stripStyles(text: string): string {
  return text.replace(styles, '').replace(/\r\n?/g, '\n');
}

/**
 * How runners sum up a failed run. One line each, tied to the line's start, so that the name of a test or a
 * sentence about failures is not taken for a summary.
 */
const redSummaries: readonly RegExp[] = [
  // vitest, jest
  /^\s*(Test Files|Tests|Test Suites|Snapshots)\s*:?\s+.*\b[1-9]\d* failed\b/,
  /^\s*Errors\s+[1-9]\d* errors?\b/,
  // mocha, bun, node:test, tap, ava, deno
  /^\s*[1-9]\d* failing\b/,
  /^\s*[1-9]\d* fail$/,
  /^[#ℹ]\s*fail\s+[1-9]/,
  /^\s*[1-9]\d* tests? failed$/,
  /^(FAILED|ok) \|.*\b[1-9]\d* failed/,
  /^FAILED \| /,
  // playwright, cypress
  /^\s+[1-9]\d* (failed|flaky|did not run)$/,
  /^\s*✖\s+[1-9]\d* of \d+ failed/,
  // pytest, unittest
  /^=+ .*\b[1-9]\d* (failed|errors?)\b.* =+$/,
  /^[1-9]\d* (failed|errors?)\b.* in [\d.]+s/,
  /^\d+ passed, .*\b[1-9]\d* (failed|errors?)\b.* in [\d.]+s/,
  /^!+ .*\b[1-9]\d* errors? during collection !+$/,
  /^FAILED \((failures|errors|unexpected)/,
  // cargo, nextest
  /^test result: FAILED\./,
  /^error: (could not compile|test failed|aborting due to)/,
  /^\s*Summary \[.*\b[1-9]\d* failed/,
  // go
  /^FAIL(\s|$)/,
  /^--- FAIL: /,
  // dotnet, gradle, maven, make, ctest
  /^Failed!\s+-\s+Failed:\s+[1-9]/,
  /^Build FAILED\.?$/,
  /^\s*Test summary: total: \d+, failed: [1-9]/,
  /^Total tests: .*\bFailed: [1-9]/,
  /^BUILD FAILED\b/,
  /^\[(INFO|ERROR)\] BUILD FAILURE/,
  /^(\[\w+\]\s+)?Tests run: \d+, (Failures: [1-9]|Failures: \d+, Errors: [1-9])/,
  /^g?make(\[\d+\])?: \*\*\* \[.*\] Error \d+/,
  /\b\d+% tests passed, [1-9]\d* tests? failed/,
  // tsc, eslint, biome, ruff, mypy, pyright, golangci-lint, clippy
  /^Found [1-9]\d* (error|diagnostic|violation)s?\b(?!.*\(\d+ fixed, 0 remaining\))/,
  /^✖ \d+ problems? \([1-9]\d* errors?/,
  /^✖ [1-9]\d* errors?, /,
  /^Summary: [1-9]\d* error\(s\)/,
  /^\s*[1-9]\d* errors?, \d+ warnings?/,
  /^[1-9]\d* issues?:$/,
  /^(error|Error): .*\b(could not compile|build failed|Build failed)\b/i,
  // rspec, minitest, phpunit, mix, swift, flutter, pester, sbt, bats
  /^\s*\d+ (examples?|tests?|doctests?, \d+ tests?), [1-9]\d* failures?/,
  /^\d+ (runs|tests), .*\b([1-9]\d* failures|[1-9]\d* errors)/,
  /^(FAILURES|ERRORS)!$/,
  /^Tests: \d+, Assertions: \d+, .*(Failures|Errors): [1-9]/,
  /^\s*Executed \d+ tests?, with [1-9]\d* failures?/,
  /Some tests failed\.$/,
  /^Tests Passed: \d+, Failed: [1-9]/,
  /^\[error\] (Failed tests:|Failed: Total)/,
  // bundlers and package managers that end a failed script
  /^(error during build|Failed to compile|✘ \[ERROR\]|✗ Build failed|Build failed (in|with))/,
  /^\s*(npm (ERR!|error) (Test failed|code ELIFECYCLE|Lifecycle script)|\s*ELIFECYCLE\s)/,
];

/** Lines of single failures: enough when the exit code is hidden, too weak against a known zero exit. */
const redLines: readonly RegExp[] = [
  /\berror TS\d+:/,
  /^error(\[E\d+\])?: /,
  /^not ok \d+(?!.*# (SKIP|TODO))/i,
  /^\s*(FAIL|FAILED|❯ FAIL)\s+\S+[./:]/,
  /^ERROR \S+(::| - )/,
  /^\S+\.go:\d+:\d+: /,
  /^\S+\.py:\d+: error: /,
  /: error (CS|MSB|NU|NETSDK|C)\d+: /,
  /^> Task \S+ FAILED$/,
  /^\[ERROR\] (Tests run:|COMPILATION ERROR|Failed to execute goal)/,
  /^\s+\d+:\d+\s+error\s+/,
  /^panic: /,
  /^vet(\.exe)?: /,
  /:\d+ error (MD|SC|DL)\d+/,
  /\berror: (expected|cannot find|undefined|linker)/,
];

/** How runners sum up a run in which something was verified and nothing failed. */
const greenSummaries: readonly RegExp[] = [
  /^\s*(Tests)\s*:?\s+(?!.*\bfailed\b).*\b[1-9]\d* passed/,
  /^\s*[1-9]\d* passing\b/,
  /^\s*0 fail$/,
  /^[#ℹ]\s*fail\s+0$/,
  /^ok \| [1-9]\d* passed.* 0 failed/,
  /^\s+[1-9]\d* passed \([\d.]+\s?(ms|s|m)\)$/,
  /^\s*✔\s+All specs passed!/,
  /^=+ (?!.*\b(failed|errors?)\b).*\b[1-9]\d* passed\b.* in [\d.]+s.*=+$/,
  /^[1-9]\d* passed\b(?!.*\b(failed|errors?)\b).* in [\d.]+s/,
  /^OK( \(|$)/,
  /^test result: ok\. [1-9]/,
  /^\s*Summary \[.*\b[1-9]\d* passed(?!.*\b[1-9]\d* failed)/,
  /^\s*Finished (`|dev |release |test )/,
  /^ok\s+\S+\s+([\d.]+m?s|\(cached\))/,
  /^Passed!\s+-\s+Failed:\s+0/,
  /^Build succeeded\.?/,
  /^\s*Test summary: total: [1-9]\d*, failed: 0/,
  /^BUILD SUCCESSFUL\b/,
  /^\[INFO\] BUILD SUCCESS$/,
  /\b100% tests passed/,
  /^Found 0 errors\b/,
  /^(Checked \d+ files? in .*(No fixes applied|Fixed)|All checks passed!|Success: no issues found|(✖ )?0 errors, \d+ warnings|Summary: 0 error\(s\)|0 issues\.)/,
  /^All matched files use Prettier code style!/,
  /^\s*\d+ (examples?|tests?|doctests?, \d+ tests?), 0 failures/,
  /^OK \(\d+ tests?/,
  /^\s*Executed [1-9]\d* tests?, with 0 failures/,
  /All tests passed!$/,
  /^Tests Passed: [1-9]\d*, Failed: 0/,
  /^\[success\] Total time|^\[info\] (All tests passed\.|Passed: Total)/,
  /^(✓|✔) built in |^\s*(✓|✔) Compiled successfully|^Compiled successfully|^\[SUCCESS\] Generated static files/,
  /^webpack [\d.]+ compiled (successfully|with \d+ warnings?)/,
];

/** A test run in which there was nothing to run: neither green nor red. */
const nothingTested: readonly RegExp[] = [
  /^\s*No tests? (files )?(found|to run|is available|were found|executed)/i,
  /^\s*(Tests|Test Files)\s+no tests\b/,
  /^[#ℹ]\s*tests\s+0$/,
  /^(=+ )?no tests ran\b/,
  /^collected 0 items( \/ \d+ deselected)?$/,
  /^Ran 0 tests in/,
  /^\s*0 passing\b/,
  /^0 (examples|tests), 0 failures/,
  /^No tests executed!$/,
  /^test result: ok\. 0 passed; 0 failed/,
];

/**
 * What the output of a check says by itself. `anywhere`: any failure line means red, else any summary of success
 * means green (for hidden exit codes). `atEnd`: red only when a failure summary stands in the last lines (what may
 * overrule a zero exit). `nothingTested`: a test run without tests.
 */
export function checkSummary(
  text: string,
  options: { hasTests: boolean },
): { anywhere: 'green' | 'red' | null; atEnd: 'red' | null; nothingTested: boolean } {
  const lines = text.split('\n').map((line) => line.slice(0, 500).trimEnd());
  const matches = (patterns: readonly RegExp[], rows: readonly string[]) =>
    rows.some((row) => patterns.some((pattern) => pattern.test(row)));
  const last = lines.filter((line) => line !== '').slice(-15);
  const green = matches(greenSummaries, lines);
  const red = matches(redSummaries, lines) || matches(redLines, lines);
  const empty =
    options.hasTests &&
    !green &&
    !red &&
    (matches(nothingTested, lines) || onlyGoPackagesWithoutTests(lines));
  return {
    anywhere: red ? 'red' : green ? 'green' : null,
    atEnd: matches(redSummaries, last) ? 'red' : null,
    nothingTested: empty,
  };
}

function onlyGoPackagesWithoutTests(lines: readonly string[]): boolean {
  const rows = lines.filter((line) => line !== '');
  return rows.length > 0 && rows.every((row) => /\[no test files\]$/.test(row));
}

/** The program never ran, or was stopped from outside: its exit code says nothing about the code under check. */
export function notRun(text: string, exitCode: number | null): boolean {
  if (exitCode !== null && [124, 126, 127, 130, 137, 143].includes(exitCode)) return true;
  return /command not found|is not recognized as (an internal|the name)|Missing script:|ERR_PNPM_(NO_SCRIPT|RECURSIVE_EXEC_FIRST_FAIL.*not found)|Couldn't find a script|Command "\S+" not found|No rule to make target|No module named ['"]?(pytest|unittest|mypy|ruff)|Could not (read|find) (package\.json|`Cargo\.toml`)|could not find `Cargo\.toml`|(cd|pushd): .*No such file|Set-Location\s*: Cannot find path|ENOENT.*package\.json|<tool_use_error>|[Cc]ommand timed out|timed out after|Cannot connect to the Docker daemon|No such container|npm (ERR!|error) (could not determine executable|code E404)|command is running in the background|unrecognized arguments|error: unexpected argument|[Uu]nknown option/.test(
    text.slice(0, 4000),
  );
}
