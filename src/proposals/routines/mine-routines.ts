import { compareText } from '../../base/text.ts';
import { belongs, type Choice, choiceOf, isBeyondChance } from './beyond-chance.ts';
import { findGapped } from './find-gapped.ts';
import { findRepeats } from './find-repeats.ts';
import { type Place, RoutinePlaces } from './routine-places.ts';
import { type StepKind, stepKind } from './step-kind.ts';
import { type ShapedSession, type StepTable, stepTable } from './step-table.ts';

/** Steps that sessions go through again and again, and that could be one command. */
export interface Routine {
  shapes: readonly string[];
  /** Ids of the sessions that show it, whole or in part, in text order. */
  sessions: readonly string[];
  /**
   * Calls `start` to before `start + length` of a session, in the order of sessions; no call is in two of them, of
   * this routine or another. `length` may be more than the number of shapes: a shape may stand for several calls on end,
   * and a few other calls may come between.
   */
  occurrences: readonly { session: string; start: number; length: number }[];
  /** How many of the occurrences leave out steps, though not so many that fewer than `minLength` are left. */
  partial: number;
  /** Sessions that would show it whole by chance, had every session made its calls in any order. */
  byChance: number;
}

/** What counts as a routine. */
export interface RoutineLimits {
  /** Distinct sessions that must show it. */
  minSessions: number;
  minLength?: number;
  maxLength?: number;
  /** Other calls that may come between two steps; 0: contiguous ones only. */
  maxGap?: number;
}

/** Looks at a step that one search with gaps may take, for every step there is, and at least. */
const maxLooks = { each: 1, least: 2_000_000 };
/** The most promising candidates, which alone are looked at closely. */
const maxCandidates = 2000;
/** A sequence that enough sessions show. */
interface Candidate {
  shapes: readonly number[];
  maxGap: number;
  sessions: number;
  /** First step of the table that shows it: the earlier one of two equals is taken. */
  at: number;
}

/**
 * Mines the routines of sessions: contiguous sequences (`findRepeats`) and, of calls a script could make, sequences with
 * gaps (`findGapped`); support is distinct sessions. Left out is what no script could do, what is part of a longer one
 * of as many sessions, and what chance would make as frequent. The one that saves most calls comes first and takes its
 * places, so that every call belongs to one routine at most; what is mostly part of a longer one is counted as that. The result does not depend on the order of sessions.
 */
export function mineRoutines(given: readonly ShapedSession[], limits: RoutineLimits): Routine[] {
  const { minSessions, minLength = 3, maxLength = 12, maxGap = 3 } = limits;
  const table = stepTable(given);
  const kinds = table.shapes.map(stepKind);
  const shapesAt = ({ at, length }: { at: number; length: number }) => [
    ...table.shape.subarray(at, at + length),
  ];
  const maxWork = Math.max(maxLooks.least, table.shape.length * maxLooks.each);
  const found: Candidate[] = [
    ...findRepeats(table, { minSessions, minLength, maxLength }).map((repeat) => ({
      shapes: shapesAt(repeat),
      maxGap: 0,
      sessions: repeat.sessions,
      at: repeat.at,
    })),
    ...(maxGap === 0
      ? []
      : findGapped(table, (shape) => kinds[shape] !== 'free', {
          minSessions,
          minLength,
          maxLength,
          maxGap,
          maxWork,
        })
    ).map(({ shapes, sessions }) => ({ shapes, maxGap, sessions, at: table.shape.length })),
  ];
  const candidates = chooseCandidates(found, kinds, minLength);
  return claimPlaces(table, candidates, minSessions, choiceOf(table, kinds));
}

function chooseCandidates(
  found: readonly Candidate[],
  kinds: readonly StepKind[],
  minLength: number,
): Candidate[] {
  const byShapes = new Map<string, Candidate>();
  for (const raw of found) {
    const candidate = { ...raw, shapes: onceThrough(raw.shapes) };
    if (candidate.shapes.length < minLength) continue;
    if (!isWorthAScript(candidate.shapes, kinds)) continue;
    const key = candidate.shapes.join(' ');
    const known = byShapes.get(key);
    if (!known || candidate.sessions > known.sessions) byShapes.set(key, candidate);
  }
  const ranked = [...byShapes.values()].sort(byWorth).slice(0, maxCandidates);
  const kept = new Map<number, Candidate[]>();
  return ranked.filter((candidate) => {
    const equals = kept.get(candidate.sessions) ?? [];
    if (equals.some((longer) => isPartOf(candidate.shapes, longer.shapes))) return false;
    equals.push(candidate);
    kept.set(candidate.sessions, equals);
    return true;
  });
}

