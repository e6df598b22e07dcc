import { compareText } from '../../base/text.ts';
import { keyOf, type Recommendation, type RecommendationStatus, type StatusRow } from './recommendation.ts';

/** A recommendation with what became of it. */
export interface LedgerEntry {
  recommendation: Recommendation;
  /** `open` and `accepted` wait; `too_few` and `unknown` wait when a check date is set; the others are closed. */
  status: RecommendationStatus;
  /** Whether it still waits for a person or for data. */
  isOpen: boolean;
  /** When a person said that it is acted on; null when nobody did. */
  acceptedAt: string | null;
  /** When it is looked at next; null when it is closed. */
  checkDate: string | null;
  /** All later rows, by time. */
  history: StatusRow[];
}

/**
 * The recommendations with their present status, by time then id. Rows may come in any order and more than once (two
 * branches, merged): equal ids are one recommendation, the earliest row of it counts.
 */
export function foldLedger(rows: {
  recommendations: readonly Recommendation[];
  statuses: readonly StatusRow[];
}): LedgerEntry[] {
  const byId = new Map<string, Recommendation>();
  for (const one of rows.recommendations) {
    const known = byId.get(one.id);
    if (!known || one.at < known.at) byId.set(one.id, one);
  }
  const histories = new Map<string, Map<string, StatusRow>>();
  for (const row of rows.statuses) {
    const history = histories.get(row.id) ?? new Map<string, StatusRow>();
    histories.set(row.id, history.set(JSON.stringify(row), row));
  }
  return [...byId.values()]
    .sort((a, b) => compareText(a.at, b.at) || compareText(a.id, b.id))
    .map((one) => entryOf(one, [...(histories.get(one.id)?.values() ?? [])]));
}

function entryOf(recommendation: Recommendation, rows: StatusRow[]): LedgerEntry {
  const history = rows.sort((a, b) => compareText(a.at, b.at) || compareText(a.status, b.status));
  const last = history.at(-1);
  const status = last?.status ?? 'open';
  const checkDate = last ? last.checkDate : recommendation.checkDate;
  const accepted = history.findLast((row) => row.status === 'accepted' || row.status === 'open');
  return {
    recommendation,
    status,
    isOpen: checkDate !== null,
    acceptedAt: accepted?.status === 'accepted' ? accepted.at : null,
    checkDate,
    history,
  };
}

/** The recommendations on one matter, by time. */
export function entriesOfKey(ledger: readonly LedgerEntry[], key: string): LedgerEntry[] {
  return ledger.filter(({ recommendation }) => keyOf(recommendation) === key);
}
