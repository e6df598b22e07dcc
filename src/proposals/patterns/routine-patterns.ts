import type { Pattern, Stretch } from '../pattern.ts';
import { mineRoutines } from '../routines/mine-routines.ts';
import type { WorkProfile } from '../work-profile.ts';

/** A pause between two steps that is longer is not the asking for the next one any more. */
const longestPauseMs = 120_000;

/**
 * Routines: the same steps by hand in several sessions (`routines/mine-routines.ts`). What one command for them would
 * save is the time between the steps, in which the model asks for the next one; the steps themselves are work that
 * stays.
 */
export function routinePatterns(profiles: readonly WorkProfile[], minSessions: number): Pattern[] {
  const sessions = profiles.map((profile, index) => ({
    id: String(index),
    shapes: profile.calls.shape.map((shape) => profile.shapes[shape] ?? ''),
  }));
  return mineRoutines(sessions, { minSessions }).map(({ shapes, occurrences }) => {
    const key = shapes.join(' → ');
    return {
      kind: 'routine',
      key,
      keys: [key],
      repo: null,
      stretches: occurrences.flatMap(({ session, start, length }) =>
        pausesIn(profiles[Number(session)] as WorkProfile, Number(session), start, length),
      ),
      detail: { kind: 'routine', steps: [...shapes] },
    };
  });
}

/** The pauses between the calls of one occurrence; the first stands for it. */
function pausesIn({ calls }: WorkProfile, at: number, start: number, length: number): Stretch[] {
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
