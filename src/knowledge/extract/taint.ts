import { phrasesOf } from '../../base/phrases.ts';
import type { Proposal } from './proposal.ts';
import type { Reading } from './reading.ts';

/** Rules whose text is the agent's commands or ours; the output they quote only shows that something failed. */
const ownWords: ReadonlySet<string> = new Set(['error-fix', 'commit-hook', 'blocked', 'environment']);

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
      for (const { words } of phrasesOf(seen.quote))
        wanted.set(words, [...(wanted.get(words) ?? []), { proposal: index, line: seen.src.line }]);
    }
  });
  const tainted = new Set<number>();
  if (wanted.size === 0) return tainted;
  const search = (text: string, line: number) => {
    for (const { words } of phrasesOf(text))
      for (const hit of wanted.get(words) ?? []) if (line < hit.line) tainted.add(hit.proposal);
  };
  for (const call of reading.calls) if (call.result) search(call.result.text, call.result.src.line);
  for (const said of reading.injected) search(said.text, said.src.line);
  return tainted;
}
