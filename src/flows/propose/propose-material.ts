import { basename, resolve } from 'node:path';
import { KaizenError } from '../../base/errors.ts';
import { compareText } from '../../base/text.ts';
import { readEvents } from '../../io/event-log.ts';
import { findTranscripts } from '../../io/find-transcripts.ts';
import { readEventsAt } from '../../io/read-events-at.ts';
import { readSession } from '../../io/read-session.ts';
import type { Repository } from '../../io/repository.ts';
import { type Fleet, readFleet } from '../../metrics/fleet.ts';
import { type ProfileDraft, profileSession } from '../../outcomes/profile-session.ts';
import { parseAnalytics } from '../../proposals/parse-analytics.ts';
import type { MaterialGaps } from '../../proposals/report.ts';
import { profilesOf, type WorkProfile } from '../../proposals/work-profile.ts';
import { sessionUsers } from '../../sessions/session-users.ts';
import { readDocument } from '../document-file.ts';
import { openScopeFinder } from '../find-session-scope.ts';
import { openDisplayRedactor } from '../open-display-redactor.ts';

/** Where sessions are taken from. */
export type ProposeSource =
  | { kind: 'log' }
  | { kind: 'analytics'; path: string }
  | { kind: 'transcripts'; paths: readonly string[] };

/** Sessions as profiles, and what of the source could not be used. */
export interface ProposeMaterial {
  /** As in the report. */
  source: string;
  profiles: WorkProfile[];
  gaps: MaterialGaps;
  /** Fingerprints of the failures that facts stand on, by fact id; known of the log only. */
  factErrors: Fleet['factErrors'];
}

const noGaps = { skipped: [], skippedCount: 0, callsWithoutOutcome: 0, cutCalls: 0, withoutProfile: 0 };

/** Reads the sessions of a source. Paths are relative to `dir`. */
export async function readProposeMaterial(
  repository: Repository,
  source: ProposeSource,
  call: { dir: string; now: Date; env: Readonly<Record<string, string | undefined>> },
): Promise<ProposeMaterial> {
  switch (source.kind) {
    case 'log':
      return readLog(repository);
    case 'analytics':
      return readAnalytics(source.path, call);
    case 'transcripts':
      return readTranscripts(repository, source.paths, call);
  }
}

async function readLog({ git, root }: Repository): Promise<ProposeMaterial> {
  const head = git?.bare ? await git.head() : null;
  const inHead = git && head !== null ? await readEventsAt(git, head) : { events: [], skipped: 0 };
  const log = git?.bare ? inHead : await readEvents(root);
  const fleet = readFleet(log.events);
  const profiles = profilesOf(fleet.profiles);
  const skipped =
    log.skipped > 0 ? [{ path: 'metrics/events', reason: 'has lines that are torn or foreign' }] : [];
  return {
    source: 'the event log',
    profiles,
    gaps: {
      ...noGaps,
      skipped,
      skippedCount: log.skipped,
      cutCalls: sumOfCuts(profiles),
      withoutProfile: Math.max(0, fleet.sessions.length - fleet.profiles.length),
    },
    factErrors: fleet.factErrors,
  };
}

async function readAnalytics(
  path: string,
  { dir, env }: { dir: string; env: Readonly<Record<string, string | undefined>> },
): Promise<ProposeMaterial> {
  const redactor = await openDisplayRedactor(dir, env);
  const text = await readDocument(resolve(dir, path));
  const { profiles, skipped, skippedCount, callsWithoutOutcome } = parseAnalytics(text, path, (value) =>
    redactor.text(value),
  );
  return {
    source: basename(path),
    profiles: inOrder(profiles),
    gaps: { ...noGaps, skipped, skippedCount, callsWithoutOutcome },
    factErrors: new Map(),
  };
}

async function readTranscripts(
  repository: Repository,
  paths: readonly string[],
  { dir, now, env }: { dir: string; now: Date; env: Readonly<Record<string, string | undefined>> },
): Promise<ProposeMaterial> {
  const redactor = await openDisplayRedactor(dir, env);
  const scopes = openScopeFinder(repository, undefined);
  const drafts = new Map<string, ProfileDraft>();
  const skipped: MaterialGaps['skipped'][number][] = [];
  const files = await findTranscripts(paths.map((path) => resolve(dir, path)));
  for (const { file } of files) {
    try {
      const session = await readSession(file);
      const own = redactor.forUsers(sessionUsers(session));
      const draft = profileSession(session, { redact: (text) => own.text(text), now: now.toISOString() });
      const repo = draft.repo ?? (await scopes.find(session)).slice('repo:'.length);
      const key = `${draft.agent}\n${draft.sessionId}`;
      const known = drafts.get(key);
      if (!known || known.bytes < draft.bytes) drafts.set(key, { ...draft, repo });
    } catch (error) {
      if (!(error instanceof KaizenError)) throw error;
      skipped.push({ path: basename(file), reason: redactor.text(error.message) });
    }
  }
  const profiles = inOrder(profilesOf([...drafts.values()]));
  return {
    source: drafts.size === 1 ? 'one transcript' : `${drafts.size} transcripts`,
    profiles,
    gaps: { ...noGaps, skipped, skippedCount: skipped.length, cutCalls: sumOfCuts(profiles) },
    factErrors: new Map(),
  };
}

/** By their beginning, as the log gives them: what was seen first names a pattern. */
function inOrder(profiles: readonly WorkProfile[]): WorkProfile[] {
  return [...profiles].sort(
    (a, b) => (a.beganMs ?? 1e15) - (b.beganMs ?? 1e15) || compareText(a.session, b.session),
  );
}

const sumOfCuts = (profiles: readonly WorkProfile[]) => profiles.reduce((sum, { cut }) => sum + cut.calls, 0);
