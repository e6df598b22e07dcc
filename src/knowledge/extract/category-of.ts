import type { Category } from '../fact.ts';
import { anchorsOf } from './anchors.ts';
import { withoutCode } from './plain-text.ts';

const trouble =
  /\b(?:fail(?:s|ed|ure)?|break(?:s|ing)?|broke|crash(?:es)?|hang(?:s)?|deadlocks?|never|do not|don['’]t|must not|cannot|can['’]t|silently|corrupts?|loses?|lost|mangles?|leaks?|wiped?|blocks?|blocked|rejects?|pitfall|gotcha|landmine|footgun|trap|danger|wrong|error|errors|not supported|unsupported|missing|race|stale|overwrites?|swallows?|kills?|collides?|ignored?|ignores)\b/i;
const chosen =
  /\b(?:decided|decision|we (?:use|prefer|chose|went with|agreed)|preferred|convention|policy|chosen|by design|deliberate(?:ly)?|rationale|given (?:the|that|our))\b/i;
const advice =
  /^(?:use|run|call|pass|set|keep|put|add|check|write|prefix|build|rebuild|wrap|guard|treat|scope|test|verify|commit|stage|store|import|install|regenerate|restart|export|prefer|start|open|read|close|duplicate|make|place|escape|quote|match|follow|register|always|every|each)\b/i;

/** The kind of knowledge a claim is, by its words. */
export function categoryOf(text: string): Category {
  const prose = withoutCode(text, 'code');
  if (chosen.test(prose)) return 'decision';
  if (trouble.test(prose)) return 'pitfall';
  if (advice.test(prose)) return 'pattern';
  return anchorsOf(text).tools.length > 0 ? 'tool-quirk' : 'fact';
}
