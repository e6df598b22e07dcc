import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays } from '../../../../src/base/calendar.ts';
import type { Execution } from '../../../../src/metrics/agents/executions/execution.ts';
import { analyseAgent } from '../../../../src/metrics/optimizer/analyse-agent.ts';
import {
  fingerprintOf,
  formatAnalysisFile,
  parseAnalysisFile,
} from '../../../../src/metrics/optimizer/analysis-file.ts';
import { foldLedger, type LedgerEntry } from '../../../../src/metrics/optimizer/ledger.ts';
import { decisionRow, planRecommendations } from '../../../../src/metrics/optimizer/plan-recommendations.ts';
import {
  formatRecommendation,
  formatStatus,
  parseRecommendationRows,
  type StatusRow,
} from '../../../../src/metrics/optimizer/recommendation.ts';
import { executions, lookOn, record, steady, today } from './sample-executions.ts';

const limits = { executionTimeS: 60, successRate: 0.9 };
const on = (day: string) => ({ at: `${day}T20:00:00.000Z`, today: day, checkAfterDays: 28 });

/** One call of the optimizer on a day: the rows so far, and those it appends. */
function optimizeOn(day: string, rows: readonly Execution[], ledger: readonly LedgerEntry[] = []) {
  const one = record(rows, { limits });
  return planRecommendations(analyseAgent(one, lookOn({ today: day })), ledger, one, on(day));
}
const slowRows = executions(25, (i) => ({ executionTimeS: 84 + (steady(i) % 10), success: true }));
const first = optimizeOn(today, slowRows);
const given = first.recommendations[0];
if (!given) throw new Error('the sample gives no recommendation');
const ledgerOf = (...statuses: StatusRow[]) => foldLedger({ recommendations: [given], statuses });
const [open] = ledgerOf();
if (!open) throw new Error('no entry');
const checkDay = addDays(today, 28);

describe('a recommendation', () => {
  it('says what is the case, on what grounds, what to do, what that brings, and when it is checked', () => {
    expect(given).toMatchObject({
      agent: 'tdd-workflow',
      type: 'slow',
      n: 25,
      reference: { value: 60, source: 'config' },
      checkDate: checkDay,
      follows: null,
    });
    expect(given.id).toMatch(/^rec-[a-z2-7]{8}$/);
    expect(given.sentence).toMatch(/^median 88 s \[86–91\], n 25; target 60 s \(config\)$/);
    expect(given.confidence).toBeGreaterThan(0.95);
    expect(given.confidence).toBeLessThan(1);
    expect(given.sessions).toHaveLength(5);
    expect(given.expected).toBe('At 60 s: 28 s less for a typical run, about 12 min in a window like this.');
  });
  it('comes back from its row, and a broken row is counted', () => {
    const status = decisionRow(open, { status: 'accepted', reason: 'prompt split' }, on('2026-11-22'));
    const text = [formatRecommendation(given), '{"kind":"recomm', formatStatus(status), '[]', ''].join('\n');
    const rows = parseRecommendationRows(text);
    expect(rows.skipped).toBe(2);
    expect(rows.statuses).toEqual([status]);
    const { chance, confidence, ...rest } = given;
    expect(rows.recommendations[0]).toMatchObject(rest);
    expect(formatRecommendation(rows.recommendations[0] as typeof given)).toBe(formatRecommendation(given));
  });
  it('is not given again while it is open, whatever the version', () => {
    const newer = slowRows.map((row) => ({ ...row, agentVersion: '2' }));
    for (const rows of [slowRows, newer]) {
      const again = optimizeOn(addDays(today, 2), rows, ledgerOf());
      expect(again.recommendations).toEqual([]);
      expect(again.known).toMatchObject([{ id: given.id, why: 'open' }]);
    }
  });
  it('dismissed, is silent until the figure is twice as far off', () => {
    const ledger = ledgerOf(decisionRow(open, { status: 'dismissed', reason: '' }, on(today)));
    expect(optimizeOn(today, slowRows, ledger)).toMatchObject({
      recommendations: [],
      known: [{ why: 'dismissed' }],
    });
    const slower = slowRows.map((row) => ({ ...row, executionTimeS: 130 }));
    const [again] = optimizeOn(today, slower, ledger).recommendations;
    expect(again).toMatchObject({ type: 'slow', follows: given.id });
    expect(again?.id).not.toBe(given.id);
  });
  it('two branches give the same one the same id', () => {
    const [other] = optimizeOn(addDays(today, 1), slowRows).recommendations;
    expect(other?.id).toBe(given.id);
    const merged = foldLedger({ recommendations: [other as typeof given, given, given], statuses: [] });
    expect(merged).toHaveLength(1);
    expect(merged[0]?.recommendation.at).toBe(given.at);
  });
  it('the order of rows does not matter', () => {
    const rows = [
      decisionRow(open, { status: 'accepted', reason: 'a' }, on('2026-11-21')),
      decisionRow(open, { status: 'open', reason: 'b' }, on('2026-11-22')),
      decisionRow(open, { status: 'dismissed', reason: 'c' }, on('2026-11-23')),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: 3 }), (shuffled) => {
        expect(ledgerOf(...shuffled, ...shuffled)).toEqual(ledgerOf(...rows));
      }),
    );
  });
});

