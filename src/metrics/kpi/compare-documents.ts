import { taskPhases } from '../../base/event-task.ts';
import { compareText } from '../../base/text.ts';
import { addKnown } from './add-tasks.ts';
import type { KpiDocument } from './kpi-document.ts';

/** One row of a comparison. `ratio` is b ÷ a; both are null where a side is not known (or a is 0). */
export interface ComparisonRow {
  name: string;
  unit: 'ms' | 'count' | 'tokens' | 'money';
  a: number | null;
  b: number | null;
  delta: number | null;
  ratio: number | null;
  /** Worse by more than a fifth, and by enough to matter (a second, a thousand tokens, a cent, one). */
  marked: boolean;
  /** How often the phase was entered, B − A; null for other rows. */
  attemptsDelta: number | null;
}

/** Two runs side by side. */
export interface DocumentComparison {
  a: string;
  b: string;
  rows: ComparisonRow[];
  outcome: { a: string; b: string };
}

/** Smallest difference that is worth a mark, by unit. */
const leastDelta = { ms: 1000, count: 1, tokens: 1000, money: 0.01 } as const;
const markedRatio = 1.2;

/** Rows in a fixed order, phases after the figures by their name whatever its case, the outcome last. */
export function compareDocuments(a: KpiDocument, b: KpiDocument): DocumentComparison {
  const row = (name: string, unit: ComparisonRow['unit'], of: (document: KpiDocument) => number | null) =>
    rowOf(name, unit, of(a), of(b));
  const rows = [
    row('TVc', 'ms', ({ tvcMs }) => tvcMs),
    row('TVc active', 'ms', ({ tvcActiveMs }) => tvcActiveMs),
    row('duration', 'ms', ({ totalMs }) => totalMs),
    row('active', 'ms', ({ activeMs }) => activeMs),
    row('unattributed', 'ms', ({ unattributedMs }) => unattributedMs),
    row('touches', 'count', ({ touches }) => touches.count),
    row('worker calls', 'count', ({ workerCalls }) => workerCalls),
    row('tool calls', 'count', ({ toolCalls }) => toolCalls),
    row('tokens in', 'tokens', ({ tokens }) => tokens?.input ?? null),
    row('tokens out', 'tokens', ({ tokens }) => tokens?.output ?? null),
    row('cache read', 'tokens', ({ tokens }) => tokens?.cacheRead ?? null),
    row('cache write', 'tokens', ({ tokens }) => tokens?.cacheWrite ?? null),
    row('cost', 'money', ({ cost }) => cost.amount),
    row('verification', 'ms', ({ verify }) => (verify.attempts === 0 ? 0 : verify.durationMs)),
    row('verify attempts', 'count', ({ verify }) => verify.attempts),
    row('verify retries', 'count', ({ verify }) => verify.retries),
    // More milestones is not worse.
    { ...row('milestones', 'count', ({ milestones }) => milestones.completed), marked: false },
    ...comparePhases(a, b),
  ];
  return { a: a.id, b: b.id, rows, outcome: { a: outcomeWords(a), b: outcomeWords(b) } };
}

function rowOf(name: string, unit: ComparisonRow['unit'], a: number | null, b: number | null): ComparisonRow {
  const delta = a === null || b === null ? null : b - a;
  const ratio = a === null || b === null || a <= 0 ? null : b / a;
  const isMore = ratio === null ? a === 0 && (b ?? 0) > 0 : ratio > markedRatio;
  const marked = isMore && delta !== null && delta >= leastDelta[unit];
  return { name, unit, a, b, delta, ratio, marked, attemptsDelta: null };
}

/** Order of the vocabulary first, then any other name; `implement` and `IMPLEMENT` are one phase. */
const phaseOrder: readonly string[] = taskPhases;

function comparePhases(a: KpiDocument, b: KpiDocument): ComparisonRow[] {
  const [ofA, ofB] = [foldPhases(a), foldPhases(b)];
  const place = (name: string) => (phaseOrder.includes(name) ? phaseOrder.indexOf(name) : phaseOrder.length);
  const names = [...new Set([...ofA.keys(), ...ofB.keys()])].sort(
    (x, y) => place(x) - place(y) || compareText(x, y),
  );
  return names.map((name) => {
    const [timeA, timeB] = [ofA.get(name), ofB.get(name)];
    // A phase that did not occur took no time; that is known.
    const known = (document: KpiDocument, ms: number | undefined) =>
      document.totalMs === null ? null : (ms ?? 0);
    return {
      ...rowOf(name, 'ms', known(a, timeA?.durationMs), known(b, timeB?.durationMs)),
      attemptsDelta: (timeB?.attempts ?? 0) - (timeA?.attempts ?? 0),
    };
  });
}

function foldPhases({ phases }: KpiDocument): Map<string, { durationMs: number; attempts: number }> {
  const folded = new Map<string, { durationMs: number; attempts: number }>();
  for (const [name, time] of Object.entries(phases)) {
    const known = folded.get(name.toUpperCase());
    folded.set(name.toUpperCase(), {
      durationMs: addKnown([known?.durationMs ?? null, time.durationMs]) ?? 0,
      attempts: (known?.attempts ?? 0) + time.attempts,
    });
  }
  return folded;
}

const outcomeWords = ({ outcome, stopReason }: KpiDocument): string =>
  stopReason === null || stopReason.code === outcome ? outcome : `${outcome} (${stopReason.title})`;
