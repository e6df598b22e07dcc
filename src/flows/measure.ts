import { isoWeek, utcDay } from '../base/calendar.ts';
import type { Change } from '../base/change.ts';
import { KaizenError } from '../base/errors.ts';
import type { KaizenEvent } from '../base/events.ts';
import { readEvents } from '../io/event-log.ts';
import { readTextIfExists } from '../io/files.ts';
import type { Git } from '../io/git.ts';
import { readEventsAt } from '../io/read-events-at.ts';
import { parseFacts, readFactBlobs, readFacts } from '../io/read-facts.ts';
import { applyPlan, type Repository } from '../io/repository.ts';
import type { Fact } from '../knowledge/fact.ts';
import { type Comparison, compareMeasurements } from '../metrics/compare-measurements.ts';
import { type DailyReport, dailyReport } from '../metrics/daily-report.ts';
import { type Measurement, measureFleet, measureWithMaterial } from '../metrics/measurement.ts';
import { renderDashboard } from '../metrics/render-dashboard.ts';
import { formatSnapshot, loopSection, parseSnapshot, snapshotPath } from '../metrics/snapshot.ts';
import { payRows } from '../proposals/pay-rows.ts';
import { readProposals } from './propose/proposal-records.ts';

/** What is measured from, and what of it could not be read. */
interface LoopRecord {
  events: KaizenEvent[];
  facts: Fact[];
  /** Lines of the log that are torn or foreign, and files under knowledge/ that are no facts. */
  unread: { lines: number; files: number };
}

/** Reads the log and the store of a repository, from HEAD where there is no work tree. */
async function readLoopRecord(repository: Repository): Promise<LoopRecord> {
  const { git, root } = repository;
  if (git?.bare) return readRecordAt(git, 'HEAD');
  const [log, store] = await Promise.all([readEvents(root), readFacts(root, git)]);
  return recordOf(log, store);
}

/** The same as a commit holds it. An unknown commit is KaizenError `not_found`. */
async function readRecordAt(git: Git, ref: string): Promise<LoopRecord> {
  const commit = await commitOf(git, ref);
  if (commit === undefined && ref === 'HEAD')
    return { events: [], facts: [], unread: { lines: 0, files: 0 } };
  if (commit === undefined) throw noCommit(ref);
  const { blobs, bad } = await readFactBlobs(git, commit);
  const store = await parseFacts(new Map(blobs.map((blob) => [blob.path, blob.text])), bad);
  return recordOf(await readEventsAt(git, commit), store);
}

function noCommit(ref: string): KaizenError {
  return new KaizenError('not_found', `there is no commit '${ref}' here`, {
    hint: 'Name a branch, a tag or a commit; a shallow clone holds the newest ones only.',
  });
}

function recordOf(
  log: Awaited<ReturnType<typeof readEvents>>,
  store: Awaited<ReturnType<typeof readFacts>>,
): LoopRecord {
  return {
    events: log.events,
    facts: store.facts.map(({ fact }) => fact),
    unread: { lines: log.skipped, files: store.bad.length },
  };
}

async function commitOf(git: Git, ref: string): Promise<string | undefined> {
  try {
    return (
      (await git.raw(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])).trim() ||
      undefined
    );
  } catch (error) {
    if (error instanceof KaizenError && error.code === 'git_failed') return undefined;
    throw error;
  }
}

/** Day of a commit's committer, UTC. */
async function commitDay(git: Git, ref: string): Promise<string> {
  const seconds = Number(
    (await git.raw(['show', '--no-patch', '--format=%ct', '--end-of-options', `${ref}^{commit}`])).trim(),
  );
  return utcDay(seconds * 1000);
}

/** What to measure and what to write. */
export interface MeasureOptions {
  asOf: string;
  windowDays: number;
  /** Where the dashboard goes, relative to the root; null: it is not written. */
  dashboardPath: string | null;
  snapshot: boolean;
  dryRun: boolean;
}

/** A measurement with what it wrote. */
export interface MeasureReceipt {
  measured: Measurement;
  unread: LoopRecord['unread'];
  changes: Change[];
}

/** Measures the repository and writes the dashboard (and the week's snapshot); unchanged files are left alone. */
export async function measure(repository: Repository, options: MeasureOptions): Promise<MeasureReceipt> {
  const record = await readLoopRecord(repository);
  const measured = measureFleet({
    events: record.events,
    facts: record.facts,
    asOf: options.asOf,
    windowDays: options.windowDays,
  });
  const wanted = new Map<string, string>();
  if (options.dashboardPath !== null) {
    const { stored } = await readProposals(repository.root);
    const pay = payRows(stored.map(({ record }) => record));
    wanted.set(options.dashboardPath, renderDashboard(measured, pay));
  }
  if (options.snapshot) {
    const week = isoWeek(options.asOf);
    const path = snapshotPath(week);
    const was = await readTextIfExists(`${repository.root}/${path}`);
    const progress = was === undefined ? null : parseSnapshot(was, path).progress;
    wanted.set(path, formatSnapshot({ week, loop: loopSection(measured), progress }));
  }
  const changes: Change[] = [];
  for (const [path, text] of wanted) {
    const was = (await readTextIfExists(`${repository.root}/${path}`)) ?? null;
    if (was !== text) changes.push({ kind: 'write', path, text, was });
  }
  await applyPlan(repository, changes, options.dryRun);
  return { measured, unread: record.unread, changes };
}

/** The figures of this repository beside those that a commit gives for its own day. */
export async function compareWithCommit(
  repository: Repository & { git: Git },
  ref: string,
  options: { asOf: string; windowDays: number },
): Promise<Comparison> {
  const { windowDays } = options;
  if ((await commitOf(repository.git, ref)) === undefined) throw noCommit(ref);
  const [then, now] = [await readRecordAt(repository.git, ref), await readLoopRecord(repository)];
  return compareMeasurements(
    measureWithMaterial({ ...then, asOf: await commitDay(repository.git, ref), windowDays }),
    measureWithMaterial({ ...now, asOf: options.asOf, windowDays }),
  );
}

/** The daily report of a day. */
export async function reportDay(repository: Repository, day: string): Promise<DailyReport> {
  const { events, facts } = await readLoopRecord(repository);
  return dailyReport(events, facts, day);
}
