import { dayMs } from '../base/calendar.ts';
import type { ContextExposed, KaizenEvent, SessionObserved } from '../base/events.ts';
import { base32Id } from '../base/text.ts';

/**
 * What sessions taught about the worth of facts, kept up event by event: how often each fact was used, and whether its
 * error came back where it was shown and where it was withheld. Plain values, so that it can be stored as JSON.
 */
export interface UsageBook {
  /** By fact: Σ 2^(day/30) over the sessions that used it, days since 2000-01-01: times 2^(−today/30) it is `use(f)`. */
  uses: Record<string, number>;
  /** By fact. */
  tallies: Record<string, Tally>;
  /** By session, until the other half of its story arrives: what it was given, or which errors it met. */
  exposed: Record<string, { at: string; pairs: [fact: string, held: boolean][] }>;
  observed: Record<string, { at: string; errors: string[] }>;
  /** Errors that the evidence of a fact stands on, as harvests noted them: fingerprints by fact. */
  errors: Record<string, string[]>;
  /** Sessions already counted, hashed: a transcript harvested again counts once. */
  counted: Record<string, true>;
}

/** Randomised exposures of facts whose error is known: how many, and after how many the error stayed away. */
export interface Tally {
  shown: number;
  shownWell: number;
  held: number;
  heldWell: number;
}

export function emptyBook(): UsageBook {
  return { uses: {}, tallies: {}, exposed: {}, observed: {}, errors: {}, counted: {} };
}

const halfLifeDays = 30;
const day2000 = Date.UTC(2000, 0, 1) / dayMs;
/** A session without its other half after this long will never get one. */
const pendingDays = 60;

/** Errors a fact is about, as fingerprints; undefined when it is about none, or is not there any more. */
export type ErrorsOfFact = (id: string) => ReadonlySet<string> | undefined;

/** Enters events into the book, in order of time. */
export function enterEvents(book: UsageBook, events: readonly KaizenEvent[], errorsOf: ErrorsOfFact): void {
  let latest = 0;
  for (const event of events)
    if (event.type === 'session.harvested')
      for (const [id, keys] of Object.entries(event.factErrors))
        book.errors[id] = [...new Set([...(book.errors[id] ?? []), ...keys])];
  for (const event of events) {
    if (event.type === 'context.exposed') enterExposure(book, event, errorsOf);
    else if (event.type === 'session.observed') enterSession(book, event, errorsOf);
    latest = Math.max(latest, Date.parse(event.at) || 0);
  }
  for (const waiting of [book.exposed, book.observed])
    for (const [session, { at }] of Object.entries(waiting))
      if (Date.parse(at) < latest - pendingDays * dayMs) delete waiting[session];
}

const nameOf = (event: { agent: string; sessionId: string }) =>
  base32Id(`${event.agent}/${event.sessionId}`, 10);

function enterExposure(book: UsageBook, event: ContextExposed, errorsOf: ErrorsOfFact): void {
  // Only where chance decided: q is the probability of being shown.
  const pairs = event.would
    .filter(({ q }) => q > 0 && q < 1)
    .map(({ id, held }) => [id, held] as [string, boolean]);
  if (pairs.length === 0) return;
  const session = nameOf(event);
  const before = book.exposed[session]?.pairs ?? [];
  const fresh = pairs.filter(([id]) => !before.some(([known]) => known === id));
  const met = book.observed[session];
  if (met) {
    score(book, fresh, met.errors, errorsOf);
    delete book.observed[session];
  } else if (!book.counted[session]) {
    book.exposed[session] = { at: event.at, pairs: [...before, ...fresh] };
  }
}

function enterSession(book: UsageBook, event: SessionObserved, errorsOf: ErrorsOfFact): void {
  const session = nameOf(event);
  if (book.counted[session]) return;
  book.counted[session] = true;
  const at = event.endedAt ?? event.startedAt ?? event.at;
  const day = Date.parse(at) / dayMs - day2000;
  if (Number.isFinite(day))
    for (const { id } of event.usedFacts) book.uses[id] = (book.uses[id] ?? 0) + 2 ** (day / halfLifeDays);
  const errors = Object.keys(event.errorFingerprints);
  const given = book.exposed[session];
  if (given) {
    score(book, given.pairs, errors, errorsOf);
    delete book.exposed[session];
  } else {
    book.observed[session] = { at: event.at, errors };
  }
}

function score(
  book: UsageBook,
  pairs: readonly (readonly [string, boolean])[],
  errors: readonly string[],
  errorsOf: ErrorsOfFact,
): void {
  for (const [id, held] of pairs) {
    const own = new Set([...(errorsOf(id) ?? []), ...(book.errors[id] ?? [])]);
    if (own.size === 0) continue;
    const well = !errors.some((error) => own.has(error));
    const tally = book.tallies[id] ?? { shown: 0, shownWell: 0, held: 0, heldWell: 0 };
    book.tallies[id] = tally;
    tally[held ? 'held' : 'shown'] += 1;
    if (well) tally[held ? 'heldWell' : 'shownWell'] += 1;
  }
}

/** Strength of the prior, in exposures: a handful of sessions moves nothing. */
const priorStrength = 20;
/** Withheld exposures before an estimate says anything. */
const fewest = 30;
const bounds = [0.5, 1.5] as const;

/**
 * How much better sessions go where a fact was shown, as a factor between ½ and 1.5 (spec 04, `trust`): the posterior
 * mean of Beta(a₀+h, b₀+k), h and k being shown exposures after which its error stayed away or came back, over its
 * prior mean, the rate where it was withheld; a₀+b₀ = 20. 1 until 30 exposures were withheld.
 */
export function trustFactor({ shown, shownWell, held, heldWell }: Tally): number {
  if (held < fewest) return 1;
  const prior = (heldWell + 1) / (held + 2);
  const posterior = (prior * priorStrength + shownWell) / (priorStrength + shown);
  return Math.min(bounds[1], Math.max(bounds[0], posterior / prior));
}

/** Factors for ranking: by category for facts that have too few exposures of their own. */
export interface TrustFactors {
  byCategory: Record<string, number>;
  /** Only facts whose own exposures decide. */
  byFact: Record<string, number>;
}

/** The factors a book supports; `categoryOf` is undefined for facts that are gone. */
export function trustFactors(book: UsageBook, categoryOf: (id: string) => string | undefined): TrustFactors {
  const kinds = new Map<string, Tally[]>();
  const byFact: Record<string, number> = {};
  for (const [id, tally] of Object.entries(book.tallies)) {
    const category = categoryOf(id);
    if (category === undefined) continue;
    kinds.set(category, [...(kinds.get(category) ?? []), tally]);
    if (tally.held >= fewest) byFact[id] = trustFactor(tally);
  }
  const byCategory = Object.fromEntries(
    [...kinds].map(([kind, tallies]) => [kind, trustFactor(sumTallies(tallies))]),
  );
  return { byCategory, byFact };
}

/** Tallies taken together. */
function sumTallies(tallies: readonly Tally[]): Tally {
  const sum = { shown: 0, shownWell: 0, held: 0, heldWell: 0 };
  for (const tally of tallies)
    for (const key of ['shown', 'shownWell', 'held', 'heldWell'] as const) sum[key] += tally[key];
  return sum;
}
