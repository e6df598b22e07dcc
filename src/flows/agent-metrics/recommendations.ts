import type { Change } from '../../base/change.ts';
import { KaizenError } from '../../base/errors.ts';
import { readConfig } from '../../io/config.ts';
import { readTextIfExists } from '../../io/files.ts';
import { applyPlan, type Repository } from '../../io/repository.ts';
import { foldLedger, type LedgerEntry } from '../../metrics/optimizer/ledger.ts';
import { decisionRow } from '../../metrics/optimizer/plan-recommendations.ts';
import {
  formatStatus,
  optimizerPaths,
  parseRecommendationRows,
  type StatusRow,
} from '../../metrics/optimizer/recommendation.ts';
import { openRepoRedactor } from '../open-redactor.ts';
import { timeOf } from './optimize.ts';

/** The optimizer's recommendations by time; `skipped` counts lines that are none. */
export async function readRecommendations(
  repository: Repository,
): Promise<{ entries: LedgerEntry[]; skipped: number }> {
  const text = await readTextIfExists(`${repository.root}/${optimizerPaths.recommendations}`);
  const rows = parseRecommendationRows(text ?? '');
  return { entries: foldLedger(rows), skipped: rows.skipped };
}

/** The recommendation with an id, or with an id that begins so and no other does; else KaizenError `not_found`. */
export function findRecommendation(entries: readonly LedgerEntry[], id: string): LedgerEntry {
  const wanted = id.startsWith('rec-') ? id : `rec-${id}`;
  // `rec-` alone begins every id: an unset variable of a script must decide nothing.
  const isNamed = wanted.trim() !== 'rec-';
  const exact = entries.find(({ recommendation }) => recommendation.id === wanted);
  const alike = isNamed ? entries.filter(({ recommendation }) => recommendation.id.startsWith(wanted)) : [];
  const found = exact ?? (alike.length === 1 ? alike[0] : undefined);
  if (found) return found;
  throw new KaizenError(
    'not_found',
    alike.length > 1
      ? `'${id}' begins ${alike.length} recommendations`
      : `there is no recommendation '${id}'`,
    { hint: '`kaizen metrics recommendations --all` lists them.' },
  );
}

/** A person's decision on a recommendation. */
export interface Decision {
  id: string;
  status: 'accepted' | 'dismissed' | 'open';
  reason: string;
}

/**
 * Appends a person's decision; one that is already so is not repeated (no change). Secrets in the reason are masked.
 */
export async function decideRecommendation(
  repository: Repository,
  decision: Decision,
  call: { now: Date; dryRun: boolean; env: Readonly<Record<string, string | undefined>> },
): Promise<{ entry: LedgerEntry; row: StatusRow; changes: Change[] }> {
  const { entries } = await readRecommendations(repository);
  const entry = findRecommendation(entries, decision.id);
  const { optimizer } = await readConfig(repository.root);
  const redactor = await openRepoRedactor(repository, call.env, { makeKey: !call.dryRun });
  const row = decisionRow(
    entry,
    { status: decision.status, reason: redactor.text(decision.reason) },
    timeOf(call.now, optimizer.check_after_days),
  );
  const changes: Change[] =
    entry.status === decision.status
      ? []
      : [{ kind: 'append', path: optimizerPaths.recommendations, lines: [formatStatus(row)] }];
  await applyPlan(repository, changes, call.dryRun);
  return { entry, row, changes };
}
