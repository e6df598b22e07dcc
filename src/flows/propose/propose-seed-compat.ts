import { resolve } from 'node:path';
import type { Change } from '../../base/change.ts';
import { parsePythonJson } from '../../proposals/compat/python-json.ts';
import { seedJson } from '../../proposals/compat/seed-json.ts';
import { seedMarkdown } from '../../proposals/compat/seed-markdown.ts';
import { type SeedReport, seedProposals } from '../../proposals/compat/seed-proposals.ts';
import { readDocument, writeDocument } from '../document-file.ts';

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
  const report = seedProposals(parsePythonJson(await readDocument(resolve(options.dir, options.inputPath))), {
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
