import { existsSync, readdirSync, readFileSync } from 'node:fs';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { describe, expect, it } from 'vitest';
import type { KaizenEvent } from '../../../src/base/events.ts';
import type { Fact } from '../../../src/knowledge/fact.ts';
import { readFleet } from '../../../src/metrics/fleet.ts';
import { measureFleet } from '../../../src/metrics/measurement.ts';
import { pieChart, timeChart } from '../../../src/metrics/mermaid-chart.ts';
import { recurrenceOf } from '../../../src/metrics/recurrence.ts';
import { renderDashboard } from '../../../src/metrics/render-dashboard.ts';
import { type TimeSeries, timeSeries } from '../../../src/metrics/time-series.ts';
import { factOf } from '../outcomes/sessions.ts';
import { exposed, harvested, observed, timeOf } from './events.ts';

interface Node {
  type: string;
  url?: string;
  lang?: string;
  value?: string;
  children?: Node[];
}
const parse = (text: string) => unified().use(remarkParse).use(remarkGfm).parse(text) as Node;
const flat = (node: Node): Node[] => [node, ...(node.children ?? []).flatMap(flat)];

/** A small fleet in which every section of the dashboard has something to show, with given texts in its data. */
function fleetWith(text: string): { events: KaizenEvent[]; facts: Fact[] } {
  const events: KaizenEvent[] = [];
  for (let i = 0; i < 45; i += 1) {
    const name = `s${String(i).padStart(7, '0')}`;
    const day = Math.floor(i / 5) * 7 + (i % 5);
    events.push(
      observed(name, {
        startedAt: timeOf(day),
        repo: i % 4 === 0 ? text : 'acme/app',
        errorFingerprints: i % 3 === 0 ? { k1: 2 } : {},
        errorTemplates: i % 3 === 0 ? { k1: text } : {},
        firstCheck: i % 5 === 0 ? 'red' : 'green',
        usedFacts: i % 2 === 0 ? [{ id: 'abcdefghij', how: 'cited' }] : [],
        activeMs: (10 + i) * 60_000,
      }),
      exposed(name, ['abcdefghij', '-gonegonego']),
      harvested(name, { at: timeOf(day, 20), factErrors: i === 0 ? { abcdefghij: ['k1'] } : {} }),
    );
  }
  events.push(harvested('broken', { outcome: 'failed', reason: text, at: timeOf(1) }));
  const facts = [
    factOf({ title: text.slice(0, 120) || 'x', firstSeen: '2026-03-02', lastConfirmed: '2025-01-01' }),
    factOf({ id: 'candidatec', status: 'candidate', scope: 'agent:codex' }),
  ];
  return { events, facts };
}
const render = (text: string) =>
  renderDashboard(measureFleet({ ...fleetWith(text), asOf: '2026-05-01', windowDays: 14 }));
const calm = render('Cannot find module');

/** Hostile texts, as they come out of transcripts. */
const hostile: Record<string, string> = {
  html: '<img src=x onerror=alert(1)><script>x</script>',
  links: '[a](javascript:alert(1)) [b](data:text/html,x) <javascript:alert(1)> ![](https://evil.invalid/x)',
  table: 'a | b\n|---|\n| injected row | x |',
  mermaid: 'A["</text>"]; click A href "x"\n%%{init: {"securityLevel":"loose"}}%%\nclassDef x fill:red',
  terminal: 'ok \u001b[2J\u001b]52;c;eA==\u0007\u009b31m\rfake',
  fence: '```\n# Heading\n```mermaid\npie',
  commands: '::set-output name=x::1\n##[command]x',
  heading: '# Verdict: compounding\n- [x] done\n> quote',
};

