/** What stood in the way: money and time, a rule, the work itself, a review, the worker, or a person. */
type StopFamily = 'none' | 'resource_limit' | 'constraint' | 'failure' | 'review' | 'worker' | 'user';

/** What to do next, as a word a program can act on. */
type NextAction =
  | 'none'
  | 'resume'
  | 'fix_config'
  | 'resolve_scope_violation'
  | 'resolve_branch_mismatch'
  | 'inspect_logs';

/** One way in which a task ends. */
export interface StopReason {
  title: string;
  family: StopFamily;
  exitCode: number;
  /** The likely cause, in a sentence for a person. */
  diagnosis: string;
  /** A runner may go on by itself; anything else waits for a person. */
  autoResumable: boolean;
  nextAction: NextAction;
}

/**
 * Every reason for which a task ends, one vocabulary for transcripts and runners (seed 002: titles, families and exit
 * codes; those from `answered` on are what a transcript alone can tell).
 */
export const stopReasons = {
  complete: reason('complete', 'none', 0, 'The work was committed.'),
  time_budget_exceeded: reason(
    'out of time',
    'resource_limit',
    124,
    'The time limit was reached before the work was verified.',
    'resume',
  ),
  max_ticks_reached: reason(
    'out of steps',
    'resource_limit',
    125,
    'The step limit was reached before the work was verified.',
    'resume',
  ),
  stalled_timeout: reason(
    'stalled',
    'resource_limit',
    126,
    'Nothing happened for longer than the stall limit.',
    'resume',
    true,
  ),
  worker_call_timeout: reason(
    'worker timed out',
    'worker',
    32,
    'A call of the worker took longer than its limit.',
    'resume',
    true,
  ),
  verification_failed_max_retries: reason(
    'verification kept failing',
    'failure',
    10,
    'The checks were red after every permitted retry.',
    'inspect_logs',
  ),
  implement_blocked: reason(
    'worker blocked',
    'worker',
    30,
    'The worker said that it cannot go on.',
    'inspect_logs',
  ),
  worker_failed: reason(
    'worker failed',
    'worker',
    31,
    'The worker or its service ended with an error.',
    'resume',
  ),
  guard_violation: reason(
    'guard violated',
    'constraint',
    2,
    'A guard of the repository was violated.',
    'resolve_scope_violation',
  ),
  plan_scope_violation: reason(
    'plan out of scope',
    'constraint',
    2,
    'The plan names files outside the permitted scope.',
    'resolve_scope_violation',
  ),
  ownership_violation: reason(
    'files of another task',
    'constraint',
    2,
    'Files were changed that another task owns.',
    'resolve_scope_violation',
  ),
  lockfile_changed: reason(
    'lock file changed',
    'constraint',
    3,
    'A lock file changed, which needs a person.',
    'resolve_scope_violation',
  ),
  dirty_tree: reason(
    'uncommitted changes',
    'constraint',
    4,
    'The work tree had changes before the task began.',
    'resolve_branch_mismatch',
  ),
  parallel_file_collision: reason(
    'collision with another run',
    'constraint',
    5,
    'Another run was changing the same files.',
    'resume',
  ),
  insufficient_evidence: reason(
    'no evidence',
    'failure',
    10,
    'The worker said that nothing needs to change, without evidence.',
    'inspect_logs',
  ),
  plan_parse_failed: reason('plan not readable', 'worker', 31, 'The plan could not be read.', 'resume'),
  implement_parse_failed: reason(
    'answer not readable',
    'worker',
    31,
    'The answer of the worker could not be read.',
    'resume',
  ),
  review_parse_failed: reason('review not readable', 'worker', 31, 'The review could not be read.', 'resume'),
  review_loop_detected: reason(
    'review loop',
    'review',
    20,
    'The review asked for the same changes again.',
    'inspect_logs',
  ),
  review_rejected: reason('rejected in review', 'review', 21, 'The review refused the work.', 'inspect_logs'),
  milestone_missing: reason(
    'milestone missing',
    'failure',
    31,
    'The plan has no milestone to work on.',
    'fix_config',
  ),
  answered: reason('answered without a change', 'none', 0, 'The agent answered and changed no file.'),
  not_committed: reason(
    'left without a commit',
    'user',
    130,
    'Files were changed, and the session ended without a commit.',
    'resume',
  ),
  left_red: reason(
    'left with a red check',
    'failure',
    10,
    'The last check was red, and the session ended without a commit.',
    'inspect_logs',
  ),
  user_interrupt: reason('interrupted by a person', 'user', 130, 'A person stopped the agent.', 'resume'),
  user_denied: reason(
    'refused by a person',
    'user',
    21,
    'A person refused a call, and nothing followed.',
    'resume',
  ),
  cut_off: reason(
    'cut off',
    'worker',
    31,
    'The transcript ends in the middle of the work: killed, crashed, or still being written.',
    'resume',
  ),
} as const satisfies Record<string, StopReason>;

/** The code of a stop reason, as events and exit codes carry it. */
export type StopReasonCode = keyof typeof stopReasons;

function reason(
  title: string,
  family: StopFamily,
  exitCode: number,
  diagnosis: string,
  nextAction: NextAction = 'none',
  autoResumable = false,
): StopReason {
  return { title, family, exitCode, diagnosis, autoResumable, nextAction };
}
