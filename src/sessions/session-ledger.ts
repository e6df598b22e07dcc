import type { TokenCounts, TranscriptEvent } from '../transcripts/event.ts';

/** What is counted of a session, in the order of the kinds in a ledger. */
export const countedFields = [
  'turns',
  'toolCalls',
  'errors',
  'retries',
  'interruptions',
  'rejections',
  'corrections',
] as const;
export type CountedField = (typeof countedFields)[number];

/**
 * Everything a summary counts, item by item, so that what two files share (a resumed session that copied its history,
 * checkpoints of one session) is counted once. Flat arrays: it travels between threads.
 */
export interface SessionLedger {
  /** Identity of each counted item: equal in every file that holds the same item. */
  items: string[];
  /** What each item counts as: index into `countedFields`. */
  kinds: number[];
  responses: string[];
  /** Four numbers a response: input, output, cacheRead, cacheWrite. */
  tokens: number[];
}

/** Ids an agent makes up anew are this long at least; shorter ones may stand for other things in another file. */
const uniqueIdLength = 16;

/** Collects a ledger while a session is added up. */
export class SessionLedgerWriter {
  private readonly items: string[] = [];
  private readonly kinds: number[] = [];

  /** Notes one item. A copy keeps the time of what it copies; without times nothing is shared between files. */
  note(field: CountedField, event: TranscriptEvent, name: string) {
    // A flat copy: the parts may be slices that keep whole lines in memory.
    const item = `${field} ${event.at ?? `${event.src.file}:${event.src.line}`} ${name}`;
    this.items.push(Buffer.from(item).toString());
    this.kinds.push(countedFields.indexOf(field));
  }

  finish(file: string, responses: ReadonlyMap<string, TokenCounts>): SessionLedger {
    const ids: string[] = [];
    const tokens: number[] = [];
    for (const [id, count] of responses) {
      ids.push(id.length >= uniqueIdLength ? id : `${file} ${id}`);
      tokens.push(count.input, count.output, count.cacheRead, count.cacheWrite);
    }
    return { items: this.items, kinds: this.kinds, responses: ids, tokens };
  }
}
