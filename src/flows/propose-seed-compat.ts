import { lstat, readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Change } from '../base/change.ts';
import { KaizenError } from '../base/errors.ts';
import { applyChanges } from '../io/apply-changes.ts';
import { isAbsent, readTextIfExists } from '../io/files.ts';
import { parsePythonJson } from '../proposals/compat/python-json.ts';
import { seedJson } from '../proposals/compat/seed-json.ts';
import { seedMarkdown } from '../proposals/compat/seed-markdown.ts';
import { type SeedReport, seedProposals } from '../proposals/compat/seed-proposals.ts';

/** What `--seed-compat` reads and writes. */
export interface SeedCompatOptions {
  /** Folder the paths are relative to. */
  dir: string;
  inputPath: string;
  /** Where the document goes; undefined: it is only returned. */
  outputPath: string | undefined;
  format: 'markdown' | 'json';
  /** Monthly hours below which a proposal is left out. */
  thresholdHours: number;
  now: Date;
  dryRun: boolean;
}

/** The seed's document, and what was written. */
export interface SeedCompatReceipt {
  report: SeedReport;
  document: string;
  changes: Change[];
}

/**
 * Does what the seed's script does with an analytics file. Undefined when the file holds no sessions; `bad_input` with
 * the place when it is not what the script can read.
 */
export async function proposeAsSeed(options: SeedCompatOptions): Promise<SeedCompatReceipt | undefined> {
  const report = seedProposals(parsePythonJson(await readUtf8(resolve(options.dir, options.inputPath))), {
    thresholdHours: options.thresholdHours,
  });
  if (!report) return undefined;
  const document = options.format === 'json' ? seedJson(report.proposals) : seedMarkdown(report, options.now);
  const changes =
    options.outputPath === undefined
      ? []
      : await writeDocument(resolve(options.dir, options.outputPath), document, options.dryRun);
  return { report, document, changes };
}

async function readUtf8(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: Error) => {
    if (isAbsent(cause))
      throw new KaizenError('not_found', `There is no file ${path}`, {
        hint: 'Name the session analytics JSON with --input.',
        cause,
      });
    throw new KaizenError('cannot_read', `Cannot read ${path}: ${cause.message}`, { cause });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new KaizenError('bad_input', `${path} is not UTF-8 text`, { cause });
  }
}

/** The user names the file, inside a repository or not; its folder must be there, and it must be a plain file. */
async function writeDocument(path: string, text: string, dryRun: boolean): Promise<Change[]> {
  const folder = dirname(path);
  const [parent, file] = await Promise.all([folder, path].map((each) => lstat(each).catch(() => undefined)));
  if (!parent || (file && !file.isFile()))
    throw new KaizenError(
      'cannot_write',
      `Cannot write ${path}: ${parent ? 'it is no plain file' : 'its folder is not there'}`,
    );
  const was = (await readTextIfExists(path)) ?? null;
  const changes: Change[] = was === text ? [] : [{ kind: 'write', path: basename(path), text, was }];
  if (!dryRun) await applyChanges(folder, changes, { lockPath: `${path}.lock` });
  return changes;
}
