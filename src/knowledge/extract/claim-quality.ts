import { anchorCount, anchorsOf, weakNames } from './anchors.ts';
import { flaws, gerundStart, guidance, verb } from './claim-flaws.ts';
import { sentences, withoutCode } from './plain-text.ts';

/** What a sentence is worth as a note to a colleague; both scores 0–1. */
export interface ClaimQuality {
  /** Why it is no durable claim; null when it may be one. */
  flaw: string | null;
  specificity: number;
  actionability: number;
}

/** Who speaks: an agent at work, somebody writing a note into a file, or a person typing. */
export type Voice = 'agent' | 'note' | 'person';

/**
 * Judges plain text (its first sentence carries the claim). Specificity counts what it names, actionability whether
 * it tells somebody what to do or what happens otherwise. The scores feed the quality gate of spec 02, point 7.
 */
export function claimQuality(text: string, voice: Voice = 'agent'): ClaimQuality {
  const first = sentences(text)[0] ?? '';
  const anchors = anchorsOf(text);
  const named = anchorCount(anchors) + (voice === 'agent' ? 0 : Math.min(1, weakNames(text).length));
  const words = withoutCode(first, ' code ')
    .split(/[^\p{L}\p{N}'’-]+/u)
    .filter((word) => word.length > 1);
  const signs = guidance.filter((sign) => sign.test(withoutCode(text, 'code')) || sign.test(text)).length;
  const ties = Math.min(3, anchorCount(anchors) + 0.5 * Math.min(2, weakNames(text).length));
  return {
    flaw: findFlaw(text, first, { words: words.length, named, signs, voice }),
    specificity: round(
      Math.min(1, 0.22 * ties + (anchors.code.length > 0 ? 0.14 : 0) + 0.02 * Math.min(words.length, 10)),
    ),
    actionability: round(Math.min(1, 0.1 + 0.3 * signs)),
  };
}

function findFlaw(
  text: string,
  first: string,
  seen: { words: number; named: number; signs: number; voice: Voice },
): string | null {
  if (seen.words < 4 || first.length < 20) return 'too short to stand alone';
  if (seen.named === 0) return 'names nothing one could look up';
  const prose = withoutCode(first, '`code`').slice(0, 220);
  for (const [reason, pattern] of flaws) if (pattern.test(prose)) return reason;
  if (seen.voice === 'agent' && gerundStart.test(prose)) return 'a report of work';
  if (!verb.test(withoutCode(first, 'it')) && !(seen.voice === 'note' && seen.signs >= 2))
    return 'no sentence';
  if ((first.match(/,/g) ?? []).length > 8) return 'a list';
  if (/[{}<>;=|$\\]{3,}|^\S+\s*[:=]\s*\S+$/.test(withoutCode(text))) return 'code, not a sentence';
  return null;
}

/** Two decimals: scores are compared and printed, never accumulated. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
