import type { Evidence, Fact, FactDraft, FactSource } from '../../../src/knowledge/fact.ts';
import { factId } from '../../../src/knowledge/fact-path.ts';
import { wordingChecksum } from '../../../src/knowledge/merge-facts.ts';

/** A sound source; give what matters to the test. */
export function sampleSource(given: Partial<FactSource> = {}): FactSource {
  return {
    session: 'claude-code/8d58fde0',
    line: 501,
    quote: 'Config files are not trusted. Trust them with `mise trust`',
    commit: null,
    date: '2026-08-02',
    tier: 'user',
    proven: false,
    confidence: 0.7,
    ...given,
  };
}

/** A sound fact written by a person; give what matters to the test. */
export function sampleFact(given: Partial<Fact> = {}): Fact {
  return {
    id: 'k7f3q2m9xw',
    title: 'mise refuses to run tasks in a fresh worktree until `mise trust`',
    category: 'tool-quirk',
    scope: 'repo:acme/shop',
    status: 'active',
    trust: 'user',
    confidence: 0.7,
    tags: ['mise', 'worktree'],
    paths: ['mise.toml'],
    keywords: ['config files are not trusted', 'untrusted'],
    firstSeen: '2026-08-02',
    lastConfirmed: '2026-08-02',
    supersedes: [],
    contradicts: [],
    holds: [],
    pinned: false,
    subject: null,
    aliases: [],
    generated: null,
    sources: [sampleSource()],
    body: 'In a new clone or worktree run `mise trust` once before any `mise run …`; the error names the fix.',
    ...given,
  };
}

/** The same as the program would have generated it. */
export function generatedFact(given: Partial<Fact> = {}): Fact {
  const fact = sampleFact(given);
  const { generated: _, ...wording } = fact;
  return {
    ...fact,
    generated: { status: fact.status, wording: wordingChecksum({ ...wording, generated: null }) },
  };
}

/** A draft with one source of one session. */
export function sampleDraft(given: Partial<FactDraft> = {}, source: Partial<Evidence> = {}): FactDraft {
  const { confidence: _, ...evidence } = sampleSource();
  return {
    claimKey: 'mise trust before tasks',
    title: 'mise needs `mise trust` before tasks run in a new worktree',
    body: 'Run `mise trust` once in every new worktree.',
    category: 'tool-quirk',
    scope: 'repo:acme/shop',
    confidence: 0.5,
    tags: ['mise'],
    paths: ['mise.toml'],
    keywords: ['untrusted'],
    holds: [],
    rule: 'error-fix',
    sources: [{ ...evidence, tier: 'agent', ...source }],
    subject: null,
    ...given,
  };
}

/** Id of the fact a sample draft makes. */
export function draftId(draft: FactDraft): string {
  return factId(draft.scope, draft.claimKey);
}