describe('the dashboard', () => {
  it('has a verdict first, then what to do, then the proof and the figures', () => {
    const headings = flat(parse(calm))
      .filter((node) => node.type === 'heading')
      .map((node) => node.children?.[0]?.value);
    expect(headings).toEqual([
      'Does the loop pay?',
      'Do next',
      'Proof',
      'Figures',
      'Over time',
      'Errors that come back',
      'Facts used most',
      'Facts gone stale',
      'Store',
      'Harvest',
      'What the figures mean (definitions 1)',
    ]);
    expect(calm.split('\n')[2]).toMatch(/^> \*\*NOT ENOUGH DATA\*\* — .*\.$/);
  });

  it.each(Object.entries(hostile))('shows %s from data as text and nothing else', (_, text) => {
    const page = render(text);
    const [nodes, calmNodes] = [flat(parse(page)), flat(parse(calm))];
    const kinds = (all: Node[]) =>
      all
        .map((node) => node.type)
        .filter((type) => type !== 'text' && type !== 'link')
        .sort();
    // The same structure as with harmless text: no node was added by what the text says.
    expect(kinds(nodes)).toEqual(kinds(calmNodes));
    for (const node of nodes) if (node.type === 'link') expect(node.url).toMatch(/^https?:/);
    expect(page).not.toMatch(
      /<script|<img|onerror=|%%\{|javascript:|data:text|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/i,
    );
    for (const line of page.split('\n')) expect(line).not.toMatch(/^\s*(::|##\[)/);
    for (const block of mermaidBlocks(page)) expect(block).not.toMatch(/click A|classDef|evil|injected/);
  });

  it('escapes rows so that tables keep their shape', () => {
    for (const text of Object.values(hostile))
      for (const table of flat(parse(render(text))).filter((node) => node.type === 'table')) {
        const widths = (table.children ?? []).map((row) => row.children?.length);
        expect(new Set(widths).size).toBe(1);
      }
  });

  it('stays a page: long texts are cut', () => {
    expect(render('x'.repeat(100_000)).length).toBeLessThan(60_000);
  });

  it('is short and honest when there is nothing', () => {
    const page = renderDashboard(measureFleet({ events: [], facts: [], asOf: '2026-05-01', windowDays: 7 }));
    expect(page).toContain('NOT ENOUGH DATA');
    expect(page).toContain('No transcript has been harvested yet.');
    expect(page).not.toContain('mermaid');
    expect(page).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(calm).not.toMatch(/NaN|undefined|Infinity|null/);
  });

  const folder = new URL('../../../../shared/bad-inputs/sessions/', import.meta.url).pathname;
  describe.skipIf(!existsSync(folder))('with the render group of the bad inputs', () => {
    const files = existsSync(folder)
      ? readdirSync(folder).filter((name) => /^G(0[1-9]|10)\.jsonl$/.test(name))
      : [];
    it.each(files)('%s', (name) => {
      const line = JSON.parse(readFileSync(`${folder}${name}`, 'utf8').split('\n')[0] as string);
      const page = render(String(line.message.content));
      expect(page).not.toMatch(/<script|onerror=|javascript:|data:text|%%\{|[\u001b\u009b]/i);
      expect(flat(parse(page)).filter((node) => ['html', 'image', 'definition'].includes(node.type))).toEqual(
        [],
      );
      for (const row of page.split('\n')) expect(row).not.toMatch(/^\s*(::|##\[)|^EOF$|^evil=/);
      expect(page.length).toBeLessThan(65_536);
    });
  });
});

const mermaidBlocks = (page: string) =>
  flat(parse(page))
    .filter((node) => node.type === 'code' && node.lang === 'mermaid')
    .map((node) => node.value ?? '');

describe('charts', () => {
  it('are xychart-beta of 6 to 12 points with quoted labels, as many values as labels', () => {
    const charts = mermaidBlocks(calm).filter((block) => block.includes('xychart-beta'));
    expect(charts.length).toBeGreaterThanOrEqual(2);
    for (const chart of charts) {
      const labels = [...(/x-axis \[(.*)\]/.exec(chart)?.[1] ?? '').matchAll(/"[^"]+"/g)];
      const values = (/(?:line|bar) \[(.*)\]/.exec(chart)?.[1] ?? '').split(', ').map(Number);
      expect(labels.length).toBeGreaterThanOrEqual(6);
      expect(labels.length).toBeLessThanOrEqual(12);
      expect(values).toHaveLength(labels.length);
      expect(values.every(Number.isFinite)).toBe(true);
      expect(chart).toMatch(/^---\n[\s\S]*\n---\nxychart-beta\n {2}title "[^"]+"\n/);
      expect(chart).toMatch(/y-axis "[^"]+" 0 --> \d/);
    }
    expect(mermaidBlocks(calm).at(-1)).toBe(
      'pie showData title Facts by state\n  "active" : 1\n  "candidate" : 1',
    );
  });

  const points = (values: (number | null)[]): TimeSeries => ({
    unit: 'week',
    points: values.map((value, i) => ({
      period: `2026-W${String(10 + i).padStart(2, '0')}`,
      sessions: 5,
      recurrence: value,
      firstTry: null,
      minutes: null,
    })),
    gaps: ['2026-W30'],
  });
  const spec = {
    title: 't',
    axis: 'a',
    kind: 'line',
    valueOf: (point: { recurrence: number | null }) => point.recurrence,
  } as const;

  it('draw no point for an unknown week, and say so', () => {
    const chart = timeChart(points([1, null, null, 2, 3, 4, null, 5, 0]), spec);
    expect(chart?.block).toContain('x-axis ["W10", "W13", "W14", "W15", "W17", "W18"]');
    expect(chart?.block).toContain('line [1, 2, 3, 4, 5, 0]');
    expect(chart?.note).toBe('Left out, not zero: W11 to W12, W16 (fewer than 3 sessions tell).');
  });
  it('are not drawn with fewer than 6 points', () => {
    expect(timeChart(points([1, 2, 3, 4, 5, null]), spec)).toBeUndefined();
    expect(
      pieChart('t', [
        { label: 'a', count: 3 },
        { label: 'b', count: 0 },
      ]),
    ).toBeUndefined();
  });
  it('names the year when the weeks span two', () => {
    const series = points([1, 2, 3, 4, 5, 6]);
    (series.points[0] as { period: string }).period = '2025-W52';
    expect(timeChart(series, spec)?.block).toContain('"2025-W52", "2026-W11"');
  });
});

describe('timeSeries', () => {
  const series = (days: readonly number[]) =>
    timeSeries(
      recurrenceOf(
        readFleet(days.map((day, i) => observed(`s${i}`, { startedAt: timeOf(day) }))).sessions,
        new Map(),
      ),
    );
  it('is by ISO week, with the weeks without sessions named', () => {
    const weeks = series([0, 1, 2, 7, 14, 28, 35, 42]);
    expect(weeks.unit).toBe('week');
    expect(weeks.points.map((point) => [point.period, point.sessions])).toEqual([
      ['2026-W10', 3],
      ['2026-W11', 1],
      ['2026-W12', 1],
      ['2026-W14', 1],
      ['2026-W15', 1],
      ['2026-W16', 1],
    ]);
    expect(weeks.gaps).toEqual(['2026-W13']);
    expect(weeks.points.map((point) => point.minutes)).toEqual([60, null, null, null, null, null]);
  });
  it('is by day until there are six weeks, keeps the last twelve, and spans the turn of a year', () => {
    expect(series([0, 1, 3])).toMatchObject({ unit: 'day', gaps: ['2026-03-04'] });
    expect(series(Array.from({ length: 20 }, (_, i) => i * 7)).points).toHaveLength(12);
    expect(series([-70, -63, -56, -49, -42, -35]).points.map((point) => point.period)).toEqual([
      '2025-W52',
      '2026-W01',
      '2026-W02',
      '2026-W03',
      '2026-W04',
      '2026-W05',
    ]);
    expect(series([-70, -49, -42, -35, -28, -21]).gaps).toEqual(['2026-W01', '2026-W02']);
    expect(series([])).toEqual({ unit: 'day', points: [], gaps: [] });
  });
});
