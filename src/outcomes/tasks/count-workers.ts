import type { TaskWorker, TokensByType } from '../../base/event-task.ts';
import { compareText } from '../../base/text.ts';
import { addTokens, largerTokens } from '../../sessions/token-sum.ts';
import type { TimedEvent } from './hold-clock.ts';

/**
 * Tokens of a task by type, and by who used them with which model. Lines of one response repeat its usage while the
 * output grows: the largest counts. null tokens: the format records none.
 */
export function countWorkers(events: readonly TimedEvent[]): {
  workers: TaskWorker[];
  tokens: TokensByType | null;
} {
  const responses = new Map<
    string,
    { worker: TaskWorker['worker']; model: string | null; tokens: TokensByType }
  >();
  let loose = 0;
  for (const { event } of events) {
    if (event.kind !== 'usage') continue;
    const id = event.responseId ?? `loose ${loose++}`;
    const before = responses.get(id);
    responses.set(id, {
      worker: event.side ? 'sub-agent' : 'main',
      model: event.model,
      tokens: before ? largerTokens(before.tokens, event.tokens) : event.tokens,
    });
  }
  const workers = new Map<string, TaskWorker>();
  for (const { worker, model, tokens } of responses.values()) {
    const key = `${worker}\n${model}`;
    const known = workers.get(key);
    workers.set(key, {
      worker,
      model,
      calls: (known?.calls ?? 0) + 1,
      tokens: known ? addTokens(known.tokens, tokens) : tokens,
    });
  }
  const rows = [...workers.values()].sort(
    (a, b) => compareText(a.worker, b.worker) || compareText(a.model ?? '', b.model ?? ''),
  );
  return {
    workers: rows,
    tokens: rows.length === 0 ? null : rows.map((row) => row.tokens).reduce(addTokens),
  };
}
