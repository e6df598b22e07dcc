import type { CodeQuery } from './code-query.ts';
import type { EntryRef } from './entry-store.ts';

const plainWordShare = 0.25;

/**
 * Files that define what the task names, by how few others define it too. A name written like code counts four times
 * one that may be a plain word.
 */
export function scoreNames(files: readonly EntryRef[], { names }: CodeQuery): Float64Array {
  const scores = new Float64Array(files.length);
  const wanted = new Map(names.map((name) => [name.hash, name]));
  if (wanted.size === 0) return scores;
  const definers = new Map<number, number[]>();
  for (const [at, { block, entry }] of files.entries()) {
    const end = block.nameStart[entry + 1] as number;
    for (let name = block.nameStart[entry] as number; name < end; name++) {
      const hash = block.names[name] as number;
      if (!wanted.has(hash)) continue;
      const list = definers.get(hash);
      if (list) list.push(at);
      else definers.set(hash, [at]);
    }
  }
  for (const [hash, list] of definers) {
    const share = wanted.get(hash)?.codeLike ? 1 : plainWordShare;
    const worth = (share * Math.log(1 + files.length / list.length)) / Math.sqrt(list.length);
    for (const at of list) scores[at] = (scores[at] as number) + worth;
  }
  return scores;
}
