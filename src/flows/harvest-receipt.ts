import type { Category, Scope, Status, Tier } from '../knowledge/fact.ts';

/** A fact a harvest made or confirmed. */
export interface HarvestedItem {
  id: string;
  title: string;
  category: Category;
  scope: Scope;
  status: Status;
  trust: Tier;
  confidence: number;
  /** Why it waits for a person; empty when nothing holds it. */
  holds: string[];
  path: string;
  outcome: 'new' | 'confirmed';
  rule: string;
  /** Where this harvest saw it. */
  sources: { session: string; file: string; line: number; quote: string }[];
}

/** What a harvest did, for a person and for `--json`. */
export interface HarvestReceipt {
  dryRun: boolean;
  sessions: { seen: number; harvested: number; skipped: number; failed: number };
  /** `new` and `confirmed` facts; `quarantined`: those of both that wait for review; `rejected` drafts. */
  facts: { new: number; confirmed: number; quarantined: number; rejected: number };
  items: HarvestedItem[];
  skipped: { path: string; reason: string }[];
  failed: { path: string; reason: string }[];
  /** Drafts that became no fact, with the reason. */
  rejected: { path: string; session: string; rule: string; title: string; reason: string; line: number }[];
  /** Drafts dropped because their quote does not stand on its line. */
  ungrounded: number;
  /** Facts held because their day brought too many. */
  frozen: string[];
  /** Knowledge files written, moved or removed, in order. */
  written: string[];
  /** Files under knowledge/ that could not be read as facts. */
  badFacts: { path: string; reason: string }[];
}

/** A receipt before anything happened. */
export function emptyReceipt(dryRun: boolean): HarvestReceipt {
  return {
    dryRun,
    sessions: { seen: 0, harvested: 0, skipped: 0, failed: 0 },
    facts: { new: 0, confirmed: 0, quarantined: 0, rejected: 0 },
    items: [],
    skipped: [],
    failed: [],
    rejected: [],
    ungrounded: 0,
    frozen: [],
    written: [],
    badFacts: [],
  };
}
