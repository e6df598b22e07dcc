import type { CheckKind, CheckOutcome, TaskCheck } from '../../base/event-task.ts';
import { checkOutcome, isCheckCommand } from '../../sessions/check-commands.ts';
import type { ToolCall } from '../../sessions/session.ts';
import { longestCallMs } from '../work-clock.ts';

/** One run of a verification command. */
export interface CheckRun {
  call: ToolCall;
  kind: CheckKind;
  command: string;
  outcome: CheckOutcome;
}

/** The run of a call, or undefined when it verifies nothing or a person refused it. */
export function checkRunOf(call: ToolCall): CheckRun | undefined {
  const { command, result } = call;
  if (command === null || result?.denied) return undefined;
  const kind = isCheckCommand(command);
  return kind && { call, kind, command, outcome: checkOutcome(call) ?? 'unknown' };
}

/** Runs of a task by kind, tests first. A retry is a run after a red one of its kind. */
export function countChecks(runs: readonly CheckRun[]): TaskCheck[] {
  return (['test', 'build', 'types', 'lint'] as const).flatMap((kind): TaskCheck[] => {
    const own = runs.filter((run) => run.kind === kind);
    const last = own.at(-1);
    if (!last) return [];
    // Longer is no run but a permission waited for.
    const times = own
      .flatMap(({ call }) => call.result?.durationMs ?? [])
      .filter((ms) => ms <= longestCallMs);
    return [
      {
        kind,
        attempts: own.length,
        retries: own.filter((_, at) => own[at - 1]?.outcome === 'red').length,
        durationMs: times.length === 0 ? null : times.reduce((sum, ms) => sum + ms, 0),
        last: last.outcome,
      },
    ];
  });
}

/** How the work stands at a moment: the last state of every check since the last change to a file. */
export interface Standing {
  outcome: CheckOutcome;
  /** In words: `green test, types`, `after red`, `edited after the check`, `no check`, `check unclear`. */
  reason: string;
  /** Last run of every command since the last change, in order. */
  runs: CheckRun[];
}

/** Follows checks and edits through a session in the order their results came. */
export class StandingWatch {
  private fresh = new Map<string, CheckRun>();
  /** A check ran since the last commit, and then a file changed. */
  private hasStale = false;
  private hasChecked = false;

  check(run: CheckRun) {
    this.hasChecked = true;
    const key = `${run.kind}\n${run.command}`;
    this.fresh.delete(key);
    this.fresh.set(key, run);
  }

  edit() {
    this.hasStale ||= this.hasChecked;
    this.fresh = new Map();
  }

  /** What was checked before this commit says nothing of work that begins after it. */
  commit() {
    this.hasStale = false;
    this.hasChecked = false;
  }

  now(): Standing {
    const runs = [...this.fresh.values()];
    if (runs.length === 0)
      return { outcome: 'unknown', reason: this.hasStale ? 'edited after the check' : 'no check', runs };
    // Nothing changed since: what one command found red stays red, whatever another one found green.
    if (runs.some((run) => run.outcome === 'red')) return { outcome: 'red', reason: 'after red', runs };
    const green = runs.filter((run) => run.outcome === 'green').map((run) => run.kind);
    if (green.length === 0) return { outcome: 'unknown', reason: 'check unclear', runs };
    return { outcome: 'green', reason: `green ${[...new Set(green)].join(', ')}`, runs };
  }
}
