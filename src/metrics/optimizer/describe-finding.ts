import { quantile } from '../../base/statistics/describe.ts';
import { clipEnd } from '../../base/text.ts';
import { formatNumber, formatShare } from '../format-figure.ts';
import type { Deviation } from './deviation.ts';
import type { Finding, Gauge } from './finding.ts';
import { valuesOf } from './series.ts';
import { formatMeasured, formatReference, formatSpan, runs, secondsInWords } from './words.ts';

/** A deviation with what it means, what to do, what that would bring, and how it will be judged. */
export function describeFinding(deviation: Deviation): Finding {
  const { series, earlier: _, errorType, fence: __, ...rest } = deviation;
  const { version, model } = series.look.stratum;
  const { measure } = series;
  return {
    ...rest,
    metric: errorType ?? measure.metric,
    unit: unitOf(deviation),
    version,
    model,
    sentence: sentenceOf(deviation),
    action: actionOf(deviation),
    expected: expectedOf(deviation),
    gauge: gaugeOf(deviation),
  };
}

function unitOf({ type, series }: Deviation): Finding['unit'] {
  if (type === 'error_cluster' || type === 'outliers' || type === 'missing_data') return 'share';
  return type === 'unstable' ? '' : series.measure.unit;
}

const hitsOf = ({ n, value }: Deviation) => Math.round(n * value);
const quoted = (text: string) => `'${clipEnd(text, 60)}'`;

function sentenceOf(deviation: Deviation): string {
  const { type, series, n, value, interval, reference, earlier, since, fence } = deviation;
  const { metric, unit, role } = series.measure;
  const against = reference ? `; ${formatReference(reference, unitOf(deviation))}` : '';
  const ofRuns = `${hitsOf(deviation)} of ${runs(n)} (${formatShare(value)}) ${formatSpan(interval, 'share')}`;
  const sinceWords = since === null ? '' : `, since ${since}`;
  const name = role === 'time' ? '' : role === 'success' ? 'success' : `${metric} `;
  switch (type) {
    case 'success_below_target':
      return reference?.source === 'tolerance'
        ? `success in ${ofRuns}; no target is set, and half is the least to expect`
        : `success in ${ofRuns}${against}${sinceWords}`;
    case 'falling_trend': {
      const was = `${formatMeasured(earlier?.value ?? Number.NaN, unit)} (n ${earlier?.n})`;
      const verb = series.measure.better === 'lower' ? 'rose' : 'fell';
      const now = `${formatMeasured(value, unit)} ${formatSpan(interval, unit)}`;
      return role === 'success'
        ? `success fell from ${was} to ${now} in the latest ${runs(n)}${sinceWords}`
        : `${role === 'time' ? 'the time of a run' : metric} ${verb} from a median of ${was} to ${now} in the latest ${runs(n)}${sinceWords}`;
    }
    case 'unstable':
      return `half of ${runs(n)} differ from the median ${role === 'time' ? 'time' : metric} by ${spreadWords(deviation, value)} or more; in the own baseline by ${spreadWords(deviation, reference?.value ?? 0)} (n ${reference?.n})`;
    case 'outliers':
      return `${ofRuns} took longer than ${formatMeasured(fence ?? 0, unit)}, far outside the rest${against}`;
    case 'error_cluster':
      return `${ofRuns} failed with ${quoted(deviation.errorType ?? '')}${against}`;
    case 'missing_data':
      return `${metric} is missing in ${ofRuns}${against}`;
    default:
      return `${name}median ${formatMeasured(value, unit)} ${formatSpan(interval, unit)}, n ${n}${against}${sinceWords}`;
  }
}

/** Deviations of times are logarithmic: a factor. */
function spreadWords({ series: { measure } }: Deviation, mad: number): string {
  return measure.role === 'time' || measure.role === 'cost'
    ? `a factor of ${Math.exp(mad).toFixed(1)}`
    : formatNumber(mad);
}

function actionOf(deviation: Deviation): string {
  const noSession = deviation.type !== 'missing_data' && deviation.sessions.length === 0;
  return `${adviceOf(deviation)}${noSession ? ' No run names its session: record session_id to find them.' : ''}`;
}

