import { readDerivedFiles } from '../../io/read-derived.ts';
import { type LintFinding, lintStore } from '../../knowledge/lint.ts';
import { openRepoRedactor } from '../open-redactor.ts';
import { openKnowledge } from './knowledge-store.ts';

/** Every problem of the store; see `lintStore`. */
export async function lintKnowledge(
  dir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ findings: LintFinding[]; facts: number }> {
  const store = await openKnowledge(dir);
  const redactor = await openRepoRedactor(store.repository, env, { makeKey: false });
  const derived = await readDerivedFiles(store.repository);
  const findings = lintStore({
    facts: store.facts,
    bad: store.bad,
    derived,
    redact: (text) => redactor.text(text),
  });
  return { findings, facts: store.facts.length };
}
