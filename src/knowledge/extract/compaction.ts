import { anchorCount, anchorsOf } from './anchors.ts';
import { categoryOf } from './category-of.ts';
import { statementKey } from './claim-key.ts';
import { claimQuality } from './claim-quality.ts';
import { commandName } from './command-shape.ts';
import { asAdvice } from './fix-clause.ts';
import { type MarkdownUnit, markdownUnits } from './markdown-units.ts';
import {
  capitalise,
  codeSpans,
  firstClause,
  plainText,
  sentences,
  titleOf,
  withoutCode,
} from './plain-text.ts';
import type { Proposal, Rejected, RuleOutcome, Seen } from './proposal.ts';
import type { Reading, Said } from './reading.ts';

const errorSection =
  /\b(?:errors?|problems?|issues?|bugs?|failures?)\b.*\b(?:fix(?:es|ed)?|solutions?|resolutions?|solved)\b|\bgotchas?\b|\blessons?\b|\bpitfalls?\b/i;
const claimSection =
  /\b(?:key|important|critical|technical)\b.*\b(?:learnings?|concepts?|facts?|discover\w+|insights?|findings?|context|constraints?|details|knowledge)\b|\blearnings?\b|\bconstraints?\b|\bconventions?\b|\benvironment\b|\bdiscoveries\b/i;
const unresolved =
  /\b(?:not yet|unresolved|under investigation|still (?:failing|open|investigating)|hypothes\w+|suspect\w*|likely|probably|may be|might be|to be confirmed|needs investigation|was about to)\b/i;

/**
 * T1: what an agent itself wrote down when its context was compacted: the bullets under "Errors and fixes" and the
 * like, and durable statements under "Key concepts". The running account of the work around them is left alone.
 */
export function compactionNotes(reading: Reading): RuleOutcome {
  const outcome: RuleOutcome = { proposals: [], rejected: [] };
  for (const summary of reading.summaries) {
    for (const section of sectionsOf(summary.text)) {
      const isErrors = errorSection.test(section.title);
      if (!isErrors && !claimSection.test(section.title)) continue;
      for (const unit of markdownUnits(section.text).flatMap((one) => (isErrors ? separate(one) : [one]))) {
        const result = isErrors ? errorNote(unit, summary, reading) : conceptNote(unit, summary);
        if (result === undefined) continue;
        if ('reason' in result) outcome.rejected.push(result);
        else outcome.proposals.push(result);
      }
    }
  }
  return outcome;
}

