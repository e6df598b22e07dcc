import { countAsciiTokens } from '../base/ascii-tokens.ts';
import type { Category } from '../knowledge/fact.ts';
import type { FactEntry } from './fact-document.ts';
import { formatEntry, type Shown } from './format-entry.ts';
import { findNearDuplicate } from './near-duplicate.ts';

/** A fact that may go into a packet, in the order of its score. */
export interface Candidate {
  entry: FactEntry;
  score: number;
  shown: Shown;
  /** The facts that say otherwise: the line shows all of them, as disputed. */
  opposing: readonly FactEntry[];
}

/** Limits of the whole packet. Both are hard. */
export interface Budget {
  tokens: number;
  characters: number;
}

/** Why a fact is not in the packet. */
export type LeftOutReason = 'budget' | 'near-duplicate';

/** What fits the budget, and what does not and why. */
export interface Packed {
  /** In rank order. */
  chosen: Candidate[];
  leftOut: { candidate: Candidate; reason: LeftOutReason; twin?: string }[];
  /** Of the chosen ones with their headings, an upper bound; without the words around them. */
  tokens: number;
  characters: number;
}

/** Sections of a packet, in order, and the facts each takes. */
export const sections: readonly { title: string; takes: (candidate: Candidate) => boolean }[] = [
  section('Pitfalls', 'pitfall'),
  section('Patterns', 'pattern'),
  section('Tool quirks', 'tool-quirk'),
  section('Facts', 'fact'),
  section('Decisions', 'decision'),
  section('Open questions', 'question'),
  { title: 'Disputed: sources disagree', takes: (candidate) => candidate.opposing.length > 0 },
];

function section(title: string, category: Category) {
  return {
    title,
    takes: ({ entry, opposing }: Candidate) => entry.category === category && opposing.length === 0,
  };
}

/**
 * Chooses greedily by score what fits: whole entries only, what is too large is skipped, a near-copy of a chosen fact
 * (cosine above .9) is dropped. When no pitfall came in by itself but one fits, it gets its place first.
 */
export function packFacts(candidates: readonly Candidate[], budget: Budget): Packed {
  const packed = packGreedily(candidates, budget, undefined);
  if (packed.chosen.some(isPitfall)) return packed;
  const pitfall = candidates.find(
    (one) => isPitfall(one) && packGreedily([one], budget, undefined).chosen.length > 0,
  );
  return pitfall ? packGreedily(candidates, budget, pitfall) : packed;
}

const isPitfall = (candidate: Candidate) =>
  candidate.entry.category === 'pitfall' && candidate.opposing.length === 0;

function packGreedily(
  candidates: readonly Candidate[],
  budget: Budget,
  reserved: Candidate | undefined,
): Packed {
  const packed: Packed = { chosen: [], leftOut: [], tokens: 0, characters: 0 };
  const opened = new Set<string>();
  const consider = (candidate: Candidate): void => {
    const { title } = sectionOf(candidate);
    const line = lineCost(candidate);
    const heading = opened.has(title) ? { tokens: 0, characters: 0 } : textCost(`\n\n## ${title}\n`);
    const tokens = packed.tokens + line.tokens + heading.tokens;
    const characters = packed.characters + line.characters + heading.characters;
    if (tokens > budget.tokens || characters > budget.characters) {
      packed.leftOut.push({ candidate, reason: 'budget' });
      return;
    }
    const twin = findNearDuplicate(candidate.entry, entriesOf(packed.chosen));
    if (twin) {
      packed.leftOut.push({ candidate, reason: 'near-duplicate', twin: twin.id });
      return;
    }
    opened.add(title);
    packed.chosen.push(candidate);
    packed.tokens = tokens;
    packed.characters = characters;
  };
  if (reserved) consider(reserved);
  for (const candidate of candidates) if (candidate !== reserved) consider(candidate);
  if (reserved) packed.chosen.sort((a, b) => candidates.indexOf(a) - candidates.indexOf(b));
  return packed;
}

function entriesOf(candidates: readonly Candidate[]): FactEntry[] {
  return candidates.map((one) => one.entry);
}

function sectionOf(candidate: Candidate): (typeof sections)[number] {
  return sections.find((one) => one.takes(candidate)) as (typeof sections)[number];
}

/** The line of a candidate in the packet. */
export function formatCandidate({ entry, shown, opposing }: Candidate): string {
  if (opposing.length === 0) return formatEntry(entry, shown);
  const sides = [entry, ...opposing].map(
    (one) => `[${one.id}] ${one.title} (${one.lastConfirmed ?? 'undated'})`,
  );
  return `- ${sides.join(' / ')}`;
}

function lineCost(candidate: Candidate): { tokens: number; characters: number } {
  const line = formatCandidate(candidate);
  const { tokens } = candidate.opposing.length === 0 ? candidate.entry : textCost(line);
  return { tokens, characters: line.length + 1 };
}

/** Cost of our own words, from above: text that is not ASCII counts half its bytes. */
export function textCost(text: string): { tokens: number; characters: number } {
  const tokens = countAsciiTokens(text) ?? Math.ceil(Buffer.byteLength(text) / 2);
  return { tokens: tokens + 1, characters: text.length };
}