/**
 * Something is done, at most a third of it is thought up for the occasion, and it is more than back and forth between
 * two shapes: a loop of reading, or of editing and testing, is how work goes.
 */
function isWorthAScript(shapes: readonly number[], kinds: readonly StepKind[]): boolean {
  const free = shapes.filter((shape) => kinds[shape] === 'free').length;
  return (
    new Set(shapes).size >= 3 && free * 3 <= shapes.length && shapes.some((shape) => kinds[shape] === 'acts')
  );
}

/** `A B C A B C A` is the routine `A B C`. */
function onceThrough(shapes: readonly number[]): readonly number[] {
  for (let period = 1; period * 2 <= shapes.length; period += 1)
    if (shapes.every((shape, at) => at < period || shape === shapes[at - period]))
      return shapes.slice(0, period);
  return shapes;
}

/** Calls that one command would save; of equals the longer one, then the one that comes first. */
function byWorth(a: Candidate, b: Candidate): number {
  return (
    b.sessions * (b.shapes.length - 1) - a.sessions * (a.shapes.length - 1) ||
    b.shapes.length - a.shapes.length ||
    a.maxGap - b.maxGap ||
    a.at - b.at ||
    compareText(a.shapes.join(' '), b.shapes.join(' '))
  );
}

function isPartOf(shapes: readonly number[], longer: readonly number[]): boolean {
  let next = 0;
  for (const shape of longer) if (shape === shapes[next]) next += 1;
  return next === shapes.length;
}

/** A routine with its places so far. */
interface Claimed {
  of: Candidate;
  places: Place[];
  partial: number;
  byChance: number;
}

function claimPlaces(
  table: StepTable,
  candidates: readonly Candidate[],
  minSessions: number,
  choice: Choice,
): Routine[] {
  const places = new RoutinePlaces(table);
  const taken = new Uint8Array(table.shape.length);
  const claimed: Claimed[] = [];
  const seen = new Set<Candidate>();
  const consider = (candidate: Candidate) => {
    if (seen.has(candidate)) return;
    seen.add(candidate);
    const { shapes, maxGap } = candidate;
    const byChance = places.expectedSessions(shapes, maxGap);
    if (!isBeyondChance(candidate, byChance, choice) || !holdsTogether(candidate, places)) return;
    for (const whole of candidates) if (isMostlyPartOf(candidate, whole)) consider(whole);
    const own = places.find(shapes, maxGap, taken);
    const whole = claimed.find(({ of }) => isMostlyPartOf(candidate, of));
    if (!whole && new Set(own.map(({ from }) => table.session[from])).size < minSessions) return;
    for (const { from, to } of own) taken.fill(1, from, to);
    if (whole) {
      whole.places.push(...own);
      whole.partial += own.length;
    } else claimed.push({ of: candidate, places: own, partial: 0, byChance });
  };
  for (const candidate of candidates) consider(candidate);
  return claimed.map((routine) => tellRoutine(table, routine));
}

/** Whether it is a longer one that stopped early: at least half of the sessions that show it go through all of that. */
function isMostlyPartOf(candidate: Candidate, whole: Candidate): boolean {
  return (
    whole.shapes.length > candidate.shapes.length &&
    whole.sessions * 2 >= candidate.sessions &&
    isPartOf(candidate.shapes, whole.shapes)
  );
}

/** Whether each step belongs to it; of contiguous ones those at its ends are looked at, where it would else end. */
function holdsTogether({ shapes, maxGap, sessions }: Candidate, places: RoutinePlaces): boolean {
  return shapes.every((_, at) => {
    const isInside = at > 0 && at < shapes.length - 1;
    return (maxGap === 0 && isInside) || belongs(sessions, places.expectedWith(shapes, at, maxGap));
  });
}

function tellRoutine(table: StepTable, { of, places, partial, byChance }: Claimed): Routine {
  const inOrder = places.sort((a, b) => a.from - b.from);
  const sessions = new Set(inOrder.map(({ from }) => table.session[from] as number));
  return {
    shapes: of.shapes.map((shape) => table.shapes[shape] as string),
    sessions: [...sessions].map((session) => table.sessions[session] as string),
    occurrences: inOrder.map((place) => occurrence(table, place)),
    partial,
    byChance,
  };
}

function occurrence(table: StepTable, { from, to }: Place): Routine['occurrences'][number] {
  const start = table.from[from] as number;
  const end = table.to[to - 1] as number;
  return { session: table.sessions[table.session[from] as number] as string, start, length: end - start };
}
