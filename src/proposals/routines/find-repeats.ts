import { PairNames } from './pair-names.ts';
import type { StepTable } from './step-table.ts';

/** Steps that come in this order, one directly behind the other. */
export interface Repeat {
  /** A place where it begins. */
  at: number;
  length: number;
  /** Distinct sessions that show it. */
  sessions: number;
}

interface Level {
  /** Name of the sequence that begins at each step; -1 where it is too rare or crosses a session's end. */
  names: Int32Array;
  /** By name. */
  sessions: Int32Array;
  at: Int32Array;
  /** Whether a longer one of as many sessions holds it. */
  covered: Uint8Array;
}

/**
 * Every contiguous sequence of `minLength` to `maxLength` steps that at least `minSessions` sessions show, save those
 * that a longer one (up to `maxLength`) of as many sessions holds. Names sequences by their length, as Karp, Miller and
 * Rosenberg do (1972): one of n steps is the pair of its first n-1 and its last, so every length is one pass over the
 * steps that are left, and the whole is linear in steps × `maxLength`, as with a suffix array cut at that depth.
 */
export function findRepeats(
  table: StepTable,
  limits: { minSessions: number; minLength: number; maxLength: number },
): Repeat[] {
  const found: Repeat[] = [];
  const keep = (level: Level, length: number) => {
    if (length < limits.minLength) return;
    level.sessions.forEach((sessions, name) => {
      if (sessions < limits.minSessions || level.covered[name] === 1) return;
      found.push({ at: level.at[name] as number, length, sessions });
    });
  };
  let level = count(table, new Int32Array(table.shape), table.shapes.length, limits.minSessions);
  for (let length = 2; length <= limits.maxLength; length += 1) {
    const longer = lengthen(table, level, length, limits.minSessions);
    keep(level, length - 1);
    level = longer;
  }
  keep(level, limits.maxLength);
  return found;
}

function lengthen({ shape, session }: StepTable, level: Level, length: number, minSessions: number): Level {
  const { names } = level;
  const longer = new Int32Array(names.length).fill(-1);
  const pairs = new PairNames(level.sessions.length);
  for (let at = 0; at + 1 < names.length; at += 1) {
    const name = names[at] as number;
    // The longer one holds the one that begins a step later too: when that is rare, so is this.
    if (name >= 0 && (names[at + 1] as number) >= 0)
      longer[at] = pairs.nameOf(name, shape[at + length - 1] as number);
  }
  const next = count({ session }, longer, pairs.count, minSessions);
  next.sessions.forEach((sessions, name) => {
    if (sessions < minSessions) return;
    const at = next.at[name] as number;
    for (const part of [names[at] as number, names[at + 1] as number])
      if (level.sessions[part] === sessions) level.covered[part] = 1;
  });
  return next;
}

/** Counts the sessions of each name and takes the rare ones out of `names`. */
function count(
  { session }: Pick<StepTable, 'session'>,
  names: Int32Array,
  size: number,
  minSessions: number,
): Level {
  const sessions = new Int32Array(size);
  const last = new Int32Array(size).fill(-1);
  const at = new Int32Array(size);
  for (let step = 0; step < names.length; step += 1) {
    const name = names[step] as number;
    if (name < 0 || last[name] === session[step]) continue;
    if (last[name] === -1) at[name] = step;
    last[name] = session[step] as number;
    sessions[name] = (sessions[name] as number) + 1;
  }
  for (let step = 0; step < names.length; step += 1) {
    const name = names[step] as number;
    if (name >= 0 && (sessions[name] as number) < minSessions) names[step] = -1;
  }
  return { names, sessions, at, covered: new Uint8Array(size) };
}
