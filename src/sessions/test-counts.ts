import { stripStyles } from './check-output.ts';

/** Tests of one run as its runner counts them. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** `12 passed, 1 failed, 2 skipped` in any order, whatever the runner calls them. */
const words: Record<keyof TestCounts, RegExp> = {
  passed: /(\d+) (?:passed|passing|pass|ok)\b/,
  failed: /(\d+) (?:failed|failing|failures?|fail|errors?)\b/,
  skipped: /(\d+) (?:skipped|pending|todo|ignored|xfailed|deselected|filtered out)\b/,
};

/** Lines that sum a run up: vitest, jest, mocha, pytest, cargo, deno, bun, playwright, nextest, rspec, phpunit, exunit. */
const summaryLines: readonly RegExp[] = [
  /^\s*Tests:?\s+.*\b\d+ (?:passed|failed|skipped|todo)\b/,
  /^=+ .*\b\d+ (?:passed|failed|error|errors|skipped)\b.* in [\d.]+s.* =+$/,
  /^\d+ (?:passed|failed|skipped)\b.* in [\d.]+s/,
  /^test result: (?:ok|FAILED)\. \d+ passed; /,
  /^(?:ok|FAILED) \| \d+ passed/,
  /^\s*Summary \[.*\b\d+ tests? run: /,
];

/**
 * Counts of the tests a command ran, added up over the summaries in its output (workspaces and test binaries print one
 * each). Undefined when no runner that is known printed counts: then nothing is known, which is not the same as none.
 */
export function readTestCounts(output: string): TestCounts | undefined {
  const lines = stripStyles(output)
    .split('\n')
    .map((line) => line.slice(0, 500).trimEnd());
  return (
    addUp(lines.flatMap((line) => (summaryLines.some((row) => row.test(line)) ? [readWords(line)] : []))) ??
    readListed(lines) ??
    readTotals(lines) ??
    readGo(lines)
  );
}

function readWords(line: string): TestCounts {
  const sum = (pattern: RegExp) =>
    [...line.matchAll(new RegExp(pattern.source, 'g'))].reduce((total, match) => total + Number(match[1]), 0);
  return { passed: sum(words.passed), failed: sum(words.failed), skipped: sum(words.skipped) };
}

/** One number a line: mocha (`12 passing`), node:test (`# pass 12`), bun (`12 pass`), playwright (`  12 passed (3s)`). */
function readListed(lines: readonly string[]): TestCounts | undefined {
  const found: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  let isAny = false;
  for (const line of lines) {
    const match =
      /^\s*(\d+) (passing|failing|pending|pass|fail|skip|todo)(?: \([\d.]+\s?m?s?\))?$/.exec(line) ??
      /^\s+(\d+) (passed|failed|skipped|flaky)(?: \([\d.]+\s?(?:ms|s|m)\))?$/.exec(line);
    const tap = /^[#ℹ]\s*(pass|fail|skipped|todo|cancelled)\s+(\d+)$/.exec(line);
    const [count, word] = match ? [Number(match[1]), match[2] as string] : [Number(tap?.[2]), tap?.[1] ?? ''];
    if (word === '') continue;
    if (/^pass/.test(word)) isAny = true;
    found[/^pass/.test(word) ? 'passed' : /^(?:fail|cancelled)/.test(word) ? 'failed' : 'skipped'] += count;
  }
  return isAny || found.failed > 0 ? found : undefined;
}

/** A total with what went wrong: unittest, maven, dotnet, rspec, minitest, exunit, phpunit, xctest. */
function readTotals(lines: readonly string[]): TestCounts | undefined {
  const rows: TestCounts[] = [];
  let ran: number | undefined;
  const number = (line: string, pattern: RegExp) => Number(pattern.exec(line)?.[1] ?? 0);
  const from = (total: number, failed: number, skipped: number): TestCounts => ({
    passed: Math.max(0, total - failed - skipped),
    failed,
    skipped,
  });
  for (const line of lines) {
    const dotnet = /^(?:Passed|Failed)!\s+-\s+Failed:\s+(\d+), Passed:\s+(\d+), Skipped:\s+(\d+)/.exec(line);
    const totalled = /^\s*(\d+) (?:examples?|tests?|runs)(?:, \d+ assertions)?, (\d+) failures?/.exec(line);
    const unittest = /^Ran (\d+) tests? in /.exec(line);
    const phpunit = /^OK \((\d+) tests?, /.exec(line);
    const xctest = /^\s*Executed (\d+) tests?, with (?:\d+ tests? skipped and )?(\d+) failures?/.exec(line);
    if (dotnet)
      rows.push({ failed: Number(dotnet[1]), passed: Number(dotnet[2]), skipped: Number(dotnet[3]) });
    else if (totalled)
      rows.push(
        from(
          Number(totalled[1]),
          Number(totalled[2]) + number(line, /, (\d+) errors?\b/),
          number(line, /, (\d+) (?:pending|skips|skipped|excluded)\b/),
        ),
      );
    else if (unittest) ran = Number(unittest[1]);
    else if (ran !== undefined && /^(?:OK|FAILED)\b/.test(line)) {
      const failed = number(line, /failures=(\d+)/) + number(line, /errors=(\d+)/);
      rows.push(from(ran, failed, number(line, /skipped=(\d+)/)));
      ran = undefined;
    } else if (phpunit) rows.push(from(Number(phpunit[1]), 0, 0));
    else if (xctest) rows.splice(0, rows.length, from(Number(xctest[1]), Number(xctest[2]), 0));
  }
  const maven = lines.findLast((line) => /^(?:\[\w+\]\s+)?Tests run: \d+, Failures: \d+/.test(line));
  if (maven && rows.length === 0)
    rows.push(
      from(
        number(maven, /Tests run: (\d+)/),
        number(maven, /Failures: (\d+)/) + number(maven, /Errors: (\d+)/),
        number(maven, /Skipped: (\d+)/),
      ),
    );
  return addUp(rows);
}

/** `go test -v` counts nothing, but names each test at its end. Sub-tests are not counted twice. */
function readGo(lines: readonly string[]): TestCounts | undefined {
  const count = (word: string) => lines.filter((line) => line.startsWith(`--- ${word}: `)).length;
  const counts = { passed: count('PASS'), failed: count('FAIL'), skipped: count('SKIP') };
  // Without -v only the failures are named, and how many passed is not known.
  return counts.passed + counts.skipped > 0 ? counts : undefined;
}

function addUp(rows: readonly TestCounts[]): TestCounts | undefined {
  if (rows.length === 0) return undefined;
  return rows.reduce((a, b) => ({
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  }));
}
