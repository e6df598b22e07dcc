import type { ToolCall } from '../../sessions/session.ts';
import { statementKey } from './claim-key.ts';
import { asClaim, neutral } from './person-text.ts';
import { asSentence, capitalise, titleOf, withoutCode } from './plain-text.ts';
import type { Draft, RuleName } from './proposal.ts';
import { taskBound } from './rule-forms.ts';
import { type Substitution, subjectOf } from './substitution.ts';
import { toolFamily } from './tool-families.ts';

/** "no, use bun" right after the agent ran `npm …`: the command says what not to use. */
export function impliedSubstitution(sentence: string, call: ToolCall | undefined): Substitution | undefined {
  const match =
    /^(?:(?:no+|nope|stop|wait|actually|please|don['’]?t)[,.!\s]+)+(?:please\s+|just\s+|always\s+)?use\s+(`[^`]+`|[\w.-]+)(?:\s+(?:here|instead|please|for (?:this|that|it)))?[.!]?$|^use\s+(`[^`]+`|[\w.-]+)\s+instead[.!]?$/i.exec(
      sentence.trim(),
    );
  const use = match?.[1] ?? match?.[2];
  if (use === undefined || !call?.command) return undefined;
  const program = toolFamily(call.command.replace(/^(?:cd\s+\S+\s*(?:&&|;)\s*)+/, ''));
  const wanted = toolFamily(use);
  if (!program || !wanted || program.family !== wanted.family || program.tool === wanted.tool)
    return undefined;
  return {
    verb: 'use',
    use: wanted.tool,
    not: program.tool,
    when: '',
    subject: subjectOf(use, program.tool),
  };
}

/** The note of a substitution: "Use this, not that". */
export function substitutionDraft(swap: Substitution, sentence: string, rule: RuleName): Draft {
  const when = /^(?:in|for|on|inside|within) (?:this|our) (?:repo(?:sitory)?|project|codebase)/i.test(
    swap.when,
  )
    ? ''
    : swap.when;
  const title = titleOf(
    `${swap.verb.charAt(0).toUpperCase()}${swap.verb.slice(1)} ${swap.use}, not ${swap.not}${when ? ` ${when}` : ''}`,
  );
  return {
    claimKey: swap.subject
      ? `${swap.subject.key} ${swap.use.toLowerCase().replace(/`/g, '')}`
      : statementKey(title),
    title,
    body: substitutionBody(title, sentence),
    category: /^(?:ok(?:ay)?[.,]?\s+)?let['’]?s\b|\bdecided\b/i.test(sentence) ? 'decision' : 'pitfall',
    confidence: rule === 'rejection' ? 0.8 : 0.75,
    specificity: 0.8,
    actionability: 1,
    ...(swap.subject && { subject: swap.subject }),
    keywords: [swap.use, swap.not].map((name) => name.replace(/`/g, '')),
  };
}

/** What a person said instead of the bare pair of names, where it is about nothing else. */
function substitutionBody(title: string, sentence: string): string {
  const whole = capitalise(neutral(asClaim(sentence)));
  const opens =
    whole.length <= 300 &&
    /^(?:use|run|call|never|always|don|do not|we|in this|import|prefer)\b/i.test(whole);
  return opens && !taskBound.test(withoutCode(whole)) && !whole.includes('?')
    ? asSentence(whole)
    : `${title}. A person said so.`;
}

/** "just use slog like we do everywhere else": what the code at hand should have done, and all other code does. */
export function usedEverywhere(sentence: string): Draft | undefined {
  const match =
    /\b(use|call|write|run) (`[^`]+`|[@\w][\w./:-]*(?:\(\))?) (?:like|as|the way) (?:(?:we|it|they|you) (?:already )?(?:do|does|is|are) |is done |we (?:do|have) it )?(?:everywhere|elsewhere|in (?:all )?the (?:rest|other \w+)|in all other \w+)\b/i.exec(
      sentence,
    );
  const name = match?.[2]?.replace(/`/g, '');
  if (!name || /^(?:it|this|that|them|these|those|one|same|the|a|an)$/i.test(name)) return undefined;
  const verb = match?.[1] as string;
  const title = `${verb.charAt(0).toUpperCase()}${verb.slice(1).toLowerCase()} \`${name}\`, as everywhere else in this repository`;
  return {
    claimKey: statementKey(title),
    title,
    body: `${title}. A person said so.`,
    category: 'pattern',
    confidence: 0.75,
    specificity: 0.7,
    actionability: 1,
    keywords: [name],
  };
}

/** One identifier for another is a wish about the lines being written; a rule says always, we, or in this project. */
export function isOneNameForAnother({ use, not }: Substitution): boolean {
  const name = /^`?(?:\w+\.)*(?:[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*|\w+_\w+)(?:\(\))?`?$/;
  return name.test(use) && name.test(not);
}
