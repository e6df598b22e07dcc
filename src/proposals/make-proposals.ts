import { utcDay } from '../base/calendar.ts';
import { base32Id, compareText } from '../base/text.ts';
import { type Charge, chargeTime } from './charge-time.ts';
import type { ObservedSpan } from './observed-span.ts';
import { type Pattern, type PatternKind, sessionsOf } from './pattern.ts';
import { errorPatterns } from './patterns/error-patterns.ts';
import { routinePatterns } from './patterns/routine-patterns.ts';
import { runPatterns } from './patterns/run-patterns.ts';
import { slowPatterns } from './patterns/slow-patterns.ts';
import { type PriceSettings, pricePattern, type RealisedShares } from './price-pattern.ts';
import { type Evidence, groupingVersion, type Proposal } from './proposal.ts';
import { type KnownFix, suggestMending } from './suggest-mending.ts';
import { problemOf, titleOf } from './tell-pattern.ts';
import type { WorkProfile } from './work-profile.ts';

/** Distinct sessions a pattern must be seen in. */
const leastSessions = 3;
const mostEvidence = 8;

/** What proposals are made with. */
export interface ProposeSettings extends PriceSettings {
  /** What finished proposals really took away; a kind without is assumed. */
  shares?: RealisedShares;
  /** Facts of the store about errors with these fingerprints. */
  knownFixes?: (keys: readonly string[]) => KnownFix[];
}

/**
 * The patterns of waste in the profiles, priced, told and ranked by expected net value (by hours seen where no rate can
 * be given). A pattern needs three distinct sessions; no minute is charged twice.
 */
export function makeProposals(
  profiles: readonly WorkProfile[],
  span: ObservedSpan,
  settings: ProposeSettings,
): Proposal[] {
  const patterns = findPatterns(profiles).filter((pattern) => sessionsOf(pattern) >= leastSessions);
  const charges = chargeTime(patterns);
  return patterns
    .map((pattern) => proposalOf(pattern, charges.get(pattern) as Charge, profiles, span, settings))
    .filter(({ price }) => price.hours > 0)
    .sort(
      (a, b) =>
        (b.price.net?.mid ?? b.price.hours) - (a.price.net?.mid ?? a.price.hours) || compareText(a.id, b.id),
    );
}

/** Every pattern there is, however rare; `references` as in `slowPatterns`. */
export function findPatterns(
  profiles: readonly WorkProfile[],
  references?: ReadonlyMap<string, number>,
): Pattern[] {
  return [
    ...errorPatterns(profiles),
    ...runPatterns(profiles),
    ...slowPatterns(profiles, references),
    ...routinePatterns(profiles, leastSessions),
  ];
}

/** The id of a pattern: the same in every run and on every machine. */
export function proposalId(kind: PatternKind, key: string): string {
  return base32Id(`${groupingVersion}\n${kind}\n${key}`, 10);
}

function proposalOf(
  pattern: Pattern,
  charge: Charge,
  profiles: readonly WorkProfile[],
  span: ObservedSpan,
  settings: ProposeSettings,
): Proposal {
  const price = pricePattern(pattern, charge, span, settings);
  const repos = [...new Set(pattern.stretches.flatMap(({ at }) => profiles[at]?.repo ?? []))].sort(
    compareText,
  );
  const known = pattern.kind === 'error' ? (settings.knownFixes?.(pattern.keys) ?? []) : [];
  return {
    id: proposalId(pattern.kind, pattern.key),
    pattern,
    charge,
    price,
    title: titleOf(pattern),
    problem: problemOf(pattern, price, repos),
    solution: suggestMending(pattern, known),
    area: areaOf(pattern.kind),
    repos,
    evidence: evidenceOf(pattern, charge, profiles),
  };
}

function areaOf(kind: PatternKind): Proposal['area'] {
  return kind === 'slow'
    ? 'performance'
    : kind === 'routine' || kind === 'poll'
      ? 'automation'
      : 'reliability';
}

/** The dearest occurrence of each of the dearest sessions. */
function evidenceOf(pattern: Pattern, charge: Charge, profiles: readonly WorkProfile[]): Evidence[] {
  const best = new Map<number, { line: number; ms: number; sum: number }>();
  pattern.stretches.forEach(({ at, line }, index) => {
    const ms = charge.ownMs[index] ?? 0;
    const known = best.get(at);
    const sum = (known?.sum ?? 0) + ms;
    best.set(at, known && known.ms >= ms ? { ...known, sum } : { line, ms, sum });
  });
  return [...best]
    .sort((a, b) => b[1].sum - a[1].sum || a[0] - b[0])
    .slice(0, mostEvidence)
    .map(([at, { line, sum }]) => {
      const profile = profiles[at] as WorkProfile;
      return {
        session: profile.session,
        line,
        day: profile.beganMs === null ? null : utcDay(profile.beganMs),
        ms: sum,
      };
    });
}
