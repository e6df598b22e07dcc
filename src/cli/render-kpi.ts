import pc from 'picocolors';
import { type StopReason, stopReasons } from '../base/stop-reasons.ts';
import { counted, terminalSafe } from '../base/text.ts';
import type { KpiReport } from '../flows/kpi.ts';
import { formatDuration } from '../metrics/format-duration.ts';
import type { FleetKpi, KpiRate, KpiTvc } from '../metrics/kpi/fleet-kpi.ts';
import { formatRate, formatTvc } from '../metrics/kpi/format-kpi.ts';
import { formatAmount } from '../metrics/kpi/format-money.ts';
import { shortCount } from './format-figures.ts';
import { touchWords } from './touch-words.ts';

/** The fleet on a page. */
export function renderKpi(report: KpiReport, { color }: { color: boolean }): string {
  const { bold, dim } = pc.createColors(color);
  const { tasks, window } = report;
  const where = report.repo === null ? '' : ` · ${report.repo}`;
  const newest =
    window.leftOut > 0 ? ` · the ${window.most} newest, ${window.leftOut} left out (--window)` : '';
  const head = `${bold('KPIs')}  ${window.from} to ${window.to} (${counted(window.days, 'day')}, UTC)${where}${newest}`;
  if (tasks.total === 0)
    return `${head}\n\nNo task began in these days. \`kaizen harvest\` reads transcripts; --days and --now look elsewhere.`;
  const lines = rowsOf(report).map(([name, text]) => `  ${name.padEnd(15)}${terminalSafe(text)}`);
  const note =
    'A task begins with a message and ends with a commit. “At least”: more than half had no verified commit when last seen. Intervals are 95 %.';
  return [head, ...lines, '', dim(note)].join('\n');
}

function rowsOf(report: KpiReport): [string, string][] {
  const { tasks, tvc, touchFree, touches, duration, active } = report;
  return [
    ['Tasks', taskWords(tasks)],
    ['TVc median', `${formatTvc(tvc.wall)} wall · ${formatTvc(tvc.active)} active`],
    ['  by size', bySize(tvc.bySize, (one: KpiTvc) => (one.n === 0 ? undefined : formatTvc(one)))],
    ['Touch-free', formatRate(touchFree)],
    ['  by size', bySize(touchFree.bySize, (one: KpiRate) => (one.n === 0 ? undefined : formatRate(one)))],
    ['Touches', touchLine(touches)],
    ['Committed', `${formatRate(report.success)} · verified: ${formatRate(report.verifiedShare)}`],
    ['Ended', reasonWords(report)],
    [
      'Duration',
      `p50 ${span(duration.p50)}, p90 ${span(duration.p90)}, max ${span(duration.max)} (n ${duration.n})`,
    ],
    ['Active', `p50 ${span(active.p50)}, p90 ${span(active.p90)}, max ${span(active.max)} (n ${active.n})`],
    ['Tokens', tokenWords(report)],
    ['Cost', costWords(report)],
  ];
}

const span = (ms: number | null) => (ms === null ? 'unknown' : formatDuration(ms));

function taskWords({
  total,
  finished,
  running,
  withoutChange,
  verified,
  unverified,
  uncommitted,
  orphans,
}: FleetKpi['tasks']): string {
  const rest = [
    `${withoutChange} changed nothing`,
    ...(running > 0 ? [`${running} running`] : []),
    ...(orphans > 0 ? [`${counted(orphans, 'sub-agent')} without its task`] : []),
  ];
  return `${total}: ${finished} finished (${verified} verified, ${unverified} unverified, ${uncommitted} without a commit), ${rest.join(', ')}`;
}

function bySize<T>(sizes: Record<string, T>, words: (one: T) => string | undefined): string {
  const parts = Object.entries(sizes).flatMap(([size, one]) => {
    const text = words(one);
    return text === undefined ? [] : `${size} ${text}`;
  });
  return parts.length === 0 ? 'none of known size' : parts.join(' · ');
}

function touchLine({ total, byKind, median, n, manualKnown }: FleetKpi['touches']): string {
  if (n === 0) return 'none';
  const kinds = touchWords(byKind);
  const manual = manualKnown < n ? ` · manual commits looked for in ${manualKnown} of ${n}` : '';
  return `${total} in ${counted(n, 'task')}, median ${median}${kinds === '' ? '' : `: ${kinds}`}${manual}`;
}

function reasonWords({ stopReasons: reasons, otherReasons }: KpiReport): string {
  const titleOf = (code: string) =>
    Object.hasOwn(stopReasons, code) ? (stopReasons as Record<string, StopReason>)[code]?.title : code;
  if (reasons.length === 0) return 'unknown';
  const words = reasons.map(({ code, count: n }) => `${n} ${titleOf(code)}`);
  return [...words, ...(otherReasons > 0 ? [`${otherReasons} otherwise`] : [])].join(', ');
}

function tokenWords({ tokens }: KpiReport): string {
  if (tokens.sum === null) return 'unknown: no transcript records them';
  const { input, output, cacheRead, cacheWrite } = tokens.sum;
  return `${shortCount(input)} in, ${shortCount(output)} out, ${shortCount(cacheRead)} cache read, ${shortCount(cacheWrite)} cache write (${tokens.n} of ${tokens.total} tasks record them)`;
}

function costWords({ cost }: KpiReport): string {
  if (cost.amount === null) return `unknown: ${cost.reason}`;
  const each =
    cost.perVerifiedCommit === null
      ? 'no verified task'
      : `${formatAmount(cost.perVerifiedCommit)} per verified task`;
  return `${formatAmount(cost.amount)} ${cost.currency} in ${cost.n} of ${cost.total} tasks, ${each} (price table ${cost.priceTable})`;
}
