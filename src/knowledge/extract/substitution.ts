import type { Subject } from '../fact.ts';
import { anchorCount, anchorsOf } from './anchors.ts';
import { namedTool } from './tool-families.ts';

/** "Use this, not that", as somebody said it. */
export interface Substitution {
  verb: string;
  use: string;
  not: string;
  /** Where or when it holds, as said: `in this repo`, `for e2e tests`. */
  when: string;
  subject: Subject | undefined;
}

const thing =
  '(`[^`]+`|(?:(?:the|a|an)\\s+)?[@\\w][\\w@./+:-]*(?:\\s+(?!(?:not|instead|rather|over|and|or|but|for|in|when|because|as|to|if|so|please)\\b)[\\w@./+:-]+){0,3}?)';
const verbs = '(use|run|call|install with|import|write|prefer|using|running)';
const tail = '(?:\\s+((?:in|for|when|on|inside|within|with|everywhere|here)\\b[^.,;!?]{0,60}))?';
const patterns: readonly { pattern: RegExp; use: number; not: number; when: number; verb: number }[] = [
  {
    pattern: new RegExp(
      `\\b${verbs}\\s+${thing}\\s*,?\\s*(?:and\\s+)?(?:(?:in|for)\\s+(?:this|our|the)\\s+\\w+\\s*,?\\s*(?:and\\s+)?)?(?:not|never|instead\\s+of|rather\\s+than)\\s+(?:using\\s+|use\\s+|the\\s+)?${thing}${tail}(?=[\\s.,:;!?)]|$)`,
      'i',
    ),
    verb: 1,
    use: 2,
    not: 3,
    when: 4,
  },
  {
    pattern: new RegExp(
      `\\b(?:don['’]?t|do not|never|stop|no longer|avoid)\\s+(?:use|using|run|running|call|calling)\\s+${thing}${tail}\\s*[,;.:–—-]*\\s*(?:but\\s+|and\\s+)?(?:instead\\s*,?\\s*)?(?:please\\s+|just\\s+|always\\s+)?${verbs}\\s+${thing}(?=[\\s.,:;!?)]|$)`,
      'i',
    ),
    not: 1,
    when: 2,
    verb: 3,
    use: 4,
  },
  {
    pattern: new RegExp(
      `\\b(?:replace|swap|switch(?:ed)?\\s+from|moved?\\s+from|migrated?\\s+from)\\s+${thing}\\s+(?:with|for|to)\\s+${thing}\\s+everywhere\\b`,
      'i',
    ),
    not: 1,
    use: 2,
    when: 9,
    verb: 9,
  },
];

/**
 * The substitution a sentence states, when both sides are things one can look up (tools, commands, names in code);
 * undefined for wishes about this one text or place.
 */
export function findSubstitution(sentence: string): Substitution | undefined {
  for (const { pattern, use, not, when, verb } of patterns) {
    const match = pattern.exec(sentence);
    if (!match) continue;
    const found = {
      use: clean(match[use]),
      not: clean(match[not]),
      when: clean(match[when]),
      verb: baseVerb(match[verb]),
    };
    if (!isName(found.use) || !isName(found.not) || found.use.toLowerCase() === found.not.toLowerCase())
      continue;
    return { ...found, subject: subjectOf(found.use, found.not) };
  }
  return undefined;
}

/** What the tool that was used and the tool that shall be used belong to; undefined when that is not one family. */
export function subjectOf(use: string, not: string): Subject | undefined {
  const [left, right] = [namedTool(use), namedTool(not)];
  return left && right && left.family === right.family && left.tool !== right.tool
    ? { key: left.family, value: left.tool }
    : undefined;
}

function clean(text: string | undefined): string {
  return (text ?? '')
    .trim()
    .replace(/^(?:the|a|an)\s+/i, '')
    .replace(/[.,;:]+$/, '');
}

function baseVerb(text: string | undefined): string {
  const verb = (text ?? 'use')
    .toLowerCase()
    .replace(/^using$/, 'use')
    .replace(/^running$/, 'run');
  return /^(?:run|call|import|write|prefer)$/.test(verb) ? verb : 'use';
}

/** A tool, command, package or identifier; not a word of prose, not a local variable or a call of it. */
function isName(text: string): boolean {
  if (text === '' || text.length > 60) return false;
  if (
    /^(?:it|this|that|them|these|those|one|my|your|our|his|their|something|what|same|old|new|just|only)\b/i.test(
      text,
    )
  )
    return false;
  if (/^(?:self|this)\.|^\w+\(\)$/.test(text.replace(/`/g, ''))) return false;
  return namedTool(text) !== undefined || text.startsWith('`') || anchorCount(anchorsOf(text)) > 0;
}
