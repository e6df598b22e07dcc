import type { ProfileDraft } from './profile-session.ts';

/** Most bytes of a profile as a line of the log. */
const maxBytes = 16 * 1024;

/**
 * The profile cut to about 16 KiB: texts of commands go first, then calls, errors and runs from the end, in equal
 * shares. `cut` counts what went; shapes and templates nothing refers to any more go too.
 */
export function fitProfile(profile: ProfileDraft): ProfileDraft {
  let fitted = profile;
  for (let share = 1; sizeOf(fitted) > maxBytes && share > 0.02; share *= 0.85)
    fitted = cutTo(profile, share);
  return fitted;
}

const sizeOf = (profile: ProfileDraft) => Buffer.byteLength(JSON.stringify(profile));

function cutTo(profile: ProfileDraft, share: number): ProfileDraft {
  const keep = (length: number) => Math.ceil(length * share);
  const { calls, cut } = profile;
  const kept = keep(calls.outcome.length);
  const errors = profile.errors
    .slice(0, keep(profile.errors.length))
    .map((error) => ({ ...error, did: brief(error.did), fix: brief(error.fix) }));
  const runs = profile.runs
    .slice(0, keep(profile.runs.length))
    .map((run) => ({ ...run, did: brief(run.did) }));
  const keys = new Set(errors.map(({ key }) => key));
  return {
    ...profile,
    calls: {
      shape: calls.shape.slice(0, kept),
      startMs: calls.startMs.slice(0, kept),
      tookMs: calls.tookMs.slice(0, kept),
      line: calls.line.slice(0, kept),
      outcome: calls.outcome.slice(0, kept),
    },
    errors,
    runs,
    templates: Object.fromEntries(Object.entries(profile.templates).filter(([key]) => keys.has(key))),
    cut: {
      calls: cut.calls + calls.outcome.length - kept,
      errors: cut.errors + profile.errors.length - errors.length,
      runs: cut.runs + profile.runs.length - runs.length,
    },
  };
}

const brief = (text: string | null) => (text !== null && text.length > 60 ? `${text.slice(0, 59)}…` : text);
