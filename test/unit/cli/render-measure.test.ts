import { describe, expect, it } from 'vitest';
import {
  renderComparison,
  renderDaily,
  renderMeasure,
  renderVerdict,
} from '../../../src/cli/render-measure.ts';
import { compareMeasurements } from '../../../src/metrics/compare-measurements.ts';
import { dailyReport } from '../../../src/metrics/daily-report.ts';
import { measureWithMaterial } from '../../../src/metrics/measurement.ts';
import { fleetFacts, simulateFleet } from '../../bench/simulate-fleet.ts';
import { harvested, observed, timeOf } from '../metrics/events.ts';
import { factOf } from '../outcomes/sessions.ts';

const hostile = 'ok \u001b[2J\u001b]52;c;eA==\u0007\u009b31m\r\n::set-output name=x::1\n##[command]x';
const events = simulateFleet({ sessions: 80, seed: 2 });
const measured = measureWithMaterial({ events, facts: fleetFacts, asOf: '2025-06-09', windowDays: 7 });
const plain = { color: false, dryRun: false };

function expectSafe(text: string): void {
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  for (const line of text.split('\n')) expect(line).not.toMatch(/^\s*(::|##\[)/);
}

describe('what measure prints', () => {
  it('is a verdict, a table of figures with n, and what was written', () => {
    const receipt = {
      measured: measured.measured,
      unread: { lines: 0, files: 0 },
      changes: [{ kind: 'write' as const, path: 'metrics/dashboard.md', text: '', was: null }],
    };
    const text = renderMeasure(receipt, plain);
    expect(text.split('\n')[0]).toMatch(/^NOT ENOUGH DATA {2}/);
    expect(text).toMatch(/\nRecurrence +\d+ % \(\d+–\d+ %\) +\d+ /);
    expect(text).toContain('Written:\n  + metrics/dashboard.md');
    for (const line of text.split('\n').slice(2)) expect([line, line.length > 130]).toEqual([line, false]);
    expect(renderMeasure({ ...receipt, changes: [] }, { ...plain, dryRun: true })).toContain(
      'Nothing to write',
    );
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('says where the sessions are when the window has none', () => {
    const late = measureWithMaterial({ events, facts: [], asOf: '2025-12-01', windowDays: 7 });
    expect(
      renderMeasure({ measured: late.measured, unread: { lines: 0, files: 0 }, changes: [] }, plain),
    ).toContain('No session started in this window; 80 sessions before it.');
  });

  it('is safe for a terminal and a CI log, whatever the data says', () => {
    const facts = [factOf({ id: 'abcdefghij', title: hostile })];
    const rows = [
      harvested('s1', { factIds: ['abcdefghij'], reason: hostile, outcome: 'failed' }),
      observed('s1', { repo: hostile, errorFingerprints: { k: 1 }, errorTemplates: { k: hostile } }),
    ];
    const one = measureWithMaterial({ events: rows, facts, asOf: '2026-03-03', windowDays: 7 });
    expectSafe(renderMeasure({ measured: one.measured, unread: { lines: 0, files: 0 }, changes: [] }, plain));
    expectSafe(renderVerdict(one.measured));
    expectSafe(renderDaily(dailyReport(rows, facts, '2026-03-03')));
    expectSafe(renderComparison(hostile, compareMeasurements(one, one), false));
    expect(renderDaily(dailyReport(rows, facts, '2026-03-03')).split('\n').length).toBeLessThan(12);
  });

  it('is one line for the verdict', () => {
    expect(renderVerdict(measured.measured).split('\n')).toHaveLength(1);
  });

  it('reports a day in a dozen lines', () => {
    const report = dailyReport(
      [observed('a', { startedAt: timeOf(0), errorFingerprints: { k: 1 }, firstCheck: 'green' })],
      [],
      '2026-03-02',
    );
    expect(renderDaily(report)).toBe(
      [
        'Day 2026-03-02 (UTC)',
        '  Sessions   1, 60 active minutes',
        '  Checks     1 of 1 green at the first try',
        '  Errors     1, 0 seen before (0 %), 0 of them although a fact existed',
        '  Told       no session was given a fact',
        '  Harvest    0 sessions: 0 new facts, 0 confirmed; 0 wait for review',
      ].join('\n'),
    );
  });
});