/** Sections of a summary by its numbered or marked headings; the chronological analysis in front of it is skipped. */
function sectionsOf(text: string): { title: string; text: string }[] {
  const start = /^\s*(?:<summary>|#{0,3}\s*\**Summary\**:?)\s*$/im.exec(text);
  const body = start ? text.slice(start.index + start[0].length) : text;
  const heading = /^(?:#{1,4}\s+|\d{1,2}\.\s+|\*\*\d{1,2}\.\s+)\**([A-Z][^\n*:]{3,60}?)\**:?\**\s*$/gm;
  const found: { title: string; start: number; end: number }[] = [];
  for (const match of body.matchAll(heading)) {
    const last = found[found.length - 1];
    if (last) last.end = match.index;
    found.push({ title: match[1] as string, start: match.index + match[0].length, end: body.length });
  }
  return found.map((section) => ({ title: section.title, text: body.slice(section.start, section.end) }));
}

/** A heading item over several troubles, each with its own remedy, is as many notes. */
function separate(unit: MarkdownUnit): MarkdownUnit[] {
  const own = unit.nested.filter(
    (text) =>
      !/^\W*(?:fix|root cause|cause|user|unresolved)/i.test(text) &&
      /\S.{12,}(?:→|\bFix(?:ed)?\b)/.test(text),
  );
  if (own.length < 2 || own.length < unit.nested.length * 0.6) return [unit];
  return unit.nested.map((text) => ({ ...unit, text, own: text, nested: [] }));
}

interface ErrorParts {
  symptom: string;
  cause: string;
  fix: string;
}

/** Takes a bullet apart: what went wrong, why, and what mended it. */
export function errorParts(unit: MarkdownUnit): ErrorParts {
  const plain = (text: string) => plainText(text.replace(/\n/g, ' ')).text;
  const label = /^\s*\*\*([^*]+)\*\*\.?\s*(.*)$/s.exec(unit.own);
  const head = plain(label ? (label[1] as string) : unit.own);
  const parts: ErrorParts = { symptom: head.replace(/[\s.:]+$/, ''), cause: '', fix: '' };
  const rest = [
    ...(label ? sentences(plain((label[2] as string).replace(/^[\s:—–→-]+/, ''))) : []),
    ...unit.nested.map(plain),
  ];
  if (!label) {
    const [first, ...more] = sentences(head);
    parts.symptom = (first ?? head).replace(/[\s.:]+$/, '');
    rest.unshift(...more);
  }
  for (const line of rest) sortLine(line, parts);
  const arrow = /^(.{12,}?)\s(?:→|->|⇒)\s(?!BLOCKED|FAILED)(.+)$/.exec(parts.symptom);
  if (arrow && parts.fix === '') [parts.symptom, parts.fix] = [arrow[1] as string, arrow[2] as string];
  return parts;
}

function sortLine(line: string, parts: ErrorParts): void {
  const fix =
    /(?:^|(?<=[.;—–-]\s)|(?<=\s))(?:the )?(?:fix(?:ed)?(?: by| with)?|solution|resolution|resolved by|solved by|workaround)\s*(?::|(?<=by|with)\s)\s*(.+)$/i.exec(
      line,
    );
  const before = fix ? line.slice(0, fix.index).trim() : line;
  if (fix) parts.fix = joinText(parts.fix, fix[1] as string);
  if (before === '' || /^user (?:feedback|said|explicitly)/i.test(before)) return;
  const cause = /^(?:root cause|cause|reason|why)\s*(?:\([^)]*\))?\s*:\s*(.+)$/i.exec(before);
  if (cause) parts.cause = joinText(parts.cause, cause[1] as string);
  else if (
    !fix &&
    /^(?:changed|added|used|ran|set|switched|replaced|restarted|recovered with|amended|took|now)\b/i.test(
      before,
    )
  )
    parts.fix = joinText(parts.fix, before);
  else parts.cause = joinText(parts.cause, before);
}

function joinText(left: string, right: string): string {
  if (left === '') return right.trim();
  return `${left.replace(/[.;\s]*$/, '')}. ${capitalise(right.trim())}`;
}

function errorNote(unit: MarkdownUnit, summary: Said, reading: Reading): Proposal | Rejected | undefined {
  const told =
    /^\W*user (?:informed|said|clarified|told|confirmed|explained)\b[^"“]{0,30}?\bthat\s+([^"“\n]+)/i.exec(
      plainText(unit.text).text.replace(/^user feedback:?\s*/i, ''),
    );
  if (told) return statementNote(capitalise((told[1] as string).trim()), unit, summary, 'person');
  const parts = tidyParts(errorParts(unit));
  const reject = (reason: string): Rejected => ({
    rule: 'compaction',
    title: parts.symptom.slice(0, 120),
    reason,
    line: summary.src.line,
  });
  const known = knownOpen.exec(parts.symptom);
  if (known) return openQuestion(known[1] as string, parts, unit, summary);
  if (unresolved.test(`${unit.text}`)) return reject('not resolved');
  if (/\bpre-?existing\b|\bunrelated\b|\balso (?:broken|failing) on main\b/i.test(unit.text))
    return reject('the state of that moment');
  if (parts.fix === '' && parts.cause === '' && !/→/.test(unit.text)) return reject('no cause and no remedy');
  const reuse = reusability(parts);
  if (reuse.score < 2) return reject(reuse.reason);
  const advice =
    parts.fix === ''
      ? ''
      : asAdvice(parts.fix).replace(
          /,? (?:then|after which|and then) [^.;]*\b(?:succeeded|passed|worked|built|was fine)\b/i,
          '',
        );
  const title = titleOf(errorTitle(parts, advice));
  const body = [
    sentence(parts.symptom),
    parts.cause && `Cause: ${sentence(parts.cause)}`,
    advice && `Remedy: ${sentence(advice)}`,
  ]
    .filter(Boolean)
    .join(' ');
  const quality = claimQuality(`${parts.symptom} fails: ${parts.cause} ${advice}`);
  if (quality.flaw && !lenient.test(quality.flaw)) return reject(quality.flaw);
  if (title.length < 30) return reject('too short to stand alone');
  return {
    rule: 'compaction',
    claimKey: refusalKey(parts.symptom) ?? statementKey(title),
    title,
    body,
    category: 'pitfall',
    confidence: 0.6,
    specificity: quality.specificity,
    actionability: Math.max(quality.actionability, advice === '' ? 0 : 0.6),
    evidence: [seen(unit, summary, ran(codeSpans(advice), reading, summary.src.line))],
  };
}

/** A refused command is the same claim as the refusal itself (see `guardRefusals`). */
function refusalKey(symptom: string): string | undefined {
  const command = codeSpans(symptom)[0];
  return command && /\bBLOCKED\b|\bblocked by\b/.test(symptom)
    ? `blocked | ${commandName(command.split(/\s+/))}`
    : undefined;
}

const knownOpen =
  /^(?:discovered|known|found),?\s*(?:but )?(?:not yet fixed|unfixed|open|issue|bug)\s*:\s*(.+)$/i;