describe('after the check date', () => {
  const accepted = decisionRow(open, { status: 'accepted', reason: '' }, on(addDays(today, 1)));
  const due = addDays(today, 29);
  const since = (timeOf: (i: number) => number, n = 28) =>
    executions(n, (i) => ({ executionTimeS: timeOf(i), agentVersion: '2' }), { until: due, prefix: 'l' });
  const judged = (rows: readonly Execution[], ...statuses: StatusRow[]) =>
    optimizeOn(due, [...slowRows, ...rows], ledgerOf(...statuses)).statuses;

  it('accepted advice is judged by what came after: helped, no change, worse', () => {
    const helped = judged(
      since((i) => 50 + (i % 5)),
      accepted,
    );
    expect(helped).toMatchObject([{ id: given.id, status: 'helped', by: 'data', checkDate: null }]);
    expect(helped[0]?.reason).toMatch(
      /^median of execution_time_s 88 s \(n 25\) → 52 s \(n 28\), typical difference −37 s$/,
    );
    expect(
      judged(
        since((i) => 84 + (i % 10)),
        accepted,
      ),
    ).toMatchObject([{ status: 'no_change', checkDate: null }]);
    expect(
      judged(
        since((i) => 200 + (i % 10)),
        accepted,
      ),
    ).toMatchObject([{ status: 'worse', checkDate: null }]);
  });
  it('too few runs: asked again later, and the acceptance stays', () => {
    const [row] = judged(
      since(() => 50, 4),
      accepted,
    );
    expect(row).toMatchObject({ status: 'too_few', checkDate: addDays(due, 28) });
    expect(row?.reason).toBe('25 runs before and 4 since; 10 on each side are needed');
    const [entry] = ledgerOf(accepted, row as StatusRow);
    expect(entry).toMatchObject({ isOpen: true, acceptedAt: accepted.at, status: 'too_few' });
  });
  it('nobody acted: what is seen is said, and that it proves nothing', () => {
    const [better] = judged(since(() => 50));
    expect(better).toMatchObject({ status: 'unknown', checkDate: null });
    expect(better?.reason).toMatch(
      /^better: .*; nobody accepted it, so what the advice did cannot be known$/,
    );
    const [same] = judged(since((i) => 84 + (i % 10)));
    expect(same).toMatchObject({ status: 'unknown', checkDate: addDays(due, 28) });
  });
  it('before the date nothing is judged; after closing, the same finding is advice anew', () => {
    expect(optimizeOn(addDays(today, 27), slowRows, ledgerOf()).statuses).toEqual([]);
    const rows = [
      ...slowRows,
      ...since((i) => 84 + (i % 10)).map((row) => ({ ...row, agentVersion: undefined })),
    ];
    const plan = optimizeOn(due, rows, ledgerOf(accepted));
    expect(plan.statuses).toMatchObject([{ status: 'no_change' }]);
    expect(plan.recommendations).toMatchObject([{ type: 'slow', follows: given.id }]);
  });
  it('runs of another model do not count', () => {
    const other = since(() => 50).map((row) => ({ ...row, model: 'm2' }));
    expect(judged(other, accepted)).toMatchObject([{ status: 'too_few' }]);
  });
  it('rates are compared from 20 runs a side on', () => {
    const failing = executions(25, () => ({ success: false, executionTimeS: 50 }));
    const [failure] = optimizeOn(today, failing).recommendations;
    const ledger = foldLedger({ recommendations: failure ? [failure] : [], statuses: [] });
    const after = (n: number) => executions(n, () => ({ executionTimeS: 50 }), { until: due, prefix: 'l' });
    const statusOf = (n: number) => optimizeOn(due, [...failing, ...after(n)], ledger).statuses[0];
    expect(statusOf(19)?.status).toBe('too_few');
    expect(statusOf(20)?.reason).toMatch(/^better: failed runs 100 % \(n 25\) → 0 % \(n 20\): −100 points/);
  });
});

describe('analysis.json', () => {
  const one = record(slowRows, { limits });
  const options = lookOn();
  const file = (before: string | undefined, at = options) =>
    formatAnalysisFile(parseAnalysisFile(before), [
      { analysis: analyseAgent(one, at), fingerprint: fingerprintOf(one, at) },
    ]);
  it('the same inputs give the same fingerprint, and nothing to write', () => {
    const text = file(undefined);
    expect(file(text)).toBeUndefined();
    // A later day of the same week is the same look; a later week is another.
    expect(fingerprintOf(one, lookOn({ today: addDays(today, 2) }))).toBe(fingerprintOf(one, options));
    expect(fingerprintOf(one, lookOn({ today: addDays(today, 7) }))).not.toBe(fingerprintOf(one, options));
    expect(fingerprintOf({ ...one, executions: [...slowRows].reverse() }, options)).toBe(
      fingerprintOf(one, options),
    );
  });
  it('another row, target, window or option is another fingerprint', () => {
    const base = fingerprintOf(one, options);
    const others = [
      fingerprintOf(record(slowRows.slice(1), { limits }), options),
      fingerprintOf(record(slowRows, { limits: { executionTimeS: 61 } }), options),
      fingerprintOf(one, lookOn({ windowDays: 60 })),
      fingerprintOf(one, lookOn({ min: 12 })),
      fingerprintOf(one, lookOn({ seedCompat: true })),
    ];
    expect(new Set([base, ...others]).size).toBe(6);
  });
  it('agents that were not looked at keep their entry; a broken file is made anew', () => {
    const text = file('{"agents":{"docs":{"fingerprint":"f","status":"analysed"}}}') ?? '';
    expect(Object.keys(JSON.parse(text).agents)).toEqual(['docs', 'tdd-workflow']);
    expect(file('{"agents":')).toBe(file(undefined));
    expect(text).not.toContain(`"to"`);
  });
});
