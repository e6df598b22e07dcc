import type { Interval } from '../../base/statistics/describe.ts';

/** What a metric is called, what it is measured in, and which way is better. */
export interface MetricDefinition {
  title: string;
  unit: 'ratio' | 'share' | 'days' | 'libyears' | 'years' | 'count';
  direction: 'higher' | 'lower' | 'none';
  /** How it is counted, in a sentence or two. */
  about: string;
}

/** Every metric of the progress tracker (spec 06, progress conventions), in the order in which it is shown. */
export const metricDefinitions = {
  test_source_lines: {
    title: 'Test lines per source line',
    unit: 'ratio',
    direction: 'higher',
    about:
      'Lines of code in test files ÷ in all other source files; blank lines, comments and docstrings are not counted. Tests are known by their path; fixtures, generated and vendored files are left out.',
  },
  test_source_files: {
    title: 'Test files per source file',
    unit: 'ratio',
    direction: 'higher',
    about: 'Test files ÷ other source files, by the same rules.',
  },
  docs_typescript: {
    title: 'Documented exports, TypeScript/JavaScript',
    unit: 'share',
    direction: 'higher',
    about:
      'Exported declarations and public members of exported classes with a JSDoc block directly before them ÷ all of them; overloads and merged declarations count once, re-exports where they are declared.',
  },
  docs_python: {
    title: 'Documented definitions, Python',
    unit: 'share',
    direction: 'higher',
    about:
      'Modules, classes and functions with a docstring ÷ all of them, by the rules of interrogate and the flags of [tool.interrogate]; tests are left out.',
  },
  issues_closed: {
    title: 'Issues closed in 28 days',
    unit: 'count',
    direction: 'none',
    about: 'Issues closed in the 28 days up to the week’s end.',
  },
  issue_closure_ratio: {
    title: 'Issues closed per opened, 28 days',
    unit: 'ratio',
    direction: 'higher',
    about: 'Issues closed ÷ issues opened in the 28 days up to the week’s end (CHAOSS).',
  },
  issue_closed_14d: {
    title: 'Issues closed within 14 days',
    unit: 'share',
    direction: 'higher',
    about: 'Of the issues opened in the 28 days that ended 14 days before: the share closed within 14 days.',
  },
  issue_closed_30d: {
    title: 'Issues closed within 30 days',
    unit: 'share',
    direction: 'higher',
    about: 'Of the issues opened in the 28 days that ended 30 days before: the share closed within 30 days.',
  },
  issue_close_days: {
    title: 'Median days until an issue is closed',
    unit: 'days',
    direction: 'lower',
    about:
      'Kaplan–Meier median over the issues opened in the 180 days before; open ones count as not yet closed.',
  },
  libyears: {
    title: 'Years behind, all dependencies',
    unit: 'libyears',
    direction: 'lower',
    about:
      'Sum over direct dependencies of (release of the latest stable version − of the locked one) ÷ 365.2425 days.',
  },
  dependency_drift: {
    title: 'Years behind, median dependency',
    unit: 'years',
    direction: 'lower',
    about: 'Median of the same over the direct dependencies.',
  },
  dependency_pulse: {
    title: 'Years since its last release, median dependency',
    unit: 'years',
    direction: 'lower',
    about: 'Median over the direct dependencies of the time since their latest stable release.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** Stable id of a metric, as snapshots and --check name it. */
export type ProgressMetricId = keyof typeof metricDefinitions;

/** All ids in the order in which they are shown. */
export const metricIds = Object.keys(metricDefinitions) as ProgressMetricId[];

/** One metric at one point in time. `value` is null when it is not known, and `reason` says why. */
export interface ProgressMetric {
  id: ProgressMetricId;
  value: number | null;
  /** How many things the value is made from. */
  n: number;
  numerator: number | null;
  denominator: number | null;
  /** 95 % interval where the value is an estimate. */
  interval: Interval | null;
  /** Name and version of the rule it was counted by: another one starts a new series. */
  method: string;
  /** The commit whose tree or history it comes from; null outside Git or before the first commit. */
  sourceCommit: string | null;
  reason: string | null;
  /** A source answered in part only: no trend is drawn through it. */
  partial: boolean;
  notes: readonly string[];
}

type Counted = Pick<ProgressMetric, 'n' | 'method'> &
  Partial<Pick<ProgressMetric, 'numerator' | 'denominator' | 'interval' | 'partial' | 'notes'>>;

const plain = { numerator: null, denominator: null, interval: null, partial: false, notes: [] };

/** A metric that is known; its source commit is filled in by the flow. */
export function knownMetric(id: ProgressMetricId, value: number, counted: Counted): ProgressMetric {
  return { ...plain, id, value, sourceCommit: null, reason: null, ...counted };
}

/** A metric of which nothing can be said, with the reason in plain words. */
export function unknownMetric(
  id: ProgressMetricId,
  method: string,
  reason: string,
  counted: Partial<Counted> = {},
): ProgressMetric {
  return { ...plain, n: 0, ...counted, id, value: null, sourceCommit: null, method, reason };
}