/** A symptom is a label: these flaws of a sentence are none of a label. */
const lenient =
  /^(?:a report|no sentence|starts without|about a numbered|too short|bound to this|first person|a list)/;
/** Sentences of an account that say how it was found or checked, not what is so. */
const account =
  /^(?:commit [0-9a-f]{7,}\b|confirmed|verified|re-?verified|also directly|also observed|observed|per (?:CLAUDE|AGENTS)|correctly identified|explicitly|informed|proceeded|left|did not|could not|not the (?:direct )?cause|user|proved|sent |tests? (?:now )?pass|amended|deleted|removed\b.{0,3}$|claimed)/i;

/** Keeps what is so, and drops how it was found: asides, checks, first-person accounts. */
function tidyParts(parts: ErrorParts): ErrorParts {
  const tidy = (text: string) =>
    sentences(text.replace(/^\([^)]*\):\s*/, ''))
      .filter((one) => !account.test(one))
      .map(withoutMine)
      .filter((one) => one.length > 3)
      .slice(0, 3)
      .map((one) => (/[.!?]$/.test(one) ? one : `${one}.`))
      .join(' ')
      .replace(/\.$/, '');
  return {
    symptom: parts.symptom.replace(/\s*\((?:not a real|root cause|not real)[^)]*\)$/i, ''),
    cause: tidy(parts.cause),
    fix: tidy(parts.fix),
  };
}

const mine = /(?:^|[,;]\s+|\b(?:and|that|when|so)\s+)(?:I|we)\b/;

/** The clauses of a sentence in which the agent is not the one who acts; what is "mine" is the agent's. */
function withoutMine(text: string): string {
  const kept = text
    .split(/;\s+/)
    .filter((clause) => !mine.test(withoutCode(clause)) && !/^(?:sent|told|informed|asked)\b/i.test(clause));
  return capitalise(kept.join('; ').replace(/\bmy\b/g, "the agent's"));
}

