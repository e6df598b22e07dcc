import { type Interval, median, medianInterval } from '../../base/statistics/describe.ts';
import { wilson } from '../../base/statistics/proportion.ts';
import type { AgentDefinition } from '../agents/agent-definition.ts';
import type { Execution } from '../agents/executions/execution.ts';
import { describeFinding } from './describe-finding.ts';
import { detectChange, detectSpread } from './detect-change.ts';
import { detectErrors, detectMissing, detectOutliers, findOutliers } from './detect-shares.ts';
import { detectMiss } from './detect-target.ts';
import type { Deviation } from './deviation.ts';
import type { Finding } from './finding.ts';
import { type Measure, measuresOf } from './measures.ts';
import { seedFindings } from './seed-rules.ts';
import { type Series, seriesOf, shortestBaseline, valuesOf } from './series.ts';
import {
  describeStratum,
  isSuperseded,
  type OptimizerWindow,
  optimizerWindow,
  type Stratum,
  splitByVersion,
  usableExecutions,
  windowStart,
} from './strata.ts';
import { type AgentLimits, type Target, targetOf } from './targets.ts';
import { formatMeasured, runs, secondsInWords } from './words.ts';

/** What one agent is analysed from. */
export interface AgentRecord {
  agent: string;
  executions: readonly Execution[];
  definition?: AgentDefinition | undefined;
  limits?: AgentLimits | undefined;
}

/** How to look. `today` is a UTC day. */
export interface LookOptions {
  today: string;
  windowDays: number;
  /** Fewest executions, at least `fewestExecutions`. */
  min: number;
  /** Also apply the constants of seed 004 where nobody set a target. */
  seedCompat: boolean;
}

/** Fewer executions than this never give a recommendation (seed 004). */
export const fewestExecutions = 10;

/** A metric of a stratum as it stands. */
export interface MetricReading {
  metric: string;
  n: number;
  value: number;
  interval: Interval | null;
  unit: Measure['unit'];
  target: Target | null;
  /** Why nothing can be said of it against a target or its past; null when it was judged. */
  notJudged: string | null;
}

/** One version and model of an agent. */
export interface StratumAnalysis {
  version: string | null;
  model: string | null;
  /** Executions in the window, and before it. */
  n: number;
  before: number;
  /** Why it was not judged; null when it was. */
  notJudged: string | null;
  readings: MetricReading[];
  /** What is odd without being a pattern. */
  observations: string[];
}

/** What the optimizer sees in the executions of one agent. */
export interface AgentAnalysis {
  agent: string;
  status: 'analysed' | 'insufficient_data' | 'disabled';
  /** Executions in the window. */
  n: number;
  /** How many more are needed, in one version and model. */
  missing: number;
  min: number;
  window: OptimizerWindow;
  /** Rows that repeat another, rows dated after today, and rows before the newest 20,000: all left out. */
  duplicates: number;
  future: number;
  older: number;
  strata: StratumAnalysis[];
  findings: Finding[];
  /** One sentence where the status needs one. */
  reason: string | null;
}

/** Analyses one agent: every stratum with enough executions in the window on its own. */
export function analyseAgent(record: AgentRecord, options: LookOptions): AgentAnalysis {
  const optimization = record.definition?.optimization;
  const min = Math.max(fewestExecutions, options.min, optimization?.minExecutions ?? 0);
  const window = optimizerWindow(options.today, options.windowDays);
  const { usable, duplicates, future, older } = usableExecutions(record.executions, options.today);
  const strata = splitByVersion(usable);
  const looks = strata.map((stratum) => {
    const at = windowStart(stratum, window);
    const n = stratum.executions.length - at;
    const superseded = isSuperseded(stratum, strata, min);
    const notJudged = superseded
      ? `no longer run: ${min} or more later runs are of another version or model`
      : n < min
        ? `${n} of ${min} runs in the window`
        : null;
    return { stratum, windowAt: at, n, superseded, notJudged };
  });
  const n = looks.reduce((sum, look) => sum + look.n, 0);
  const empty = { agent: record.agent, n, min, window, duplicates, future, older, missing: 0, findings: [] };
  if (optimization?.enabled === false)
    return {
      ...empty,
      status: 'disabled',
      strata: [],
      reason: 'optimization is disabled in its front matter',
    };
  const analysed = looks.map(({ stratum, windowAt, n: within, notJudged }) =>
    analyseStratum(record, options, { stratum, window, windowAt, min }, within, notJudged),
  );
  const isJudged = looks.some(({ notJudged }) => notJudged === null);
  const largest = Math.max(0, ...looks.filter((look) => !look.superseded).map((look) => look.n));
  const kept = analysed.filter(({ stratum }) => stratum.n > 0);
  return {
    ...empty,
    status: isJudged ? 'analysed' : 'insufficient_data',
    missing: isJudged ? 0 : min - largest,
    strata: kept.map(({ stratum }) => stratum),
    findings: kept.flatMap(({ findings }) => findings),
    reason: isJudged
      ? null
      : tooFew({ n, largest, min, usable: usable.length, strata: looks.filter((look) => look.n > 0) }),
  };
}

