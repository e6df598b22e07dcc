import type { FactEntry } from './fact-document.ts';

/** What is known of a fact at the moment it is shown. */
export interface Shown {
  /** Decayed to now. */
  confidence: number;
  /** Days since it was last confirmed; null when it carries no date. */
  ageDays: number | null;
  /** A path the fact names is gone. */
  stale: boolean;
}

/** One line of a packet: id, card, then confidence, age and source. Holds no newline. */
export function formatEntry(entry: FactEntry, shown: Shown): string {
  const more = entry.sessions > 1 ? ` +${entry.sessions - 1}` : '';
  const notes = [
    shown.confidence.toFixed(2).replace(/0$/, ''),
    ...(shown.ageDays === null ? [] : [formatAge(shown.ageDays)]),
    `${entry.source}${more}`,
    ...(shown.stale ? ['a path it names is gone'] : []),
  ];
  return `- [${entry.id}] ${entry.card}${entry.whole ? '' : ' ...'} (${notes.join(', ')})`;
}

/** `today`, `6d`, `5w`, `8mo`, `3y`: short, since every fact of a packet carries it. */
export function formatAge(days: number): string {
  if (days < 1) return 'today';
  if (days < 14) return `${Math.floor(days)}d`;
  if (days < 63) return `${Math.floor(days / 7)}w`;
  if (days < 730) return `${Math.floor(days / 30.44)}mo`;
  return `${Math.floor(days / 365.25)}y`;
}
