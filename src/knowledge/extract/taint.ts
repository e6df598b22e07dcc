import type { Proposal } from './proposal.ts';
import type { Reading } from './reading.ts';

/** Rules whose text is the agent's commands or ours; the output they quote only shows that something failed. */
const ownWords: ReadonlySet<string> = new Set(['error-fix', 'commit-hook', 'blocked', 'environment']);

/** Words in a row that are taken as a repetition, not a coincidence. */
const phraseWords = 6;

/**
 * Proposals that repeat a phrase of earlier tool or web output, or of text programs put into the session: an agent
 * that retells what a page told it (or a person who pastes it) is no better source than the page. Six words in a row
 * count as a repetition. Returns the positions of tainted proposals.
 */
export function findTainted(proposals: readonly Proposal[], reading: Reading): Set<number> {
  const wanted = new Map<string, { proposal: number; line: number }[]>();
  proposals.forEach((proposal, index) => {
    if (proposal.evidence.every((seen) => seen.tier === 'tool')) return;
    for (const seen of proposal.evidence) {
      if (ownWords.has(proposal.rule)) continue;
      for (const phrase of phrasesOf(seen.quote))
        wanted.set(phrase, [...(wanted.get(phrase) ?? []), { proposal: index, line: seen.src.line }]);
    }
  });
  const tainted = new Set<number>();
  if (wanted.size === 0) return tainted;
  const search = (text: string, line: number) => {
    for (const phrase of phrasesOf(text))
      for (const hit of wanted.get(phrase) ?? []) if (line < hit.line) tainted.add(hit.proposal);
  };
  for (const call of reading.calls) if (call.result) search(call.result.text, call.result.src.line);
  for (const said of reading.injected) search(said.text, said.src.line);
  return tainted;
}

function* phrasesOf(text: string): Generator<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}_'’./-]*/gu) ?? [];
  for (let at = 0; at + phraseWords <= words.length; at += 1)
    yield words.slice(at, at + phraseWords).join(' ');
}
