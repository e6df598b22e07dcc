import type { SessionProfiled } from '../base/events.ts';

/** A failure in a profile; `basis` says whether its length was measured or assumed. */
export type ProfileError = SessionProfiled['errors'][number] & { basis: 'measured' | 'assumed' };

/** How one session spent its time, whatever it was read from. Times are milliseconds on its work clock. */
export interface WorkProfile {
  /** Its name in evidence: `claude-code/1a2b3c4d`, or the id an analytics file gives. */
  session: string;
  repo: string | null;
  /** Times were read off a transcript, or told by whoever measured the calls. */
  clock: 'transcript' | 'told';
  /** When it began (epoch); null when nothing says so. */
  beganMs: number | null;
  activeMs: number | null;
  shapes: readonly string[];
  /** Columns of one length; `startMs` and `line` are absolute here. A line of 0 is unknown. */
  calls: {
    shape: readonly number[];
    startMs: readonly number[];
    tookMs: readonly (number | null)[];
    line: readonly number[];
    outcome: string;
  };
  errors: readonly ProfileError[];
  templates: Readonly<Record<string, string>>;
  runs: SessionProfiled['runs'];
  cut: SessionProfiled['cut'];
}

/**
 * The profiles of the event log, in their order. Sessions that a harness forked share their beginning: what two of
 * them hold at the same time of the same clock is one thing, and stays with the one that comes first.
 */
export function profilesOf(rows: readonly Omit<SessionProfiled, 'v' | 'id'>[]): WorkProfile[] {
  const kin = new Map<string, number>();
  const nameOf = (row: (typeof rows)[number]) =>
    row.startedAt === null ? '' : `${row.agent}\n${row.repo}\n${row.startedAt}`;
  for (const row of rows) kin.set(nameOf(row), (kin.get(nameOf(row)) ?? 0) + 1);
  const seen = new Map<string, Set<string>>();
  const ownerOf = ownersByName(rows);
  return rows.map((row) => {
    const profile = { ...profileOf(row), repo: ownerOf(row.repo) };
    const name = nameOf(row);
    if (name === '' || (kin.get(name) ?? 0) < 2) return profile;
    const known = seen.get(name) ?? new Set<string>();
    seen.set(name, known);
    return withoutShared(profile, known);
  });
}

/** `local/app`, a clone whose remote no transcript names, is `acme/app` where only one such repository is known. */
function ownersByName(rows: readonly { repo: string | null }[]): (repo: string | null) => string | null {
  const owners = new Map<string, Set<string>>();
  for (const { repo } of rows) {
    if (repo === null || repo.startsWith('local/')) continue;
    const name = repo.slice(repo.indexOf('/') + 1);
    owners.set(name, (owners.get(name) ?? new Set()).add(repo));
  }
  return (repo) => {
    if (!repo?.startsWith('local/')) return repo;
    const known = owners.get(repo.slice('local/'.length));
    return known?.size === 1 ? ([...known][0] as string) : repo;
  };
}

function profileOf(row: Omit<SessionProfiled, 'v' | 'id'>): WorkProfile {
  const { session, repo, startedAt, activeMs, shapes, errors, templates, runs, cut } = row;
  return {
    session,
    repo,
    clock: 'transcript',
    beganMs: startedAt === null ? null : Date.parse(startedAt),
    activeMs,
    shapes,
    calls: { ...row.calls, startMs: summed(row.calls.startMs), line: summed(row.calls.line) },
    errors: errors.map((error) => ({ ...error, basis: 'measured' })),
    templates,
    runs,
    cut,
  };
}

function summed(differences: readonly number[]): number[] {
  let total = 0;
  return differences.map((difference) => {
    total += difference;
    return total;
  });
}

function withoutShared(profile: WorkProfile, known: Set<string>): WorkProfile {
  const isNew = (name: string) => !known.has(name) && known.add(name);
  const { calls } = profile;
  const kept = calls.shape
    .map((_, index) => index)
    .filter((index) =>
      isNew(
        `c ${calls.startMs[index]} ${profile.shapes[calls.shape[index] as number]} ${calls.tookMs[index]}`,
      ),
    );
  const pick = <T>(column: readonly T[]) => kept.map((index) => column[index] as T);
  return {
    ...profile,
    calls: {
      shape: pick(calls.shape),
      startMs: pick(calls.startMs),
      tookMs: pick(calls.tookMs),
      line: pick(calls.line),
      outcome: kept.map((index) => calls.outcome[index]).join(''),
    },
    errors: profile.errors.filter((error) => isNew(`e ${error.atMs} ${error.key}`)),
    runs: profile.runs.filter((run) => isNew(`r ${run.startMs} ${profile.shapes[run.shape]}`)),
  };
}