/** What went wrong with what mends it; where the label names nothing, what caused it takes its place. */
function errorTitle(parts: ErrorParts, advice: string): string {
  const cause = (sentences(parts.cause)[0] ?? '').replace(/[.\s]+$/, '');
  const remedy = (sentences(advice)[0] ?? '').replace(/[.\s]+$/, '');
  const names = anchorCount(anchorsOf(parts.symptom)) > 0 || /["“][^"”]{8,}["”]/.test(parts.symptom);
  const label = names || cause === '' ? parts.symptom : '';
  if (label === '') return cause;
  const isRepair = /^(?:recover|amend|revert|restore|undo|delete|reset)/i.test(remedy);
  const tails = codeSpans(remedy).length > 0 && !isRepair ? [remedy, cause] : [cause, isRepair ? '' : remedy];
  const hasTail = tails.some((one) => one !== '');
  const short = (label.length > 75 && hasTail && firstClause(label, 75)) || label;
  const tail = tails.map((one) => firstClause(one, 118 - short.length)).find((one) => one !== '') ?? '';
  return tail === ''
    ? short
    : `${short}: ${tail.startsWith('`') && remedy.startsWith(tail) ? `run ${tail}` : tail}`;
}

function sentence(text: string): string {
  const full = capitalise(text.trim());
  return /[.!?]$/.test(full) ? full : `${full}.`;
}

/** Whether somebody else will meet it again: environment, commands, tools and their behaviour, not one edit in one file. */
function reusability(parts: ErrorParts): { score: number; reason: string } {
  const all = `${parts.symptom} ${parts.cause} ${parts.fix}`;
  const prose = withoutCode(all, 'code');
  if (
    /^(?:wrong|claimed|my |agent['’]?s? (?:mistake|error)|misread|typo|forgot|three|two|several)\b/i.test(
      parts.symptom,
    )
  )
    return { score: 0, reason: 'one slip of the agent' };
  if (/\btest \d+\.\d+|\bline \d+\b|\bphase \d+/i.test(parts.symptom))
    return { score: 0, reason: 'bound to one test or line' };
  if (
    /\b(?:after|during|from) the (?:bump|change|refactor\w*|rebase|merge|edit|rename|upgrade|update)\b/i.test(
      parts.symptom,
    )
  )
    return { score: 0, reason: 'mended by one edit; nothing to reuse' };
  let score = 0;
  const command =
    /^(?:sudo |npx )?(?:git|npm|pnpm|yarn|bun|node|npx|go|cargo|make|docker|nix|gh|python3?|pip3?|uv|pytest|mvn|gradle|dotnet|terraform|kubectl|just|mise|brew|apt|vale|tsc|eslint|[\w./-]+\.sh)\s+\S/;
  const spans = codeSpans(all);
  if (spans.some((span) => command.test(span))) score += 2;
  if (/^[A-Z][\w.-]+ (?:re-?)?[a-z-]+s\b/.test(parts.cause) && !/^(?:[A-Z]\w+s) /.test(parts.cause))
    score += 1;
  if (/\b[A-Z][A-Z0-9]+_[A-Z0-9_]+\b/.test(all)) score += 1;
  if (
    /\b(?:hook|pre-commit|sandbox|CI|environment|docker|container|VM|WSL|windows|macos|linux|platform|shell|PATH|version|dist|build output|cache|stale|port|proxy|CORS|timeout|permission|migration|generated|lockfile|flake\.lock|blocked|daemon|process(?:es)?)\b/i.test(
      prose,
    )
  )
    score += 1;
  if (
    /\b(?:does(?: not|n['’]t)|requires?|only|never|by default|always|cannot|re-declares|ignores?|returns?|expects?|predates?|destroy(?:s|ed)|swept|shadows?|overrides?|renamed)\b/i.test(
      prose,
    )
  )
    score += 1;
  if (/^(?:added|changed|fixed) (?:`if|to exact|the (?:test|component|css|style)|`\.)/i.test(parts.fix))
    score -= 2;
  if (/\b(?:css|padding|margin|font|colou?r|label text|styling|caret|pixel|rem\b)/i.test(prose) && score < 3)
    score -= 1;
  return { score, reason: 'mended by one edit; nothing to reuse' };
}

function openQuestion(
  subject: string,
  parts: ErrorParts,
  unit: MarkdownUnit,
  summary: Said,
): Proposal | Rejected {
  const claim = [capitalise(subject), parts.cause].filter(Boolean).map(sentence).join(' ');
  const quality = claimQuality(claim);
  return {
    rule: 'question',
    claimKey: statementKey(subject),
    title: titleOf(`Open: ${subject}`),
    body: `${claim} It was seen and not mended in this session.`,
    category: 'question',
    confidence: 0.5,
    specificity: quality.specificity,
    actionability: Math.max(0.5, quality.actionability),
    evidence: [seen(unit, summary, false)],
  };
}

function conceptNote(unit: MarkdownUnit, summary: Said): Proposal | Rejected | undefined {
  if (/\b(?:defined but|never called|not called|unused|not implemented)\b/i.test(unit.text)) return undefined;
  const claim = capitalise(plainText(unit.text.replace(/\n/g, ' ')).text);
  if (unit.kind === 'paragraph' || claim === '') return undefined;
  if (
    /\b(?:was|were|had been)\b/i.test(withoutCode(claim).slice(0, 120)) &&
    !/\b(?:is|are|must|never|always|does|do|only|cannot)\b/i.test(withoutCode(claim))
  )
    return undefined;
  if (
    /\b(?:global instructions|instructions (?:forbid|say|require)|per (?:CLAUDE|AGENTS)|temporarily)\b/i.test(
      claim,
    )
  )
    return undefined;
  return statementNote(claim, unit, summary, 'agent');
}

/** `person`: the agent wrote down what the user told it. */
function statementNote(
  claim: string,
  unit: MarkdownUnit,
  summary: Said,
  from: 'agent' | 'person',
): Proposal | Rejected {
  const quality = claimQuality(claim, from);
  const title = titleOf(claim);
  const strong = from === 'person' || (quality.actionability >= 0.4 && quality.specificity >= 0.4);
  if (quality.flaw || !strong)
    return {
      rule: 'compaction',
      title,
      reason: quality.flaw ?? 'describes, guides nobody',
      line: summary.src.line,
    };
  return {
    rule: 'compaction',
    claimKey: statementKey(title),
    title,
    body: [sentence(claim), from === 'person' ? 'The user said so, as the agent wrote down.' : '']
      .filter(Boolean)
      .join(' '),
    category: categoryOf(claim),
    confidence: from === 'person' ? 0.6 : 0.55,
    specificity: Math.max(quality.specificity, from === 'person' ? 0.5 : 0),
    actionability: Math.max(quality.actionability, from === 'person' ? 0.6 : 0),
    evidence: [seen(unit, summary, false)],
  };
}

function seen(unit: MarkdownUnit, summary: Said, proven: boolean): Seen {
  return {
    src: summary.src,
    at: summary.at,
    text: summary.text,
    quote: unit.text,
    tier: 'agent',
    proven,
    hidden: summary.hidden,
  };
}

/** True when one of the commands of a remedy ran without error before the summary was written. */
function ran(spans: readonly string[], reading: Reading, before: number): boolean {
  const commands = spans.filter((span) => /^[a-z][\w./-]*\s+\S/.test(span));
  return reading.calls.some(
    (call) =>
      call.command !== null &&
      call.result !== null &&
      call.src.line < before &&
      !call.result.isError &&
      !call.result.exitCode &&
      commands.some((span) => call.command?.includes(span)),
  );
}
