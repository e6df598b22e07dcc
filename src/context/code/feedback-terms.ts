import type { QueryTerm } from './code-query.ts';
import type { EntryRef } from './entry-store.ts';

const topFiles = 4;
const mostTerms = 12;
const feedbackWeight = 0.35;
const largestShare = 0.2;

/**
 * The task's terms with those that the symbols of the best files add to them (pseudo-relevance feedback, Rocchio 1971):
 * what the repository calls the things that the task calls something else. For repositories without a history, whose
 * commit messages would say it better.
 */
export function withFeedback(
  terms: readonly QueryTerm[],
  files: readonly EntryRef[],
  scores: Float64Array,
): QueryTerm[] {
  const best = [...scores.keys()]
    .filter((at) => (scores[at] as number) > 0)
    .sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)
    .slice(0, topFiles);
  const known = new Set(terms.map(({ hash }) => hash));
  const holding = countHolders(files, best);
  const worth = new Map<number, number>();
  for (const at of best) {
    const { block, entry } = files[at] as EntryRef;
    const [first, end] = [block.symbolStart[entry] as number, block.symbolStart[entry + 1] as number];
    for (let symbol = first; symbol < end; symbol++) {
      const hash = block.symbolTerms[symbol] as number;
      const holders = holding.get(hash) as number;
      if (known.has(hash) || holders < 2 || holders > files.length * largestShare) continue;
      const rarity = Math.log(files.length / holders) / Math.sqrt(end - first);
      const part = (scores[at] as number) * Math.log1p(block.symbolCounts[symbol] as number) * rarity;
      worth.set(hash, (worth.get(hash) ?? 0) + part);
    }
  }
  const added = [...worth].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, mostTerms);
  const most = added[0]?.[1] ?? 1;
  return [
    ...terms,
    ...added.map(([hash, part]) => ({
      hash,
      term: '',
      weight: (feedbackWeight * part) / most,
      joined: true,
    })),
  ];
}

/** How many files have each symbol term of the best files. */
function countHolders(files: readonly EntryRef[], best: readonly number[]): Map<number, number> {
  const holding = new Map<number, number>();
  for (const at of best) {
    const { block, entry } = files[at] as EntryRef;
    for (
      let symbol = block.symbolStart[entry] as number;
      symbol < (block.symbolStart[entry + 1] as number);
      symbol++
    )
      holding.set(block.symbolTerms[symbol] as number, 0);
  }
  for (const { block, entry } of files) {
    const end = block.symbolStart[entry + 1] as number;
    for (let symbol = block.symbolStart[entry] as number; symbol < end; symbol++) {
      const count = holding.get(block.symbolTerms[symbol] as number);
      if (count !== undefined) holding.set(block.symbolTerms[symbol] as number, count + 1);
    }
  }
  return holding;
}
