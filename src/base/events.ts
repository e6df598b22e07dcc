/**
 * The event contract: one versioned union for everything that is measured, written to
 * `metrics/events/<iso-week>/<writer>.jsonl`, one JSON object a line. Rows carry ids; readers tolerate any order,
 * duplicates and torn last lines. Every type written is read, and the reverse (a test keeps that).
 */
export interface EventHead {
  v: 1;
  /** Unique row id: `<writer>-<counter or hash>`; equal ids are the same row. */
  id: string;
  /** ISO time of writing, or of the thing observed where it has one. */
  at: string;
}

/** One transcript was seen by a harvest: the ledger row, and the receipt a person can check. */
export interface SessionHarvested extends EventHead {
  type: 'session.harvested';
  session: string;
  sessionId: string;
  agent: string;
  repo: string | null;
  branch: string | null;
  /** sha256 of the transcript bytes read, plus the extractor version: the idempotency key. */
  contentSha256: string;
  extractor: string;
  outcome: 'harvested' | 'skipped' | 'failed';
  /** Why skipped or failed; null when harvested. */
  reason: string | null;
  facts: { new: number; confirmed: number; quarantined: number; rejected: number };
  factIds: string[];
  /** Fingerprints of the failures that a fact's evidence in this session stands on, by fact id. */
  factErrors: Record<string, string[]>;
}

/** What one session looked like: the raw material of every metric. Written by harvest, once a content hash. */
export interface SessionObserved extends EventHead {
  type: 'session.observed';
  session: string;
  sessionId: string;
  agent: string;
  agentVersion: string | null;
  models: string[];
  repo: string | null;
  startedAt: string | null;
  endedAt: string | null;
  activeMs: number | null;
  turns: number;
  toolCalls: number;
  errors: number;
  retries: number;
  interruptions: number;
  rejections: number;
  corrections: number;
  tokens: { input: number; output: number; cacheRead: number; cacheWrite: number } | null;
  termination: string;
  contentSha256: string;
  /** Size of the transcript read: of two rows for one session (it was resumed) the larger counts. */
  bytes: number;
  /** Normalised error templates (hashed) with how often each occurred; collateral and stop-listed ones excluded. */
  errorFingerprints: Record<string, number>;
  /** The template of each key above, redacted and at most 120 characters, so that a person can read the dashboard. */
  errorTemplates: Record<string, string>;
  /**
   * First and last known result of a verification command (tests, build, types, lint) after the first change to a
   * file; in a session that changes none, of any. null: none seen, or its result is hidden.
   */
  firstCheck: 'green' | 'red' | null;
  lastCheck: 'green' | 'red' | null;
  /** Facts injected into this session that it then used (cited, fix applied, check run), with how. */
  usedFacts: { id: string; how: 'cited' | 'command' | 'path' }[];
}

/** What a bootstrap put (or withheld) in front of one session: without it nothing about benefit can be measured. */
export interface ContextExposed extends EventHead {
  type: 'context.exposed';
  session: string | null;
  sessionId: string;
  agent: string;
  repo: string | null;
  channel: 'hook' | 'cli';
  /** Commit of the store the selection was made from; null before the first commit. */
  storeCommit: string | null;
  stock: number;
  selector: string;
  budgetTokens: number;
  packetTokens: number;
  /**
   * Everything selected, in rank order. `q` is the probability with which the fact was shown (1: the hold-out is off);
   * `held` says that the draw went the other way and it was withheld.
   */
  would: { id: string; rank: number; score: number; tokens: number; held: boolean; q: number }[];
  delivered: string[];
  leftOut: number;
}

/** A person decided something about a fact. */
export interface FactReviewed extends EventHead {
  type: 'fact.reviewed';
  factId: string;
  action:
    | 'add'
    | 'accept'
    | 'confirm'
    | 'dispute'
    | 'edit'
    | 'merge'
    | 'reject'
    | 'retire'
    | 'restore'
    | 'purge';
  by: string;
  reason: string | null;
}

/** Everything derived from a session was removed; harvest must not bring it back. */
export interface SessionPurged extends EventHead {
  type: 'session.purged';
  session: string;
  by: string;
  reason: string | null;
}

/** Any event of the log. */
export type KaizenEvent = SessionHarvested | SessionObserved | ContextExposed | FactReviewed | SessionPurged;

/** Every event type, for readers, docs and the contract test. */
export const eventTypes = [
  'session.harvested',
  'session.observed',
  'context.exposed',
  'fact.reviewed',
  'session.purged',
] as const satisfies readonly KaizenEvent['type'][];
