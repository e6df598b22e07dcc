import type { StopReasonCode } from './stop-reasons.ts';

/**
 * What a task can be doing (seed 002). Transcripts give all but MILESTONE_START, which only a runner with milestones
 * has; the rule that tells them apart stands in `outcomes/tasks/phase-of-call.ts`.
 */
export const taskPhases = [
  'INIT',
  'PLAN',
  'MILESTONE_START',
  'IMPLEMENT',
  'VERIFY',
  'REVIEW',
  'CHECKPOINT',
  'FINALIZE',
] as const;
/** A phase of a task. */
export type TaskPhase = (typeof taskPhases)[number];

/** Ways in which a person is drawn into a task (spec 06, comparison rules). */
export const touchKinds = ['message', 'approval', 'denial', 'manual_commit', 'interrupt', 'resume'] as const;
/** A way in which a person was drawn in. */
export type TouchKind = (typeof touchKinds)[number];

/** Tokens by type; types are priced differently and never added up without saying so. */
export interface TokensByType {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** What a verification command looks at. */
export type CheckKind = 'test' | 'build' | 'types' | 'lint';
/** How a check ended; unknown where its output does not tell. */
export type CheckOutcome = 'green' | 'red' | 'unknown';

/** Time and use of one phase. `attempts`: how often it was entered. */
export interface PhaseTime {
  durationMs: number;
  attempts: number;
  calls: number;
}

/** Who worked: the session itself or its sub-agents, with one model. */
export interface TaskWorker {
  worker: 'main' | 'sub-agent';
  model: string | null;
  /** Model responses; null where the format does not tell one from the next. */
  calls: number | null;
  tokens: TokensByType;
}

/** All runs of one kind of check in a task. */
export interface TaskCheck {
  kind: CheckKind;
  attempts: number;
  /** Runs that followed a red one of the same kind. */
  retries: number;
  /** Time of the runs whose duration is known. */
  durationMs: number | null;
  last: CheckOutcome;
}

/** A commit of a task. `verified`: a check was green for exactly this tree. */
export interface TaskCommit {
  /** As the transcript (abbreviated) or Git (whole) names it; null when Git printed none and was not at hand. */
  commit: string | null;
  /** Tree id; null when the commit could not be looked up. */
  tree: string | null;
  /** Committer time from Git, else the time the transcript saw it; null when neither has one. */
  at: string | null;
  verified: boolean;
  /** Why (not) verified: `green check`, `runner`, `after red`, `edited after the check`, `no check`, `check unclear`. */
  reason: string;
  /** First event of the task to the commit, by the clock; null without times. */
  wallMs: number | null;
  /** The same without pauses (every gap counts 5 minutes at most). */
  activeMs: number | null;
}

/** The commit a task is measured by, with its time to verified checkpoint (null when unverified or without times). */
export interface TaskCheckpoint extends TaskCommit {
  tvcMs: number | null;
  tvcActiveMs: number | null;
}

/** What every task has, whoever observed it: a harvested session or, later, a runner. */
export interface TaskFigures {
  /** `owner/name`; null when not known. */
  repo: string | null;
  /** Same start and first message: the same task, also when a fork or a copy of the transcript repeats it. */
  key: string;
  /** Position in its session, from 1. */
  number: number;
  /** First line of the message it began with, redacted, at most 80 characters; null when there is none. */
  title: string | null;
  startedAt: string | null;
  endedAt: string | null;
  /** By the clock, first to last event. */
  totalMs: number | null;
  activeMs: number | null;
  /** Only phases that occurred. A moment belongs to one phase, so their sum stays within the total. */
  phases: Partial<Record<TaskPhase, PhaseTime>>;
  /** total − Σ phases, with its sign; `waitingMs` of it is waiting for a person. */
  unattributedMs: number | null;
  waitingMs: number | null;
  /** Manual commits are null when Git was not at hand; the count is without them then. */
  touches: {
    count: number;
    byKind: Record<Exclude<TouchKind, 'manual_commit'>, number> & { manual_commit: number | null };
  };
  workers: TaskWorker[];
  /** null: the format records none. */
  tokens: TokensByType | null;
  toolCalls: number;
  checks: TaskCheck[];
  /** Files and lines, from the commits in Git where they were found, else from the edits of the transcript. */
  changes: { files: number; linesAdded: number; linesRemoved: number; source: 'git' | 'edits' } | null;
  reliability: { apiErrors: number; toolErrors: number; compactions: number };
  checkpoint: TaskCheckpoint | null;
  /** The other commits of the task, in order, at most 20. */
  otherCommits: TaskCommit[];
  size: 'small' | 'medium' | 'large' | null;
  outcome: 'complete' | 'stopped' | 'running' | 'unknown';
  stopReason: StopReasonCode | null;
  /** Times that ran backwards, put right by holding the clock still. */
  clockSteps: number;
  unknown: { field: string; reason: string }[];
}
