import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatExecution } from '../../../../../src/metrics/agents/executions/execution.ts';
import { parseExecutionLine } from '../../../../../src/metrics/agents/executions/executions-text.ts';
import { RowScanner } from '../../../../../src/metrics/agents/executions/row-scanner.ts';
import { type TallyRow, tallyRowOf } from '../../../../../src/metrics/agents/executions/tally.ts';
import { agent, anyExecution, executionOf, usualExecution } from '../executions.ts';

const scanner = new RowScanner(agent);
const scanned = (line: string): TallyRow | undefined => {
  const bytes = Buffer.from(`#${line}#`);
  return scanner.scan(bytes, 1, bytes.length - 1) ? { ...scanner.row } : undefined;
};
const parsed = (line: string): TallyRow | undefined => {
  const read = parseExecutionLine(line, agent);
  return read.kind === 'execution' ? tallyRowOf(read.execution) : undefined;
};

describe('the row scanner', () => {
  it('reads a plain row of ours', () => {
    const row = executionOf(61, {
      executionTimeS: 4200.25,
      qualityScore: 0.91,
      primaryMetric: { name: 'test_pass_rate', value: 0.98, target: 1 },
      secondaryMetrics: { cycle_time_s: 4200, delta: -0.5 },
      sessionUid: '1b4e28ba-2fa1-11d2-883f-0016d3cca427',
      tokens: { input: 10, output: 2000, cacheRead: 5 },
      infraOverheadShare: 0.02,
      errorType: 'timeout',
      metadata: { issue: 42, nested: [{ a: 'x\n"' }, null, true, -1.5], text: 'ä' },
    });
    expect(scanned(formatExecution(row))).toEqual(tallyRowOf(row));
  });

  it('agrees with the parser wherever it reads a row', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(usualExecution, anyExecution), (execution) => {
        const line = formatExecution(execution);
        const row = scanned(line);
        if (row) read += 1;
        expect(row ?? parsed(line)).toEqual(parsed(line));
      }),
      { numRuns: 600 },
    );
    expect(read).toBeGreaterThan(150);
  });

  it('agrees with the parser on rows somebody damaged: it never reads what the parser refuses', () => {
    const snippets = [
      '"',
      ',',
      '}',
      '{',
      '\\',
      '0',
      '9',
      '-',
      '.',
      'e',
      ' ',
      'null',
      ':',
      ']',
      '[',
      '\u0001',
      'ä',
      '"success":false,',
    ];
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(3),
      put: fc.constantFrom('', ...snippets),
    });
    let broken = 0;
    fc.assert(
      fc.property(usualExecution, damage, (execution, { at, cut, put }) => {
        const line = formatExecution({ ...execution, id: '00000000000000aa' });
        const place = Math.floor(at * line.length);
        const damaged = line.slice(0, place) + put + line.slice(place + cut);
        const row = scanned(damaged);
        if (parsed(damaged) === undefined) broken += 1;
        if (row) expect(row).toEqual(parsed(damaged));
      }),
      { numRuns: 1500 },
    );
    expect(broken).toBeGreaterThan(200);
  });

  it('refuses a row torn anywhere', () => {
    const line = formatExecution(
      executionOf(1, { qualityScore: 0.5, tokens: { input: 1 }, metadata: { a: { b: 1 } } }),
    );
    for (let end = 0; end < line.length; end += 1) expect(scanned(line.slice(0, end))).toBeUndefined();
    expect(scanned(line)).toBeDefined();
    expect(scanned(`${line}}`)).toBeUndefined();
    expect(scanned(line + line)).toBeUndefined();
  });

  it.each([
    ['another agent', '"agent":"tdd-workflow"', '"agent":"coach"'],
    ['a day that is none', '2026-11-01T', '2026-02-29T'],
    ['an hour that is none', 'T00:', 'T24:'],
    ['an upper-case id', '"id":"000000000000000a"', '"id":"000000000000000A"'],
    ['a leading zero', '"execution_time_s":3', '"execution_time_s":03'],
    ['a negative time', '"execution_time_s":3', '"execution_time_s":-3'],
    ['a quality above 1', '"quality_score":1', '"quality_score":1.5'],
    ['an exponent', '"execution_time_s":3', '"execution_time_s":3e2'],
  ])('leaves %s to the parser', (_, from, to) => {
    const line = formatExecution(executionOf(10, { executionTimeS: 3, qualityScore: 1 }));
    expect(line).toContain(from);
    expect(scanned(line.replace(from, to))).toBeUndefined();
  });

  it('knows every day of four centuries', () => {
    for (let day = Date.UTC(1999, 0, 1); day < Date.UTC(2405, 0, 1); day += 37 * 86_400_000) {
      const timestamp = new Date(day + 12_345_678).toISOString();
      expect(scanned(formatExecution(executionOf(0, { timestamp })))?.atMs).toBe(Date.parse(timestamp));
    }
  });
});
