import { isCheckCommand } from '../../sessions/check-commands.ts';
import type { Pattern, Stretch } from '../pattern.ts';
import type { WorkProfile } from '../work-profile.ts';
import { scopeOf } from './run-patterns.ts';

/** Samples a 95th percentile needs. */
const enoughForP95 = 20;
/** Fewer calls say nothing about a tool. */
const leastCalls = 8;
/** A tail is worth looking at from here on: in milliseconds, and as a multiple of the median. */
const tailMs = 10_000;
const tailFactor = 4;
/** Rarer than one in twenty, but then so long: at least three such calls. */
const hang = { leastMs: 60_000, factor: 10, calls: 3 };
/** Where half of all calls take longer than this, the tool itself is slow: checks, everything else. */
const budgetMs = { check: 90_000, other: 30_000 };

/**
 * Tools whose time is a person's answer, another agent's or a model's, and calls that wait by their nature: nothing
 * about them is slow.
 */
const notItsOwn =
  /^(?:Task|Agent|Skill|AskUserQuestion|ExitPlanMode|EnterPlanMode|TodoWrite|TaskCreate|TaskUpdate|WebSearch|web_search\w*|request_user_input|update_plan|spawn_agent|wait\w*|(?:Bash|Task|Agent)Output\w*|write_stdin|ScheduleWakeup|Monitor|SendMessage|StructuredOutput)$/i;
/** Where time is read off a transcript, an edit may have waited for a person to approve it. */
const mayWait =
  /^(?:(?:Multi)?Edit|Write|NotebookEdit|apply_patch|str_replace\w*|create_file|write_file|patch)(?: \.\w+)?$/i;
const waitsByNature = /^\$ (?:sleep|script|wait|gh run watch|gh pr checks|tail|watch)$/;

interface Calls {
  shape: string;
  repo: string | null;
  at: number[];
  startMs: number[];
  tookMs: number[];
  line: number[];
}

/**
 * Calls that take longer than they need: those above the baseline median, where one in twenty takes at least ten
 * seconds and four times the median (below 20 calls the slowest in ten, and n is shown), or three hang for a minute and
 * ten times the median; or all above the budget where even half of them are over it. What counts as waste is the excess, never the whole time. `references`: by key, the
 * reference an earlier proposal was made with, so that a follow-up measures against the same.
 */
export function slowPatterns(
  profiles: readonly WorkProfile[],
  references: ReadonlyMap<string, number> = new Map(),
): Pattern[] {
  const patterns: Pattern[] = [];
  for (const [key, calls] of callsByShape(profiles)) {
    const frozen = references.get(key);
    if (calls.tookMs.length < leastCalls && frozen === undefined) continue;
    const isCheck = calls.shape.startsWith('$ ') && isCheckCommand(calls.shape.slice(2)) !== undefined;
    const sorted = Float64Array.from(calls.tookMs).sort();
    const medianMs = quantileOf(sorted, 0.5);
    const enough = calls.tookMs.length >= enoughForP95;
    const tail = quantileOf(sorted, enough ? 0.95 : 0.9);
    const budget = isCheck ? budgetMs.check : budgetMs.other;
    const early = earlyMedian(calls.tookMs);
    const standing = medianMs > budget && (early === undefined || early > budget);
    const referenceMs = frozen ?? Math.min(budget, early ?? medianMs, medianMs);
    const hasTail = tail >= tailMs && tail >= tailFactor * referenceMs;
    if (frozen === undefined && !standing && !hasTail && !hangs(calls.tookMs, referenceMs)) continue;
    const stretches = excess(calls, referenceMs);
    if (stretches.length === 0) continue;
    const slowest = [...stretches]
      .sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))
      .slice(0, 3)
      .map(({ at, line, fromMs, toMs }) => ({
        session: profiles[at]?.session ?? '',
        line,
        ms: toMs - fromMs + referenceMs,
      }));
    patterns.push({
      kind: 'slow',
      key,
      keys: [key],
      repo: calls.repo,
      stretches,
      detail: {
        kind: 'slow',
        shape: calls.shape,
        isCheck,
        medianMs,
        p95Ms: enough ? tail : null,
        referenceMs,
        standing,
        earlierMs: early !== undefined && medianMs >= 2 * early ? early : null,
        calls: calls.tookMs.length,
        mayWait: stretches.some(({ at }) => profiles[at]?.clock === 'transcript'),
        slowest,
      },
    });
  }
  return patterns;
}

function callsByShape(profiles: readonly WorkProfile[]): Map<string, Calls> {
  const groups = new Map<string, Calls>();
  profiles.forEach((profile, at) => {
    const { calls, shapes, repo } = profile;
    const own = shapes.map((shape) =>
      notItsOwn.test(shape) ||
      waitsByNature.test(shape) ||
      (profile.clock === 'transcript' && mayWait.test(shape))
        ? undefined
        : groupOf(groups, shape, repo),
    );
    for (let index = 0; index < calls.shape.length; index += 1) {
      const group = own[calls.shape[index] as number];
      const tookMs = calls.tookMs[index];
      const outcome = calls.outcome[index];
      // A failed or refused call is charged to its failure, and may have ended early.
      if (!group || tookMs == null || outcome === 'x' || outcome === 'd') continue;
      group.at.push(at);
      group.startMs.push(calls.startMs[index] as number);
      group.tookMs.push(tookMs);
      group.line.push(calls.line[index] as number);
    }
  });
  return groups;
}

function groupOf(groups: Map<string, Calls>, shape: string, ofRepo: string | null): Calls {
  const repo = scopeOf(shape, ofRepo);
  const key = repo === null ? shape : `${repo} ${shape}`;
  const known = groups.get(key);
  if (known) return known;
  const made: Calls = { shape, repo, at: [], startMs: [], tookMs: [], line: [] };
  groups.set(key, made);
  return made;
}

/** Quantile of ascending values as `quantile` gives it (type 7); that one sorts anew each time, which is too slow here. */
function quantileOf(sorted: Float64Array, q: number): number {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const left = sorted[low] ?? 0;
  return left + ((sorted[low + 1] ?? left) - left) * (at - low);
}

/** The median of the first half: a tool that got slower is measured against what it was. */
function earlyMedian(tookMs: readonly number[]): number | undefined {
  const half = Math.floor(tookMs.length / 2);
  return half < enoughForP95 ? undefined : quantileOf(Float64Array.from(tookMs.slice(0, half)).sort(), 0.5);
}

function hangs(tookMs: readonly number[], referenceMs: number): boolean {
  const longMs = Math.max(hang.leastMs, hang.factor * referenceMs);
  return tookMs.filter((ms) => ms >= longMs).length >= hang.calls;
}

function excess(calls: Calls, referenceMs: number): Stretch[] {
  return calls.tookMs.flatMap((tookMs, index) =>
    tookMs <= referenceMs
      ? []
      : [
          {
            at: calls.at[index] as number,
            fromMs: (calls.startMs[index] as number) + referenceMs,
            toMs: (calls.startMs[index] as number) + tookMs,
            line: calls.line[index] as number,
            measured: true,
            ended: true,
          },
        ],
  );
}
