import { KaizenError } from '../base/errors.ts';
import type { StoredFact } from './fact.ts';

const shortestPrefix = 3;

/**
 * The fact a person means by an id, the start of one (three characters or more), an id it had elsewhere, or its
 * path. KaizenError `not_found` when there is none, `usage` when the start fits several.
 */
export function findFact(facts: readonly StoredFact[], reference: string): StoredFact {
  const wanted = reference.trim().replace(/^\[?(?:fact:)?|\]$/g, '');
  const exact = facts.find(
    ({ fact, path }) => fact.id === wanted || path === wanted || fact.aliases.includes(wanted),
  );
  if (exact) return exact;
  const started =
    wanted.length < shortestPrefix ? [] : facts.filter(({ fact }) => fact.id.startsWith(wanted));
  if (started.length === 1 && started[0]) return started[0];
  if (started.length > 1) {
    const ids = started.slice(0, 5).map(({ fact }) => `${fact.id} (${fact.title.slice(0, 50)})`);
    throw new KaizenError('usage', `${reference} is the start of ${started.length} ids: ${ids.join(', ')}`, {
      hint: 'Give more of the id.',
    });
  }
  throw new KaizenError('not_found', `No fact ${reference}`, {
    hint: '`kaizen knowledge list` shows the ids; --status all includes retired facts.',
  });
}