function adviceOf(deviation: Deviation): string {
  const { type, series, sessions } = deviation;
  const { metric, role } = series.measure;
  const failed = role === 'success' ? 'failed ' : '';
  const named = sessions.length > 0 ? ` (${sessions.slice(0, 3).join(', ')})` : '';
  const read = (which: string) => `Read the ${which}${named}`;
  switch (type) {
    case 'success_below_target':
      return `${read('failed sessions')} and mend their common cause${mainError(deviation)}.`;
    case 'falling_trend':
      return `Find what changed${deviation.since === null ? '' : ` around ${deviation.since}`}: prompt, tools, kind of task. ${read(`worst ${failed}sessions`)}.`;
    case 'slow':
      return `${read('slowest sessions')}: look for waiting, repeated steps and tasks too large for one run. If the work needs that long, ${deviation.reference?.source === 'baseline' ? 'set' : 'raise'} its target.`;
    case 'quality_below_target':
      return `${read('sessions with the lowest scores')} and write what is missing into the agent's prompt.`;
    case 'primary_metric_miss':
    case 'secondary_metric_miss':
      return `${read('sessions furthest from the target')}; change the agent's prompt or, if ${metric} cannot get there, its target.`;
    case 'cost_above_target':
    case 'cost_growth':
      return `${read('most expensive sessions')}: look for re-read files, long outputs and context that is not used.`;
    case 'unstable':
      return `Compare the extremes: ${read('sessions furthest out').replace(/^Read/, 'read')}. Split the agent's work where two kinds of task are mixed.`;
    case 'outliers':
      return `${read('outlying sessions')}: a limit on time or steps would have stopped them.`;
    case 'error_cluster':
      return `${read('sessions with this error')} and remove its cause, or let the agent check for it first.`;
    case 'missing_data':
      return missingAction(deviation);
  }
}

function missingAction({ series: { measure, look } }: Deviation): string {
  const { metric, role } = measure;
  const within = look.stratum.executions.slice(look.windowAt);
  const names = new Set(within.flatMap(({ primaryMetric }) => primaryMetric?.name ?? []));
  names.delete(metric);
  return role === 'primary' && names.size > 0
    ? `Runs record ${[...names].slice(0, 3).map(quoted).join(', ')} as their primary metric instead: use the name of the front matter.`
    : `Record ${metric} with every run (\`kaizen metrics record\`); what is not recorded is not judged.`;
}

function mainError({ series: { within } }: Deviation): string {
  const failures = within.filter(({ execution }) => !execution.success);
  const counts = new Map<string, number>();
  for (const { execution } of failures)
    if (execution.errorType !== undefined)
      counts.set(execution.errorType, (counts.get(execution.errorType) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most ? `; most often ${quoted(most[0])} (${most[1]} of ${failures.length} failures)` : '';
}

function expectedOf(deviation: Deviation): string {
  const { type, series, n, value, reference, earlier, fence } = deviation;
  const { unit, role } = series.measure;
  const goal = reference?.value ?? earlier?.value;
  switch (type) {
    case 'outliers': {
      const excess = series.within.reduce((sum, point) => sum + Math.max(0, point.value - (fence ?? 0)), 0);
      return `Cut at ${formatMeasured(fence ?? 0, unit)}: ${secondsInWords(excess)} less in a window like this.`;
    }
    case 'error_cluster':
      return `Without it: up to ${hitsOf(deviation)} fewer failed runs in a window like this.`;
    case 'missing_data':
      return `The metric is judged on all ${runs(n)} instead of ${n - hitsOf(deviation)}.`;
    case 'unstable': {
      const p90 = (values: readonly number[]) => quantile(values, 0.9) as number;
      return `As steady as before: 9 in 10 runs within ${formatMeasured(p90(valuesOf(series.before)), unit)}, now ${formatMeasured(p90(valuesOf(series.within)), unit)}.`;
    }
    default: {
      if (goal === undefined) return '';
      const gap = Math.abs(goal - value);
      if (role === 'success')
        return `At ${formatShare(goal)}: about ${formatNumber(Math.max(1, Math.round(gap * n)))} fewer failed runs in a window like this.`;
      if (role === 'time')
        return `At ${formatMeasured(goal, unit)}: ${secondsInWords(gap)} less for a typical run, about ${secondsInWords(gap * n)} in a window like this.`;
      return role === 'cost'
        ? `At ${formatMeasured(goal, unit)}: about ${formatMeasured(Number((gap * n).toPrecision(2)), unit)} fewer in a window like this.`
        : `A typical run reaches ${formatMeasured(goal, unit)} instead of ${formatMeasured(value, unit)}.`;
    }
  }
}

function gaugeOf({ type, series: { measure }, errorType, fence }: Deviation): Gauge {
  const { metric, better, role } = measure;
  if (type === 'error_cluster') return { kind: 'rate', of: 'error', errorType: errorType ?? '' };
  if (type === 'outliers') return { kind: 'rate', of: 'outlier', metric, fence: fence ?? 0 };
  if (type === 'missing_data') return { kind: 'rate', of: 'missing', metric };
  if (type === 'unstable') return { kind: 'spread', metric };
  return role === 'success' ? { kind: 'rate', of: 'failure' } : { kind: 'values', metric, better };
}
