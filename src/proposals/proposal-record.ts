import type { PatternKind } from './pattern.ts';
import type { Range } from './price-pattern.ts';

/** Where a proposal stands. `closed`: its evidence is gone, nobody decided anything. */
export const proposalStatuses = ['open', 'accepted', 'done', 'rejected', 'closed'] as const;
/** Where a proposal is in its life. */
export type ProposalStatus = (typeof proposalStatuses)[number];

/** A proposal as its file `.kaizen/proposals/<id>.md` holds it. Hours; null where it is not known. */
export interface ProposalRecord {
  id: string;
  kind: PatternKind;
  /** Every key that means its pattern. */
  keys: string[];
  grouping: number;
  title: string;
  status: ProposalStatus;
  priority: 'critical' | 'high' | 'medium' | 'low';
  area: string;
  /** Who sees to it; empty until somebody writes a name. */
  owner: string;
  opened: string;
  /** Day, person and words of the last decision. */
  decided: string | null;
  by: string | null;
  reason: string | null;
  /** Sessions watched, and how many of them show it. */
  watched: number;
  sessions: number;
  from: string | null;
  to: string | null;
  costMonth: Range | null;
  savingMonth: Range | null;
  /** Cost of a session watched, with its standard error: what a follow-up compares. */
  costSession: { mean: number; se: number };
  effort: { low: number; high: number };
  breakEvenWeeks: number | null;
  netHours: Range | null;
  horizonWeeks: number;
  hourlyRate: number;
  currency: string;
  confidence: 'high' | 'medium' | 'low';
  /** Slow calls: what was measured against. */
  referenceMs: number | null;
  /** Costs a month when it was rejected. */
  rejectedAtMonth: number | null;
  /** What was measured and promised when it was declared done. */
  promise: {
    day: string;
    savingMonth: Range;
    costSession: { mean: number; se: number };
    watched: number;
  } | null;
  /** The page under the frontmatter that is written anew with every measurement. */
  page: string;
  /** What people wrote below it. */
  notes: string;
}

/** Everything below this line of a file is kept as it is. */
export const notesLine = '<!-- Below this line is yours: kaizen keeps it as it is. -->';
