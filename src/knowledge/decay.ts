import { dayMs } from '../base/calendar.ts';
import type { Fact } from './fact.ts';

/** What became of the files a fact is anchored to since it was last confirmed; `unknown` when it has none. */
export type AnchorState = 'unchanged' | 'changed' | 'unknown';

const lossPerWeek = 0.05;
const pinnedFloor = 0.7;
/** The lowest step of the scale (spec 03): a rare fact nobody met again is doubtful, not worthless. */
const ageFloor = 0.1;
const rate: Record<AnchorState, number> = { unchanged: 0.5, unknown: 1, changed: 2 };

/** Below this effective confidence a fact is offered for archiving; it is never archived by age alone. */
export const staleBelow = 0.3;

/**
 * Confidence of a fact on `nowDay` (`YYYY-MM-DD`): 0.05 less for each week since it was last confirmed (spec 03),
 * half as fast while its anchored files stay unchanged, twice as fast once they changed. Age takes it down to 0.1, the
 * lowest step of the scale, and no further; a pinned fact counts at least 0.7. A fact without any date does not decay.
 * Never written.
 */
export function decayedConfidence(
  fact: Pick<Fact, 'confidence' | 'lastConfirmed' | 'firstSeen' | 'pinned'>,
  nowDay: string,
  anchor: AnchorState = 'unknown',
): number {
  const since = fact.lastConfirmed ?? fact.firstSeen;
  const floor = fact.pinned ? pinnedFloor : Math.min(ageFloor, fact.confidence);
  if (since === null) return Math.max(floor, fact.confidence);
  const weeks = Math.max(0, (Date.parse(nowDay) - Date.parse(since)) / (7 * dayMs));
  return Math.max(floor, fact.confidence - lossPerWeek * rate[anchor] * weeks);
}
