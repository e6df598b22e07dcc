import { mermaidLabel } from '../base/markdown.ts';
import { fewestPoints, type SeriesPoint, type TimeSeries } from './time-series.ts';

/** A fenced Mermaid block of a diagram's lines. */
function fenced(lines: readonly string[]): string {
  return ['```mermaid', ...lines, '```'].join('\n');
}

/** Low and in a colour that is seen on white and on black: the default line is a pale lilac. */
const look = [
  '---',
  'config:',
  '  xyChart:',
  '    width: 760',
  '    height: 240',
  '  themeVariables:',
  '    xyChart:',
  '      plotColorPalette: "#2f81f7"',
  '---',
];

/** What a chart over time shows. */
export interface ChartSpec {
  title: string;
  axis: string;
  /** Fixed top of the axis; else it follows the values. */
  top?: number;
  kind: 'line' | 'bar';
  /** null: nothing is known of that period; it is left out, never drawn as 0. */
  valueOf(point: SeriesPoint): number | null;
}

/**
 * An `xychart-beta` (GitHub's Mermaid knows it) of 6 to 12 periods; undefined with fewer. xychart has no gaps, so a
 * period without a value has no place on the axis; `note` says which are left out.
 */
export function timeChart(
  series: TimeSeries,
  spec: ChartSpec,
): { block: string; note: string | null } | undefined {
  const known = series.points.flatMap((point) => {
    const value = spec.valueOf(point);
    return value === null ? [] : [{ period: point.period, value }];
  });
  if (known.length < fewestPoints) return undefined;
  const [first, last] = [known[0]?.period ?? '', known.at(-1)?.period ?? ''];
  const block = lineChart({
    ...spec,
    points: known.map(({ period, value }) => ({ label: period, value })),
  });
  const name = shortener(first, last);
  return { block, note: leftOut(series, new Set(known.map((point) => point.period)), first, last, name) };
}

/** The year is said only where there are two. */
function shortener(first: string, last: string): (period: string) => string {
  return (period) => (first.slice(0, 4) === last.slice(0, 4) ? period.slice(5) : period);
}

/** An `xychart-beta` of points with weeks or days as labels, oldest first; the axis begins at 0. */
export function lineChart(chart: {
  title: string;
  axis: string;
  points: readonly { label: string; value: number }[];
  top?: number;
  kind?: 'line' | 'bar';
}): string {
  const { points } = chart;
  const name = shortener(points[0]?.label ?? '', points.at(-1)?.label ?? '');
  const top = chart.top ?? niceTop(Math.max(...points.map(({ value }) => value)));
  return fenced([
    ...look,
    'xychart-beta',
    `  title "${mermaidLabel(chart.title, 60)}"`,
    `  x-axis [${points.map(({ label }) => `"${mermaidLabel(name(label))}"`).join(', ')}]`,
    `  y-axis "${mermaidLabel(chart.axis)}" 0 --> ${top}`,
    `  ${chart.kind ?? 'line'} [${points.map(({ value }) => Number(value.toFixed(2))).join(', ')}]`,
  ]);
}

/** The periods between the first and the last shown one that have no value, in runs. */
function leftOut(
  series: TimeSeries,
  shown: ReadonlySet<string>,
  first: string,
  last: string,
  name: (period: string) => string,
): string | null {
  const all = [...series.gaps, ...series.points.map((point) => point.period)].sort();
  const runs: string[][] = [];
  let open = false;
  for (const period of all.filter((one) => one > first && one < last)) {
    if (shown.has(period)) open = false;
    else {
      if (open) runs.at(-1)?.push(period);
      else runs.push([period]);
      open = true;
    }
  }
  if (runs.length === 0) return null;
  const words = runs.map((run) =>
    run.length === 1 ? name(run[0] as string) : `${name(run[0] as string)} to ${name(run.at(-1) as string)}`,
  );
  return `Left out, not zero: ${words.join(', ')} (fewer than 3 sessions tell).`;
}

function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10;
  return Number((step * power).toPrecision(2));
}

/** A pie of counts, slices without anything left out; undefined when there are fewer than two slices. */
export function pieChart(
  title: string,
  slices: readonly { label: string; count: number }[],
): string | undefined {
  const shown = slices.filter((slice) => slice.count > 0);
  if (shown.length < 2) return undefined;
  return fenced([
    `pie showData title ${mermaidLabel(title, 60)}`,
    ...shown.map((slice) => `  "${mermaidLabel(slice.label)}" : ${slice.count}`),
  ]);
}
