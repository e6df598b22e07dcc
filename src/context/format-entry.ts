import type { FactEntry } from './fact-document.ts';

/** What is known of a fact at the moment it is shown. */
export interface Shown {
  /** Decayed to now; the line shows the confidence it was confirmed with, and how long ago. */
  confidence: number;
  /** Days since it was last confirmed; null when it carries no date. */
  ageDays: number | null;
  /** A path the fact names is gone. */
  stale: boolean;
}

/** One line of a packet: id, card, then confidence and when it was last confirmed, and the source. Holds no newline. */
export function formatEntry(entry: FactEntry, shown: Shown): string {
  const more = entry.sessions > 1 ? ` +${entry.sessions - 1}` : '';
  const notes = [
    [formatConfidence(entry.confidence), ...(shown.ageDays === null ? [] : [formatAge(shown.ageDays)])].join(
      ' ',
    ),
    `${entry.source}${more}`,
    ...(shown.stale ? ['a path it names is gone'] : []),
  ];
  return `- [${entry.id}] ${entry.card}${entry.whole ? '' : ' ...'} (${notes.join(', ')})`;
}

/** `0.7`, `0.65`. */
export function formatConfidence(confidence: number): string {
  return confidence.toFixed(2).replace(/0$/, '');
}

/** `today`, `6d ago`, `5w ago`, `8mo ago`, `3y ago`: short, since every fact of a packet carries it. */
export function formatAge(days: number): string {
  if (days < 1) return 'today';
  if (days < 14) return `${Math.floor(days)}d ago`;
  if (days < 63) return `${Math.floor(days / 7)}w ago`;
  if (days < 730) return `${Math.floor(days / 30.44)}mo ago`;
  return `${Math.floor(days / 365.25)}y ago`;
}
