import { dayMs } from '../../base/calendar.ts';
import { median } from '../../base/statistics/describe.ts';
import { clipEnd } from '../../base/text.ts';
import type { LockedDependency } from './locked-dependency.ts';
import { knownMetric, type ProgressMetric, type ProgressMetricId, unknownMetric } from './progress-metric.ts';
import { compareStable, isStable, stepBetween } from './version-order.ts';

/** One version as its registry lists it. */
export interface Release {
  version: string;
  /** When it was published, ISO 8601; null when the registry does not say. */
  at: string | null;
  /** Deprecated (npm) or yanked (PyPI). */
  withdrawn: boolean;
}

/** What a registry said of a package, or why it could not. `failed`: it may answer another time. */
export type ReleaseAnswer = { releases: readonly Release[] } | { unknown: string; failed: boolean };

/** How old one dependency is. */
export interface DependencyAge {
  ecosystem: LockedDependency['ecosystem'];
  name: string;
  version: string;
  latest: string | null;
  /** (release of latest − release of installed) ÷ 365.2425 days; null with a reason. */
  libyears: number | null;
  /** Years since the latest stable release. */
  pulseYears: number | null;
  /** Stable releases between. */
  releasesBehind: number | null;
  step: 'major' | 'minor' | 'patch' | null;
  reason: string | null;
  failed: boolean;
}

const yearMs = 365.2425 * dayMs;
const method = 'libyear-1';
const fewestForSanity = 8;
const sameImportMs = 3_600_000;

/**
 * The age of a locked version at a moment (libyear, Cox et al. 2015: against the latest stable version by its number).
 * What was published after the moment did not exist then. A registry that re-dated old releases tells nothing.
 */
export function ageOf(locked: LockedDependency, answer: ReleaseAnswer, atMs: number): DependencyAge {
  const { ecosystem, name, version } = locked;
  const unknown = (reason: string, failed = false): DependencyAge => ({
    ...{ ecosystem, name, version, latest: null, libyears: null, pulseYears: null },
    ...{ releasesBehind: null, step: null, reason, failed },
  });
  if ('unknown' in answer) return unknown(answer.unknown, answer.failed);
  const dated = answer.releases.flatMap(({ at, ...release }) => {
    const ms = at === null ? Number.NaN : Date.parse(at);
    return Number.isNaN(ms) ? [] : [{ ...release, ms }];
  });
  const byNumber = answer.releases
    .filter((one) => !one.withdrawn && isStable(one.version, ecosystem))
    .sort((a, b) => compareStable(a.version, b.version, ecosystem));
  if (isRedated(dated.map(({ ms }) => ms)))
    // Which version is the latest needs no date.
    return byNumber.at(-1)?.version === version
      ? { ...unknown(''), latest: version, libyears: 0, releasesBehind: 0, reason: null }
      : unknown('the registry dates most releases within one hour');
  const installed = dated.find((one) => one.version === version);
  if (!installed) return unknown('the registry does not know this version, or not its date');
  if (installed.ms > atMs) return unknown('the registry dates this version later than it was used');
  const stable = dated
    .filter((one) => one.ms <= atMs && !one.withdrawn && isStable(one.version, ecosystem))
    .sort((a, b) => compareStable(a.version, b.version, ecosystem));
  const latest = stable.at(-1);
  if (!latest) return unknown('there are only pre-releases or withdrawn versions');
  const ahead = stable.filter((one) => compareStable(one.version, version, ecosystem) > 0);
  const isBehind = ahead.length > 0;
  return {
    ...unknown(''),
    latest: latest.version,
    // A backport may be younger than the latest version: it is not behind in time.
    libyears: isBehind ? Math.max(0, latest.ms - installed.ms) / yearMs : 0,
    pulseYears: (atMs - latest.ms) / yearMs,
    releasesBehind: ahead.length,
    step: isBehind ? stepBetween(version, latest.version, ecosystem) : null,
    reason: null,
  };
}

/** Mirrors may date everything on the day they copied it. */
function isRedated(times: readonly number[]): boolean {
  if (times.length < fewestForSanity) return false;
  const sorted = [...times].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.slice(half).some((late, at) => late - (sorted[at] as number) <= sameImportMs);
}

/** Freshness of the direct dependencies. What is unknown of some is said in notes, and partial where an answer failed. */
export function dependencyMetrics(
  ages: readonly DependencyAge[],
  notes: readonly string[],
): ProgressMetric[] {
  const known = ages.filter((age) => age.libyears !== null);
  const sum = known.reduce((total, { libyears }) => total + (libyears ?? 0), 0);
  const counted = {
    n: known.length,
    method,
    partial: ages.some(({ failed }) => failed),
    notes: [...notes, ...unknownNotes(ages), ...stepNotes(known)],
  };
  if (known.length === 0)
    return noDependencyMetrics(
      ages.length === 0
        ? 'No lock file pins a direct dependency.'
        : `Of ${ages.length} dependencies none could be dated.`,
      { notes: counted.notes, partial: counted.partial },
    );
  return [
    knownMetric('libyears', sum, { ...counted, numerator: sum, denominator: known.length }),
    middle(
      'dependency_drift',
      known.map(({ libyears }) => libyears),
      counted,
    ),
    middle(
      'dependency_pulse',
      known.map(({ pulseYears }) => pulseYears),
      counted,
    ),
  ];
}

function middle(
  id: ProgressMetricId,
  values: readonly (number | null)[],
  counted: { method: string; partial: boolean; notes: readonly string[] },
): ProgressMetric {
  const known = values.filter((value) => value !== null);
  const value = median(known);
  return value === undefined
    ? unknownMetric(id, method, 'No dependency could be dated.', counted)
    : knownMetric(id, value, { ...counted, n: known.length });
}

/** All of them unknown for one reason. */
export function noDependencyMetrics(
  reason: string,
  more: { notes?: readonly string[]; partial?: boolean } = {},
): ProgressMetric[] {
  return (['libyears', 'dependency_drift', 'dependency_pulse'] as const).map((id) =>
    unknownMetric(id, method, reason, more),
  );
}

function unknownNotes(ages: readonly DependencyAge[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, reason } of ages)
    if (reason !== null) byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  return [...byReason].map(([reason, names]) => {
    const shown =
      names
        .slice(0, 3)
        .map((name) => clipEnd(name, 60))
        .join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
    return `${names.length} of ${ages.length} dependencies not dated (${shown}): ${reason}.`;
  });
}

function stepNotes(known: readonly DependencyAge[]): string[] {
  const of = (step: DependencyAge['step']) => known.filter((age) => age.step === step).length;
  const behind = known.filter(({ step }) => step !== null).length;
  return behind === 0
    ? []
    : [
        `${behind} of ${known.length} are behind: ${of('major')} by a major version, ${of('minor')} by a minor, ${of('patch')} by a patch.`,
      ];
}
