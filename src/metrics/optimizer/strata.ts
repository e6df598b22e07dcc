import { addDays, weekIndex } from '../../base/calendar.ts';
import { compareText } from '../../base/text.ts';
import type { Execution } from '../agents/executions/execution.ts';
import { windowEnding } from '../window.ts';
import type { EvidenceStart } from './alarm-budget.ts';

/** Executions of one agent with the same version and model: only these are compared with each other. */
export interface Stratum {
  version: string | null;
  model: string | null;
  /** By time. */
  executions: Execution[];
  /** Where evidence begins: the first execution, then the first of every second week, counted over all strata. */
  starts: EvidenceStart[];
}

/** The days looked at, both included, `YYYY-MM-DD`; `from` is a Monday. */
export interface OptimizerWindow {
  from: string;
  to: string;
  days: number;
}

/**
 * The window of at least `days` days that ends on `today`, begun on a Monday: evidence starts with a week, and the same
 * records give the same analysis all week long.
 */
export function optimizerWindow(today: string, days: number): OptimizerWindow {
  const { from } = windowEnding(today, days);
  const weekday = (new Date(from).getUTCDay() + 6) % 7;
  return { from: addDays(from, -weekday), to: today, days };
}

/** More executions of one agent than this are not looked at: the newest are. */
const mostExecutions = 20_000;

/** What of the records can be analysed: each id once, by time, none after `today`, the newest 20,000. */
export function usableExecutions(
  executions: readonly Execution[],
  today: string,
): { usable: Execution[]; duplicates: number; future: number; older: number } {
  const byId = new Map<string, Execution>();
  const keys = new Set<string>();
  let duplicates = 0;
  for (const execution of executions) {
    const { id, idempotencyKey } = execution;
    if (byId.has(id) || (idempotencyKey !== undefined && keys.has(idempotencyKey))) duplicates += 1;
    else byId.set(id, execution);
    if (idempotencyKey !== undefined) keys.add(idempotencyKey);
  }
  const known = [...byId.values()].sort(
    (a, b) => compareText(a.timestamp, b.timestamp) || compareText(a.id, b.id),
  );
  const past = known.filter((execution) => execution.timestamp.slice(0, 10) <= today);
  const older = Math.max(0, past.length - mostExecutions);
  return { usable: past.slice(older), duplicates, future: known.length - past.length, older };
}

/** Weeks from one start of evidence to the next. */
const startEvery = 2;

/** The strata of executions in time order, in the order of their first execution. */
export function splitByVersion(executions: readonly Execution[]): Stratum[] {
  const strata = new Map<string, Stratum & { lastStart: number }>();
  let t = 0;
  for (const execution of executions) {
    const version = execution.agentVersion ?? null;
    const model = execution.model ?? null;
    const key = JSON.stringify([version, model]);
    const stratum = strata.get(key) ?? { version, model, executions: [], starts: [], lastStart: -startEvery };
    strata.set(key, stratum);
    const week = weekIndex(Date.parse(execution.timestamp));
    if (stratum.starts.length === 0 || week >= stratum.lastStart + startEvery) {
      t += 1;
      stratum.starts.push({ t, at: stratum.executions.length });
      stratum.lastStart = week;
    }
    stratum.executions.push(execution);
  }
  return [...strata.values()].map(({ lastStart: _, ...stratum }) => stratum);
}

/** Index of the first execution of the window. */
export function windowStart(stratum: Stratum, window: OptimizerWindow): number {
  const at = stratum.executions.findIndex((execution) => execution.timestamp.slice(0, 10) >= window.from);
  return at === -1 ? stratum.executions.length : at;
}

/** `version 1.2, model x`; empty when neither is recorded. */
export function describeStratum({ version, model }: Pick<Stratum, 'version' | 'model'>): string {
  return [...(version === null ? [] : [`version ${version}`]), ...(model === null ? [] : [model])].join(', ');
}

/**
 * Whether an agent has moved on from a stratum: at least `min` executions of others came after its last one. Advice on
 * what is no longer run helps nobody.
 */
export function isSuperseded(stratum: Stratum, all: readonly Stratum[], min: number): boolean {
  const last = stratum.executions.at(-1)?.timestamp ?? '';
  const later = all.flatMap((other) =>
    other === stratum ? [] : other.executions.filter((execution) => execution.timestamp > last),
  );
  return later.length >= min;
}