function tooFew(seen: {
  n: number;
  largest: number;
  min: number;
  usable: number;
  strata: readonly { stratum: Stratum }[];
}): string {
  const need = `${seen.min - seen.largest} more ${seen.min - seen.largest === 1 ? 'is' : 'are'} needed`;
  if (seen.n >= seen.min)
    return `${runs(seen.n)}, but of ${seen.strata.length} versions or models that are not mixed; the largest group has ${seen.largest}: ${need}`;
  const older = seen.usable - seen.n;
  return `${seen.n} of ${seen.min} runs in the window: ${need}${older > 0 ? ` (${runs(older)} before the window; --window looks further back)` : ''}`;
}

interface SeenStratum {
  stratum: StratumAnalysis;
  findings: Finding[];
}

function analyseStratum(
  record: AgentRecord,
  options: LookOptions,
  look: Series['look'],
  n: number,
  notJudged: string | null,
): SeenStratum {
  const { version, model, executions } = look.stratum;
  const base = { version, model, n, before: look.windowAt, notJudged };
  if (notJudged !== null) return { stratum: { ...base, readings: [], observations: [] }, findings: [] };
  const { definition, limits } = record;
  const all = measuresOf(executions, definition).map((measure) =>
    seriesOf(measure, targetOf(measure, { limits, definition, executions }), look),
  );
  const findings = deviationsOf(all).map(describeFinding);
  const seeds = options.seedCompat ? seedFindings(all) : [];
  const isNew = (seed: Finding) => !findings.some((finding) => finding.type === seed.type);
  return {
    stratum: {
      ...base,
      readings: all.filter(({ within }) => within.length > 0).map(readingOf),
      observations: observe(all, findings),
    },
    findings: [...findings, ...seeds.filter(isNew)],
  };
}

/** Every detector on every series it is for; a metric that misses its target is not told twice as a trend. */
function deviationsOf(all: readonly Series[]): Deviation[] {
  const success = all.find(({ measure }) => measure.role === 'success') as Series;
  const secondary = all.filter(({ measure }) => measure.role === 'secondary');
  const found = all.flatMap((series, place): (Deviation | undefined)[] => {
    const { role } = series.measure;
    const nth = role === 'secondary' ? secondary.indexOf(series) + 1 : 1;
    const miss = detectMiss(series, nth);
    const change = miss ? undefined : detectChange(series, nth);
    const spreads =
      role === 'time' || role === 'primary' ? [detectSpread(series, role === 'time' ? 1 : 2)] : [];
    // The first series is success, which every execution has.
    const lacks = role === 'success' ? [] : [detectMissing(series, success, place)];
    const outliers = role === 'time' ? [detectOutliers(series)] : [];
    return [miss, change, ...spreads, ...outliers, ...lacks];
  });
  return [...found, ...detectErrors(success)].filter((deviation) => deviation !== undefined);
}

function readingOf(series: Series): MetricReading {
  const { measure, target, before, within, look } = series;
  const values = valuesOf(within);
  const hits = values.filter((value) => value === 1).length;
  const isRate = measure.role === 'success';
  const tooFewValues = within.length < look.min ? `${within.length} of ${look.min} runs have it` : null;
  const noPast =
    target || before.length >= shortestBaseline
      ? null
      : `no target, and ${before.length} of ${shortestBaseline} earlier runs for an own baseline; only a trend would be seen`;
  return {
    metric: measure.metric,
    n: values.length,
    value: isRate ? hits / values.length : (median(values) as number),
    interval: (isRate ? wilson(hits, values.length) : medianInterval(values)) ?? null,
    unit: measure.unit,
    target: target ?? null,
    notJudged: tooFewValues ?? noPast,
  };
}

function observe(all: readonly Series[], findings: readonly Finding[]): string[] {
  const observations: string[] = [];
  const time = all.find(({ measure }) => measure.role === 'time');
  const outliers = time && findOutliers(time);
  if (outliers && outliers.within.length > 0 && !findings.some(({ type }) => type === 'outliers')) {
    const worst = outliers.within.reduce((a, b) => (b.value > a.value ? b : a));
    const session = worst.execution.sessionUid === undefined ? '' : `, session ${worst.execution.sessionUid}`;
    observations.push(
      `${runs(outliers.within.length)} far outside: ${secondsInWords(worst.value)}${session}; the middle is ${formatMeasured(outliers.middle, 's')}`,
    );
  }
  for (const { measure, target } of all)
    if (measure.assumed && target)
      observations.push(
        `${measure.metric}: ${measure.better} is taken as better, since no front matter says so`,
      );
  return observations;
}

/** `23 runs since 2026-10-19, version 1.2, model x`. */
export function stratumTitle(stratum: StratumAnalysis, window: OptimizerWindow): string {
  const named = describeStratum(stratum);
  return `${runs(stratum.n)} since ${window.from}${named === '' ? '' : `, ${named}`}`;
}
