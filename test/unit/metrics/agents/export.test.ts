import { describe, expect, it } from 'vitest';
import { formatExecution } from '../../../../src/metrics/agents/executions/execution.ts';
import { exportCsv } from '../../../../src/metrics/agents/executions/export-csv.ts';
import { exportOtlp } from '../../../../src/metrics/agents/executions/export-otlp.ts';
import { executionOf } from './executions.ts';

const executions = [
  executionOf(0, {
    executionTimeS: 4200.5,
    qualityScore: 0.9,
    primaryMetric: { name: 'test_pass_rate', value: 0.98, target: 1 },
    secondaryMetrics: { cycle_time_s: 4200.5 },
    sessionUid: '1b4e28ba-2fa1-11d2-883f-0016d3cca427',
    idempotencyKey: 'claude-code/1b4e28ba',
    repo: 'acme/app',
    flavour: 'claude-code',
    model: 'claude-sonnet-4-5',
    agentVersion: '1.2.0',
    tokens: { input: 100, output: 2000, cacheRead: 50_000, cacheWrite: 900 },
    infraOverheadShare: 0.02,
  }),
  executionOf(90, {
    success: false,
    executionTimeS: 61,
    errorType: 'timeout',
    model: 'claude-sonnet-4-5',
    tokens: { total: 1200 },
    sessionUid: '1b4e28ba-2fa1-11d2-883f-0016d3cca427',
  }),
  executionOf(120, {
    success: false,
    errorType: '=HYPERLINK("http://evil.invalid","x")',
    flavour: ' @SUM(1,2)',
    repo: '-1+1',
    model: 'a,b;"c"',
    metadata: { note: '=1+1\nsecond line', 'odd\u2028key': 'x' },
  }),
  executionOf(121),
];
const goldens = '../../../fixtures/agent-metrics';

/** Reads RFC 4180, so that what is tested is what another program sees. */
function parseCsv(text: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  const rows: string[][] = [[]];
  for (let match = cell.exec(text); match && match.index < text.length; match = cell.exec(text)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('an export', () => {
  it('as CSV is what it was', async () => {
    await expect(exportCsv(executions)).toMatchFileSnapshot(`${goldens}/export.csv`);
  });

  it('as OTLP JSON is what it was', async () => {
    await expect(exportOtlp(executions, '0.0.0')).toMatchFileSnapshot(`${goldens}/export.otlp.jsonl`);
  });

  it('as JSONL is what it was', async () => {
    const text = executions.map((one) => `${formatExecution(one)}\n`).join('');
    await expect(text).toMatchFileSnapshot(`${goldens}/export.jsonl`);
  });

  it('as CSV has one record a line, equally wide, and no cell that is a formula', () => {
    const text = exportCsv(executions);
    const rows = parseCsv(text);
    expect(text.split('\r\n')).toHaveLength(executions.length + 2);
    expect(rows).toHaveLength(executions.length + 1);
    for (const cells of rows) expect(cells).toHaveLength(25);
    const column = (name: string) => rows.slice(1).map((cells) => cells[rows[0]?.indexOf(name) ?? -1]);
    expect(column('error_type')[2]).toBe(`'=HYPERLINK("http://evil.invalid","x")`);
    expect(column('flavour')[2]).toBe("' @SUM(1,2)");
    expect(column('repo')[2]).toBe("'-1+1");
    expect(column('model')[2]).toBe('a,b;"c"');
    expect(column('execution_time_s')).toEqual(['4200.5', '61', '', '']);
    for (const cells of rows) for (const value of cells) expect(value).not.toMatch(/^\s*[=+@\t]|[\r\n]/);
  });

  it('as OTLP JSON gives spans and metrics the way a collector reads them', () => {
    const [spans, metrics, rest] = exportOtlp(executions, '0.0.0').split('\n');
    expect(rest).toBe('');
    const all = JSON.parse(spans ?? '').resourceSpans[0].scopeSpans[0].spans;
    expect(all.map((span: { name: string }) => span.name)).toEqual(
      Array(4).fill('invoke_agent tdd-workflow'),
    );
    for (const span of all) {
      expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
      expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
    }
    expect(all[0].traceId).toBe(all[1].traceId);
    expect(all[0].traceId).not.toBe(all[2].traceId);
    expect(BigInt(all[0].endTimeUnixNano) - BigInt(all[0].startTimeUnixNano)).toBe(4_200_500_000_000n);
    const of = (span: { attributes: { key: string; value: object }[] }) =>
      Object.fromEntries(span.attributes.map(({ key, value }) => [key, value]));
    // Cached tokens count among the input in the conventions.
    expect(of(all[0])['gen_ai.usage.input_tokens']).toEqual({ intValue: '51000' });
    expect(of(all[0])['gen_ai.provider.name']).toEqual({ stringValue: 'anthropic' });
    expect(of(all[1])['error.type']).toEqual({ stringValue: 'timeout' });
    expect(of(all[3])['kaizen.duration_known']).toEqual({ boolValue: false });
    const [duration, tokens] = JSON.parse(metrics ?? '').resourceMetrics[0].scopeMetrics[0].metrics;
    expect(duration).toMatchObject({ name: 'gen_ai.invoke_agent.duration', unit: 's' });
    expect(tokens).toMatchObject({ name: 'gen_ai.client.token.usage', unit: '{token}' });
    for (const point of [...duration.histogram.dataPoints, ...tokens.histogram.dataPoints]) {
      expect(point.bucketCounts).toHaveLength(point.explicitBounds.length + 1);
      expect(point.bucketCounts.map(Number).reduce((a: number, b: number) => a + b)).toBe(
        Number(point.count),
      );
    }
    expect(exportOtlp([], '0.0.0').split('\n')[0]).toContain('"spans":[]');
  });
});
