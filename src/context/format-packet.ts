import {
  type Budget,
  type Candidate,
  formatCandidate,
  type Packed,
  packFacts,
  sections,
  textCost,
} from './pack-packet.ts';
import { fillTemplate, type PacketTemplate } from './packet-template.ts';

/** A packet and the account of it. */
export interface Packet extends Packed {
  /** Markdown; empty when there is nothing to show. */
  text: string;
  /** Chosen, but withheld to measure what they are worth. */
  held: Candidate[];
  /** Chosen and in the text. */
  delivered: Candidate[];
  /** Of the whole text, an upper bound. */
  tokens: number;
}

/** What a packet is made of. */
export interface PacketRequest {
  /** Best first. */
  candidates: readonly Candidate[];
  /** Facts known beside the candidates: left out too. */
  others: number;
  budget: Budget;
  template: PacketTemplate;
  /** Repository the notes are about. */
  repo: string | undefined;
  isHeld: (id: string) => boolean;
}

const widest = { shown: 99_999, leftOut: 99_999 };

/**
 * Chooses facts for the budget and writes the packet: fence, framing, sections in order, the count of what was left
 * out, fence. The budget covers all of it. Facts held back are chosen like the others and then not written, so that
 * holding back changes nothing else.
 */
export function makePacket({ candidates, others, budget, template, repo, isHeld }: PacketRequest): Packet {
  const frame = fillTemplate(template, { repo, ...widest });
  const cost = textCost(`${frame.head}\n\n\n${frame.tail}`);
  const room = { tokens: budget.tokens - cost.tokens, characters: budget.characters - cost.characters };
  const packed = packFacts(candidates, room);
  const held = packed.chosen.filter(({ entry }) => isHeld(entry.id));
  const delivered = packed.chosen.filter((candidate) => !held.includes(candidate));
  if (delivered.length === 0) return { ...packed, text: '', held, delivered, tokens: 0, characters: 0 };
  const leftOut = candidates.length - delivered.length + others;
  const { head, tail } = fillTemplate(template, { repo, shown: delivered.length, leftOut });
  const text = `${head}\n\n${formatSections(delivered)}\n\n${tail}\n`;
  return { ...packed, text, held, delivered, tokens: packed.tokens + cost.tokens, characters: text.length };
}

function formatSections(chosen: readonly Candidate[]): string {
  return sections
    .map(({ title, takes }) => ({ title, lines: chosen.filter(takes).map(formatCandidate) }))
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => `## ${title}\n${lines.join('\n')}`)
    .join('\n\n');
}
