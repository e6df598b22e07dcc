import { clipEnd, compareText, foldSpace } from '../base/text.ts';
import type { Fact, FactDraft, FactSource } from './fact.ts';
import { findFactProblem, tidyBody } from './fact-limits.ts';
import { factId } from './fact-path.ts';
import { keepSources, wordingChecksum } from './merge-facts.ts';
import { combinedConfidence, compareSources, earnedStatus, trustOf } from './trust.ts';

const maxSourcesPerSession = 3;

/**
 * The fact that one draft alone makes, from its sources of one session: at most three of them, lists and texts cut
 * to what a file holds, trust and status from the evidence. A text when the draft cannot be a fact: what is wrong.
 */
export function factOfDraft(draft: FactDraft, sources: readonly FactSource[]): Fact | string {
  const kept = keepSources([...sources].sort(compareSources).slice(0, maxSourcesPerSession));
  const dates = kept.flatMap((source) => source.date ?? []).sort(compareText);
  const trust = trustOf(kept);
  const wording = {
    id: factId(draft.scope, draft.claimKey),
    title: clipEnd(foldSpace(draft.title), 120),
    category: draft.category,
    scope: draft.scope,
    tags: tidyList(draft.tags, 60, 300),
    paths: tidyList(draft.paths, 300, 800),
    keywords: tidyList(draft.keywords, 200, 900),
    subject: draft.subject && {
      key: clipEnd(foldSpace(draft.subject.key), 60),
      value: clipEnd(foldSpace(draft.subject.value), 60),
    },
    body: tidyBody(clipEnd(tidyBody(draft.body), 1500)),
  };
  const fact: Fact = {
    ...wording,
    status: 'candidate',
    trust,
    confidence: combinedConfidence(kept),
    firstSeen: dates[0] ?? null,
    lastConfirmed: dates.at(-1) ?? null,
    supersedes: [],
    contradicts: [],
    holds: trust === 'human' ? [] : tidyList(draft.holds, 60, 200).sort(compareText),
    pinned: false,
    aliases: [],
    generated: null,
    sources: kept,
  };
  const status = earnedStatus(fact);
  const complete = {
    ...fact,
    status,
    generated: { status, wording: wordingChecksum({ ...wording, generated: null }) },
  };
  const problem = kept.length === 0 ? { field: 'sources', reason: 'no evidence' } : findFactProblem(complete);
  return problem ? `${problem.field}: ${problem.reason}` : complete;
}

/** One-line values, each once, in the given order, as many as fit into `maxBytes` of the file. */
function tidyList(values: readonly string[], maxLength: number, maxBytes: number): string[] {
  const tidy = [...new Set(values.map((value) => clipEnd(foldSpace(value), maxLength)).filter(Boolean))];
  let bytes = 0;
  return tidy.slice(0, 12).filter((value) => {
    bytes += Buffer.byteLength(JSON.stringify(value)) + 2;
    return bytes <= maxBytes;
  });
}
