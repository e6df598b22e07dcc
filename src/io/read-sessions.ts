import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { KaizenError } from '../base/errors.ts';
import type { CountedSession } from '../sessions/count-once.ts';
import { readCountedSession } from './read-session.ts';

/** A file that gave no session, and why. */
export interface UnreadableFile {
  path: string;
  code: string;
  reason: string;
}

/** What became of a list of files; `sessions` in their order. */
export interface SessionsRead {
  sessions: CountedSession[];
  unreadable: UnreadableFile[];
}

/** What a worker thread is given, and what it gives back: results by the place of the file in the list. */
export interface ReaderJob {
  files: readonly string[];
  /** The place of the next file nobody has taken, shared by all threads. */
  next: SharedArrayBuffer;
}
export type ReaderResult = [place: number, result: CountedSession | UnreadableFile];

/** Below this many bytes one thread is done before a second one has started. */
const bytesWorthAThread = 24 * 1024 * 1024;
const maxThreads = 8;
const youngMegabytes = 12;

/**
 * Reads many transcripts at once, on as many cores as are worth starting a thread for. A file that is no transcript or
 * cannot be read is listed and stops nothing. Throws `interrupted` when the signal is raised meanwhile.
 */
export async function readSessions(
  files: readonly { file: string; bytes: number }[],
  options: Listener = {},
): Promise<SessionsRead> {
  const order = files.map((_, at) => at).sort((a, b) => (files[b]?.bytes ?? 0) - (files[a]?.bytes ?? 0));
  const job: ReaderJob = {
    files: order.map((at) => files[at]?.file ?? ''),
    next: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
  };
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const threads = Math.min(maxThreads, availableParallelism(), Math.ceil(bytes / bytesWorthAThread));
  const results =
    threads > 1 && canStartWorkers()
      ? await takeInThreads(job, threads, options)
      : await takeFiles(job, options);
  if (options.signal?.aborted) throw new KaizenError('interrupted', 'Stopped while reading transcripts.');
  const placed = results
    .map(([place, result]) => ({ at: order[place] ?? 0, result }))
    .sort((a, b) => a.at - b.at);
  return {
    sessions: placed.flatMap(({ result }) => ('summary' in result ? [result] : [])),
    unreadable: placed.flatMap(({ result }) => ('summary' in result ? [] : [result])),
  };
}

interface Listener {
  signal?: AbortSignal;
  progress?: (done: number) => void;
}

/** Takes files until none is left; lets the event loop breathe now and then (signals, progress). */
async function takeFiles(job: ReaderJob, { signal, progress }: Listener): Promise<ReaderResult[]> {
  const results: ReaderResult[] = [];
  const next = new Int32Array(job.next);
  let breathedMs = performance.now();
  for (;;) {
    const place = Atomics.add(next, 0, 1);
    const file = job.files[place];
    if (file === undefined || signal?.aborted) return results;
    results.push([place, readOrExplain(file)]);
    if (performance.now() - breathedMs < 50) continue;
    await new Promise((resolve) => setImmediate(resolve));
    breathedMs = performance.now();
    progress?.(place + 1);
  }
}

/** Lets threads take the files and watches them: this one keeps its small heap, and can be interrupted. */
async function takeInThreads(
  job: ReaderJob,
  threads: number,
  { signal, progress }: Listener,
): Promise<ReaderResult[]> {
  const next = new Int32Array(job.next);
  const stop = () => Atomics.store(next, 0, job.files.length);
  signal?.addEventListener('abort', stop);
  const ticking = setInterval(() => progress?.(Math.min(job.files.length, Atomics.load(next, 0))), 100);
  try {
    return (await Promise.all(Array.from({ length: threads }, () => startWorker(job)))).flat();
  } finally {
    clearInterval(ticking);
    signal?.removeEventListener('abort', stop);
  }
}

/** The work of one thread. */
export function takeFilesInThread(job: ReaderJob): ReaderResult[] {
  const results: ReaderResult[] = [];
  const next = new Int32Array(job.next);
  for (;;) {
    const place = Atomics.add(next, 0, 1);
    const file = job.files[place];
    if (file === undefined) return results;
    results.push([place, readOrExplain(file)]);
  }
}

function readOrExplain(file: string): CountedSession | UnreadableFile {
  try {
    return readCountedSession(file);
  } catch (error) {
    if (!(error instanceof KaizenError)) throw error;
    return { path: file, code: error.code, reason: error.message };
  }
}

/** Node runs no TypeScript in a thread: from the sources (tests) everything is read in this one. */
function canStartWorkers(): boolean {
  return import.meta.url.endsWith('.js');
}

function startWorker(job: ReaderJob): Promise<ReaderResult[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./read-sessions-worker.js', import.meta.url), {
      workerData: job,
      // What is read dies young: a larger young generation would only take more memory.
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
