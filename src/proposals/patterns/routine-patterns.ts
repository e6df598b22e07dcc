import type { Pattern, Stretch } from '../pattern.ts';
import { mineRoutines } from '../routines/mine-routines.ts';
import { stepKind } from '../routines/step-kind.ts';
import type { WorkProfile } from '../work-profile.ts';

/** A pause between two steps that is longer is not the asking for the next one any more. */
const longestPauseMs = 120_000;
/** Calls that are mined; of more, an even sample of sessions is, and what it shows is counted in all. */
const minedCalls = 25_000;
/** Other calls that may stand between two steps. */
const maxGap = 3;

const gitCycle =
  /^\$ git (?:add|commit|push|pull|fetch|checkout|switch|restore|stash|merge|rebase|branch|reset|cherry-pick)\b/;

interface Place {
  at: number;
  start: number;
  length: number;
}

/**
 * Routines: the same steps by hand in several sessions (`routines/mine-routines.ts`), those that a script could make.
 * What one command for them would save is the time between the steps, in which the model asks for the next one; the
 * steps themselves are work that stays.
 */
export function routinePatterns(profiles: readonly WorkProfile[], minSessions: number): Pattern[] {
  const routines = placedRoutines(profiles, minSessions);
  return routines.map(({ steps, places }) => {
    const key = steps.join(' → ');
    return {
      kind: 'routine',
      key,
      keys: [key],
      repo: null,
      stretches: places.flatMap((place) => pausesIn(profiles[place.at] as WorkProfile, place)),
      detail: { kind: 'routine', steps },
    };
  });
}

function placedRoutines(
  profiles: readonly WorkProfile[],
  minSessions: number,
): { steps: string[]; places: Place[] }[] {
  const calls = profiles.reduce((sum, profile) => sum + profile.calls.shape.length, 0);
  const every = Math.max(1, Math.ceil(calls / minedCalls));
  const sample = profiles.filter((_, index) => index % every === 0);
  const shaped = sample.map(({ calls, shapes }, index) => ({
    id: String(index),
    shapes: calls.shape.map((shape) => shapes[shape] ?? ''),
  }));
  const candidates = new Map<string, string[]>();
  for (const { shapes } of mineRoutines(shaped, { minSessions, maxGap })) {
    const steps = scriptable(shapes);
    if (steps) candidates.set(steps.join('\n'), steps);
  }
  const taken = profiles.map(() => new Set<number>());
  return withoutAdornments([...candidates.values()], sample).map((steps) => ({
    steps,
    places: profiles.flatMap((profile, at) => placesIn(profile, at, steps, taken[at] as Set<number>)),
  }));
}

/** Without those that are another one, seen in a fifth more sessions, and something that came before or after it. */
function withoutAdornments(candidates: readonly string[][], profiles: readonly WorkProfile[]): string[][] {
  const counted = candidates.map((steps) => ({
    steps,
    sessions: profiles.filter((profile, at) => placesIn(profile, at, steps, new Set()).length > 0).length,
  }));
  return counted
    .filter(
      (one) =>
        !counted.some(
          (other) =>
            other !== one && isWithin(other.steps, one.steps) && other.sessions >= 1.2 * one.sessions,
        ),
    )
    .map(({ steps }) => steps);
}

function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  return `\n${whole.join('\n')}\n`.includes(`\n${part.join('\n')}\n`) && part.length < whole.length;
}

/**
 * The steps a script could make, once through: what is read, searched or written on the way is thought up anew each
 * time. Undefined when fewer than three different ones are left, or fewer than two that do something beside the usual
 * course of Git, whose messages and choices are thought up too.
 */
function scriptable(shapes: readonly string[]): string[] | undefined {
  const steps = shapes.filter((shape) => stepKind(shape) !== 'free');
  for (let period = 1; period * 2 <= steps.length; period += 1)
    if (steps.every((step, at) => at < period || step === steps[at - period]))
      return scriptable(steps.slice(0, period));
  const different = new Set(steps);
  const acting = [...different].filter((step) => stepKind(step) === 'acts' && !gitCycle.test(step));
  return different.size >= 3 && acting.length >= 2 ? steps : undefined;
}

/** Where a session goes through the steps whole, one place after another; calls that are taken belong to another routine. */
function placesIn(
  { shapes, calls }: WorkProfile,
  at: number,
  steps: readonly string[],
  taken: Set<number>,
): Place[] {
  const wanted = steps.map((step) => shapes.indexOf(step));
  if (wanted.includes(-1)) return [];
  const places: Place[] = [];
  for (let start = 0; start < calls.shape.length; start += 1) {
    if (calls.shape[start] !== wanted[0] || taken.has(start)) continue;
    const end = endOf(calls.shape, wanted, start, taken);
    if (end === undefined) continue;
    for (let call = start; call <= end; call += 1) taken.add(call);
    places.push({ at, start, length: end - start + 1 });
    start = end;
  }
  return places;
}

/** The call with the last step, when the steps follow each other from `start` on with at most `maxGap` others between. */
function endOf(
  shape: readonly number[],
  wanted: readonly number[],
  start: number,
  taken: ReadonlySet<number>,
): number | undefined {
  let last = start;
  for (let step = 1; step < wanted.length; step += 1) {
    let next = last + 1;
    let others = 0;
    while (next < shape.length && shape[next] !== wanted[step]) {
      if (shape[next] !== wanted[step - 1]) others += 1;
      if (others > maxGap) return undefined;
      next += 1;
    }
    if (next >= shape.length || taken.has(next)) return undefined;
    last = next;
  }
  return last;
}

/** The pauses between the calls of one occurrence; the first stands for it. */
function pausesIn({ calls }: WorkProfile, { at, start, length }: Place): Stretch[] {
  const pauses: Stretch[] = [];
  for (let index = start; index < start + length - 1; index += 1) {
    const endMs = (calls.startMs[index] as number) + (calls.tookMs[index] ?? 0);
    const nextMs = calls.startMs[index + 1] as number;
    const toMs = Math.max(endMs, Math.min(nextMs, endMs + longestPauseMs));
    const line = calls.line[start] ?? 0;
    const isPart = pauses.length > 0;
    pauses.push({ at, fromMs: endMs, toMs, line, measured: true, ended: true, ...(isPart && { isPart }) });
  }
  return pauses;
}
