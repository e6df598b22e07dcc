import type { ToolCall } from '../../sessions/session.ts';
import type { Category } from '../fact.ts';
import { anchorCount, anchorsOf } from './anchors.ts';
import { categoryOf } from './category-of.ts';
import { statementKey } from './claim-key.ts';
import { claimQuality } from './claim-quality.ts';
import { asClaim, typedParagraphs, typedSentences } from './person-text.ts';
import { capitalise, plainText, titleOf, withoutCode } from './plain-text.ts';
import type { Proposal, Rejected, RuleName, RuleOutcome, Seen } from './proposal.ts';
import type { Reading, Said } from './reading.ts';
import { findSubstitution, type Substitution, subjectOf } from './substitution.ts';
import { toolFamily } from './tool-families.ts';

/** Ways in which a person states something that holds beyond the task at hand. */
const forms: readonly { name: string; pattern: RegExp; weight: number }[] = [
  {
    name: 'always or never',
    weight: 0.75,
    pattern:
      /(?:^|[,;:]\s*|\b(?:please|must|should|to|we|you|i|and|but)\s+)(?:always|never)\s+(?!mind\b|shows?\b|will\b|been\b|again\b|seen\b|had\b|\w+ed\b)\w+/i,
  },
  {
    name: 'our way',
    weight: 0.75,
    pattern:
      /\b(?:in|for|on) (?:this|our) (?:repo(?:sitory)?|project|codebase|monorepo|team|workspace|package)\b|\bwe (?:(?:do not|don['’]?t|only|all|currently|usually|generally) )?(?:use|prefer|keep|run|write|name|deploy|commit|pin|avoid|follow|target|support)\b|\bour (?:convention|policy|rule|standard|style)\b|\b(?:is|are) (?:installed|generated|managed|built|deployed|published|configured|formatted|created|maintained) (?:by|using|with|via|through|from)\b/i,
  },
  {
    name: 'from now on',
    weight: 0.75,
    pattern:
      /\b(?:from now on|going forward|in (?:the )?future|every ?time|each time|whenever|by default|next time|for all (?:new|future)|on every|any time)\b/i,
  },
  {
    name: 'asked to remember',
    weight: 0.8,
    pattern:
      /^(?:please )?(?:remember|note|keep in mind|fyi|for future reference|be aware|don['’]?t forget|important)\b[\s:,]+(?:that\s+)?\S/i,
  },
  {
    name: 'a reason',
    weight: 0.7,
    pattern:
      /\b(?:don['’]?t|do not|shouldn['’]?t|should not|must not|can['’]?t|cannot|better (?:not )?to|prefer|avoid|never|always|decided|must|instead)\b[^.?!]{6,}\b(?:because|since|otherwise|as (?:it|that|this|they)|so that|or else)\b|\bgiven (?:the|that|our)\b[^.?!]{6,}\b(?:better|should|must|prefer|not|avoid)\b|\bdecided (?:to|on|that)\b/i,
  },
  {
    name: 'where things are',
    weight: 0.7,
    pattern:
      /\b(?:is|are) (?:now )?(?:running|hosted|deployed|located|stored|served|listening|kept|living) (?:on|at|in|under|by|from)\b|\b(?:runs?|lives?|listens?|resides?) (?:on|at|in|under)\b|\b(?:you|we|it|the agent|the sandbox) (?:do not|don['’]?t|can['’]?t|cannot|won['’]?t|does not|doesn['’]?t) have access to\b|\bregistry is\b|\bno access to\b/i,
  },
];
/** Further forms that need a name of code beside them. */
const namedForms: readonly { name: string; pattern: RegExp; weight: number }[] = [
  {
    name: 'how it is done',
    weight: 0.65,
    pattern:
      /\bcan be (?:done|tested|verified|run|checked|reproduced|validated|generated)\b[^.?!]*\b(?:with|using|via|by|through)\b[^.?!]*(?:`[^`]+`|\s--?[a-z][\w-]+)/i,
  },
  {
    name: 'what something is',
    weight: 0.6,
    pattern:
      /(?:`[^`]+`|\b[a-z]+_[a-z_]+\b|\b[a-z]+[A-Z]\w+\b)\s+(?:is (?:when|where|the|derived|computed|stored)|means|holds|contains|refers to|comes from|must (?:be|match|not))\b/,
  },
];
/** Looks general and is about the thing being built, or about this conversation. */
const taskBound =
  /\b(?:this|that|these|those|the current|the new|the following|above|below)\s+(?:is|are|was|one|page|screen|button|section|header|footer|component|file|test|line|text|image|icon|box|feature|view|panel|dialog|option|value|error|bug|issue|change|pr|branch|commit|way|time|thing|stuff|part|item|message|table|list|step)\b|\b(?:looks?|feels?|seems?)\b|\b(?:pixels?|px|font|colou?r|padding|margin|align(?:ed|ment)?|screenshot|sidebar|navbar|layout|css|ui|ux|homepage|modal|tooltip)\b|\b(?:i['’]m|i am|i was|i have|i just|i don['’]?t (?:know|think|see|get|understand)|you (?:just|already|forgot|said|were|are|did|can)|can you|could you|what|how|why|who|where|should (?:i|we))\b|\bre-?(?:run|try)\b|\b(?:we|you|i) (?:also )?(?:need|want|have) to (?:add|create|make|do|fix|update|change|remove)\b/i;

/**
 * T2: what a person said that holds beyond the task: a substitution ("use bun, not npm"), a rule (always, never, we
 * use …), where things are, a decision with its reason. Requests, opinions about the work and chat are left alone.
 */
export function corrections(reading: Reading): RuleOutcome {
  const outcome: RuleOutcome = { proposals: [], rejected: [] };
  for (const said of reading.person) {
    const before = lastCommandBefore(reading, said.src.line);
    const rule: RuleName = followsInterrupt(reading, said.src.line) ? 'rejection' : 'correction';
    addClaims(said, said.text, before, rule, outcome);
  }
  return outcome;
}

/** T2: what a person wrote when refusing a tool call; the refused command says what it is about. */
export function rejections(reading: Reading): RuleOutcome {
  const outcome: RuleOutcome = { proposals: [], rejected: [] };
  for (const call of reading.calls) {
    const said = call.result?.deniedSaid;
    if (!call.result || !said) continue;
    const place: Said = {
      src: call.result.src,
      at: call.result.at,
      text: call.result.text,
      hidden: 0,
      side: call.side,
    };
    if (!call.side) addClaims(place, said, call, 'rejection', outcome);
  }
  return outcome;
}

function addClaims(
  place: Said,
  text: string,
  call: ToolCall | undefined,
  rule: RuleName,
  outcome: RuleOutcome,
): void {
  for (const paragraph of typedParagraphs(text)) {
    for (const sentence of typedSentences(paragraph)) {
      const plain = plainText(sentence);
      const result = readSentence(plain.text, call, rule);
      if (result === undefined) continue;
      const seen: Seen = {
        src: place.src,
        at: place.at,
        text: place.text,
        quote: sentence,
        tier: 'user',
        proven: false,
        hidden: place.hidden,
      };
      if ('reason' in result) outcome.rejected.push({ ...result, rule, line: place.src.line });
      else
        outcome.proposals.push({
          ...result,
          rule,
          holds: plain.markup > 0 ? ['held hidden or active markup'] : [],
          evidence: [seen],
        });
    }
  }
}

type Draft = Omit<Proposal, 'evidence' | 'rule'>;

function readSentence(
  sentence: string,
  call: ToolCall | undefined,
  rule: RuleName,
): Draft | Pick<Rejected, 'title' | 'reason'> | undefined {
  const swap = findSubstitution(sentence) ?? impliedSubstitution(sentence, call);
  if (swap && (swap.subject || forms.some((form) => form.pattern.test(sentence)) || !isLocal(sentence)))
    return substitutionDraft(swap, sentence, rule);
  let flawed: Pick<Rejected, 'title' | 'reason'> | undefined;
  // The smallest clause that says it is the claim; what stands around it is the request of the moment.
  for (const clause of [...clausesOf(sentence), sentence]) {
    const result = readClause(clause, sentence, rule);
    if (result !== undefined && !('reason' in result)) return result;
    flawed = result ?? flawed;
  }
  return flawed;
}

const clauseEnd =
  /(?:[,;:]|\s[–—-])\s+(?:and |but |so |then )?|\s+(?:because|since|but|so(?! that)|as)\s+(?=(?:[a-z`'’]+\s+){0,6}(?:is|are|we|you|it|has|have|uses?|runs?|needs?)\b)/i;
/** Such a clause limits the one before it and stays with it. */
const limits = /^(?:only|except|unless|instead|until|not|otherwise|even|just|without)\b/i;

function clausesOf(sentence: string): string[] {
  const clauses: string[] = [];
  for (const part of sentence.split(clauseEnd)) {
    const clause = part.trim();
    const last = clauses.length - 1;
    if (last >= 0 && limits.test(clause)) clauses[last] = `${clauses[last]}, ${clause}`;
    else clauses.push(clause);
  }
  return clauses.length > 1 ? clauses.filter((clause) => clause.split(/\s+/).length >= 4) : [];
}

function readClause(
  clause: string,
  sentence: string,
  rule: RuleName,
): Draft | Pick<Rejected, 'title' | 'reason'> | undefined {
  const form = [...forms, ...namedForms].find((candidate) => candidate.pattern.test(clause));
  if (!form) return undefined;
  // What something is needs the words in front of it, and nothing of the wish that follows from it.
  const isDefinition = form.name === 'what something is';
  const spoken = isDefinition
    ? sentence.replace(/[,\s]+(?:so|hence|therefore)\s+(?:in|the|that|we|it|this|please)\b.*$/i, '')
    : clause;
  const claim = capitalise(neutral(asClaim(spoken)));
  const title = titleOf(claim);
  const isAsked =
    /^\W*(?:\/[a-z-]+\s+)?(?:(?:ok|so|and|but)\s+)*(?:can|could|should|would|shall|do|does|are|is|what|how|why) (?:we|you|i|it|the)\b/i.test(
      clause,
    );
  if (/\?\s*$/.test(clause) || (isAsked && !/^(?:always or never|from now on)$/.test(form.name)))
    return { title, reason: 'a question' };
  const isRemember = form.name === 'asked to remember';
  if (!isRemember && taskBound.test(withoutCode(clause)))
    return { title, reason: 'bound to the work at hand' };
  const quality = claimQuality(claim, 'person');
  const short = quality.flaw === 'too short to stand alone' || quality.flaw === 'no sentence';
  const isProse = claim.length >= 12 && !/[<>{}=;]|\band \w+$/.test(withoutCode(claim));
  const flaw = short && isRemember && isProse ? null : quality.flaw;
  if (flaw && !/^(?:a report|plans work)/.test(flaw)) return { title, reason: flaw };
  if (
    /\b(?:the|all) (?:of the )?others?\b|\bevery ?time\b(?!\s+(?:you|we|it|the|a|an|something|someone)\b)/i.test(
      claim,
    ) &&
    anchorCount(anchorsOf(claim)) < 2
  )
    return { title, reason: 'leans on what was said before' };
  return {
    claimKey: statementKey(title),
    title,
    body: isDefinition ? `${ended(claim)} A person said so.` : bodyOf(claim, sentence),
    category: categoryOfRule(claim),
    confidence: rule === 'rejection' ? Math.min(0.8, form.weight + 0.05) : form.weight,
    specificity: Math.max(quality.specificity, isRemember ? 0.4 : 0),
    actionability: Math.max(quality.actionability, 0.5),
  };
}

function categoryOfRule(claim: string): Category {
  if (/\b(?:decided|given (?:the|that|our))\b/i.test(claim)) return 'decision';
  if (/\b(?:never|don['’]?t|do not|not|no access)\b/i.test(claim)) return 'pitfall';
  return /\b(?:because|since)\b/i.test(claim) ? 'decision' : categoryOf(claim);
}

/** The agent was spoken to; the note speaks to everybody. */
function neutral(claim: string): string {
  return claim
    .replace(
      /^(?:you|u) (?:do not|don['’]?t|can['’]?t|cannot|won['’]?t) have access to (.+?)(?: here)?[.!]*$/i,
      'the agent has no access to $1',
    )
    .replace(/\bi (?:think|feel|guess|believe) (?:that )?(?:it['’]?s |it is )?(?=better|best|not|we|it)/i, '')
    .replace(/\byour (host|machine|sandbox|container|shell|environment|vm)\b/gi, "the agent's $1")
    .replace(/^(?:you|we) (?:always|never)\b/i, (words) => words.replace(/^you /i, ''))
    .trim();
}

/** A sentence about one place in the code at hand. */
function isLocal(sentence: string): boolean {
  return (
    /\b(?:here|there|those|these|this|that|it|them|the test|line \d+)\b/i.test(withoutCode(sentence)) ||
    anchorCount(anchorsOf(sentence)) < 2
  );
}

/** "no, use bun" right after the agent ran `npm …`: the command says what not to use. */
function impliedSubstitution(sentence: string, call: ToolCall | undefined): Substitution | undefined {
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

function substitutionDraft(swap: Substitution, sentence: string, rule: RuleName): Draft {
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

/** The sentence from the claim on, with the reason that follows it; the claim alone when a request follows. */
function bodyOf(claim: string, sentence: string): string {
  const whole = capitalise(neutral(asClaim(sentence)));
  const start = claim.toLowerCase().slice(0, 16);
  const goesOn =
    whole.length <= 400 && whole.length > claim.length + 3 && whole.toLowerCase().startsWith(start);
  return goesOn && !taskBound.test(withoutCode(whole)) && !whole.includes('?')
    ? ended(whole)
    : `${ended(claim)} A person said so.`;
}

/** What a person said instead of the bare pair of names, where it is about nothing else. */
function substitutionBody(title: string, sentence: string): string {
  const whole = capitalise(neutral(asClaim(sentence)));
  const isRule =
    whole.length <= 300 &&
    /^(?:use|run|call|never|always|don|do not|we|in this|import|prefer)\b/i.test(whole);
  return isRule && !taskBound.test(withoutCode(whole)) && !whole.includes('?')
    ? ended(whole)
    : `${title}. A person said so.`;
}

function ended(claim: string): string {
  return /[.!?]$/.test(claim) ? claim : `${claim}.`;
}

function lastCommandBefore(reading: Reading, line: number): ToolCall | undefined {
  return reading.calls.findLast((call) => call.command !== null && !call.side && call.src.line < line);
}

function followsInterrupt(reading: Reading, line: number): boolean {
  const previous = reading.person.findLast((said) => said.src.line < line)?.src.line ?? 0;
  return reading.interrupts.some((interrupt) => interrupt <= line && interrupt > previous);
}
