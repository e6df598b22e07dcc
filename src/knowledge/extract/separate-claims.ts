import { contentStems } from './claim-key.ts';
import { sentences } from './plain-text.ts';

const imperative =
  /^(?:let|use|keep|run|prefer|write|put|avoid|add|treat|set|call|name|place|store|read|test|check|pin|never|always|do not|don['’]?t)\b/i;
const secondRule = /^(.{20,}?),? and ((?:do not|don['’]?t|never|always) .{12,})$/is;

/**
 * The claims of one note, each in the note's own words: an enumeration of commands, two rules joined by "and", and
 * a sentence about something else are claims of their own; a sentence that goes on from the one before stays with it.
 */
export function separateClaims(note: string): string[] {
  const commands = note.split(/;\s+(?=`)/);
  if (commands.length > 1 && note.trimStart().startsWith('`')) return commands;
  const claims: string[] = [];
  for (const sentence of sentences(note)) {
    const before = claims[claims.length - 1];
    if (before === undefined || isAboutElse(sentence, before)) claims.push(sentence);
    else claims[claims.length - 1] = `${before} ${sentence}`;
  }
  return claims.flatMap((claim) => {
    const two = imperative.test(claim) ? secondRule.exec(claim) : null;
    return two ? [two[1] as string, two[2] as string] : [claim];
  });
}

/** "For local development, prefer …": a rule that says itself where it holds. */
const ruleOfItsOwn =
  /^(?:for|in|on|under) [^,.;]{3,50}, (?:let|use|keep|run|prefer|write|put|avoid|add|treat|set|call|never|always|do not|don['’]?t)\b/i;

/** Names its own subject in code, or where it holds, and has (next to) no word in common with what was said. */
function isAboutElse(sentence: string, before: string): boolean {
  const most = sentence.startsWith('`') ? 0 : ruleOfItsOwn.test(sentence) ? 1 : -1;
  const said = new Set(contentStems(before));
  return contentStems(sentence).filter((stem) => said.has(stem)).length <= most;
}
