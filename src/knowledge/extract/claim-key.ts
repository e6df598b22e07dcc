import { foldSpace } from '../../base/text.ts';

const stopWords = new Set(
  'a about above after again all also an and any are as at be because been before being below between both but by can could did do does doing down during each even few for from further had has have having here how i if in into is it its itself just like may me more most must my need no nor not now of off on once only or other our out over own per rather same shall should so some still such than that the their them then there these they this those through to too under until up upon use used uses using very via was we were what when where which while who whom why will with within without would you your'.split(
    ' ',
  ),
);

/** A word without its inflection; crude, but the same everywhere. */
function stem(word: string): string {
  const lower = word.toLowerCase().replace(/['’]s$|['’]/g, '');
  if (lower.length <= 4 || /\d/.test(lower)) return lower;
  return lower
    .replace(/(?:ies)$/, 'y')
    .replace(/(?:sses)$/, 'ss')
    .replace(/(?<=[^s])s$/, '')
    .replace(/(?<=.{3})(?:ing|ed)$/, '')
    .replace(/([^aeiouls])\1$/, '$1')
    .replace(/e$/, '');
}

/** Content words of a text as stems, each once, in order. Negations count: they turn a claim round. */
export function contentStems(text: string): string[] {
  const words = foldSpace(text.replace(/n['’]t\b/g, ' not')).match(/[\p{L}\p{N}][\p{L}\p{N}_'’]*/gu) ?? [];
  const kept = words.filter((word) => /^(?:not|never|no)$/i.test(word) || !stopWords.has(word.toLowerCase()));
  return [...new Set(kept.map(stem).map((word) => (/^(?:never|no)$/.test(word) ? 'not' : word)))];
}

/** Identity of a prose claim: its content words, stemmed, in code-unit order. Word order and inflection do not matter. */
export function statementKey(claim: string): string {
  return contentStems(claim).sort().slice(0, 24).join(' ');
}

/** Share of content words two texts have in common (Jaccard), 0–1. */
export function likeness(a: string, b: string): number {
  const left = new Set(contentStems(a));
  const right = new Set(contentStems(b));
  const shared = [...left].filter((word) => right.has(word)).length;
  const total = left.size + right.size - shared;
  return total === 0 ? 1 : shared / total;
}

/** Share of `part`'s content words that `whole` has too, 0–1. */
export function containment(part: string, whole: ReadonlySet<string>): number {
  const words = contentStems(part);
  return words.length === 0 ? 1 : words.filter((word) => whole.has(word)).length / words.length;
}
