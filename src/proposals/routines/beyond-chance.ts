import type { StepKind } from './step-kind.ts';
import type { StepTable } from './step-table.ts';

/** Chance that a fleet without routines shows one. */
const alpha = 0.05;

/**
 * At least twice what chance gives, since with enough sessions every small preference of order is significant; and
 * significant although there are so many sequences to choose from: all that the shapes could make, or, when that is
 * less, those that stand somewhere, of which each has one session for being looked at.
 */
export function isBeyondChance(
  { shapes, maxGap, sessions }: { shapes: readonly number[]; maxGap: number; sessions: number },
  byChance: number,
  choice: Choice,
): boolean {
  if (sessions < 2 * byChance) return false;
  const { steps, shapes: different } = maxGap === 0 ? choice.all : choice.scripted;
  const nextSteps = Math.max(1, ((maxGap + 1) * steps) / choice.all.steps);
  const possible = shapes.length * Math.log(different);
  const standing = Math.log(steps) + (shapes.length - 1) * Math.log(nextSteps);
  const logFalse = Math.min(
    possible + logTail(sessions, byChance),
    standing + logTail(sessions - 1, byChance),
  );
  return logFalse < Math.log(alpha);
}

/** Chance that a step which happened to be near is held to be part of a routine that is real without it. */
const stepAlpha = 0.01;

/** Whether a step that chance would put there in `byChance` sessions belongs where `sessions` show it. */
export function belongs(sessions: number, byChance: number): boolean {
  return sessions >= 2 * byChance && logTail(sessions, byChance) < Math.log(stepAlpha);
}

/** What sequences are made of: steps and their shapes, of all and of those that sequences with gaps take. */
export interface Choice {
  all: { steps: number; shapes: number };
  scripted: { steps: number; shapes: number };
}

/** Counts what the sequences of a table are made of; those with gaps take no free steps. */
export function choiceOf({ shape, shapes }: StepTable, kinds: readonly StepKind[]): Choice {
  const isScripted = Uint8Array.from(kinds, (kind) => (kind === 'free' ? 0 : 1));
  let [steps, scripted] = [0, 0];
  for (const each of shape) {
    if (each < 0) continue;
    steps += 1;
    scripted += isScripted[each] as number;
  }
  return {
    all: { steps, shapes: shapes.length },
    scripted: { steps: scripted, shapes: isScripted.reduce((sum, each) => sum + each, 0) },
  };
}

/** Chernoff's bound of log P(X ≥ count) for a Poisson X of this mean. */
function logTail(count: number, mean: number): number {
  return count <= mean ? 0 : count - mean - count * Math.log(count / mean);
}
