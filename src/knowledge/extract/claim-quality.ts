import { anchorCount, anchorsOf } from './anchors.ts';
import { sentences, withoutCode } from './plain-text.ts';

/** What a sentence is worth as a note to a colleague; both scores 0–1. */
export interface ClaimQuality {
  /** Why it is no durable claim; null when it may be one. */
  flaw: string | null;
  specificity: number;
  actionability: number;
}

/** Reasons to record nothing, in the order they are tried. They look at the words outside of code spans. */
const flaws: readonly (readonly [string, RegExp])[] = [
  ['a masked value', /\[REDACTED|\bREDACTED\b|\[BLOB /],
  ['a question', /\?["'”)`]*$/],
  [
    'hedged',
    /\b(?:likely|probably|maybe|perhaps|might|seems?|seemingly|appears? to|apparently|I think|I believe|unclear|not sure|suspect(?:ed)?|hypothes\w+|possibly|presumably|could be|guess(?:ing)?|tbd|under investigation|needs? investigation|investigat(?:e|ing))\b/i,
  ],
  [
    'first person',
    /(?:^|[\s("“'])(?:I|I['’](?:m|ve|ll|d)|my|mine|me|myself|let me|let['’]s|we['’](?:ll|re|ve)|our plan|on my end)(?=[\s,.;:!)'"”]|$)/,
  ],
  [
    'bound to this task',
    /\b(?:this|the|that|our|my|these) (?:PR|pull request|branch|commit|task|ticket|todo|plan|phase|session|conversation|turn|diff|patch|refactor(?:ing)?|edit|fix|change(?:s|set)?|implementation plan|summary|message|step|bullet|worktree|rebase)\b/i,
  ],
  [
    'bound to this moment',
    /\b(?:currently|right now|for now|at the moment|today|yesterday|tomorrow|as of now|so far|still (?:failing|running|pending|open|broken|investigating|needs?|to do)|in progress|pending|not yet|next step|todo|wip|about to|going to|was about|previous(?:ly)? (?:session|fix|run)|earlier (?:session|fix|run)|just (?:now|landed|pushed|added)|(?:the|last|previous|latest|first|second|third) (?:run|attempt|pass|try)|(?:will|should) (?:now|then) )\b/i,
  ],
  [
    'a report of work',
    /^(?:(?:also|then|now|and|successfully|already) )?(?:added|updated|removed|fixed|created|implemented|refactored|renamed|moved|changed|committed|pushed|merged|ran|running|checked|checking|verified|verifying|confirmed|confirming|investigated|looking|reading|read|wrote|writing|rewrote|deleted|installed|bumped|switched|set up|tried|trying|restarted|discovered|found|squashed|rebased|reverted|replied|reviewed|resolved|solved|identified|diagnosed|extracted|introduced|regenerated|updating|adding|fixing|testing|completed|started|continuing|documented|cleaned up|included|exported|wired|amended|extended|modified|expanded|adjusted|reworked|enhanced|improved|converted|migrated|split|tested|ported|swapped)\b/i,
  ],
  [
    'a status',
    /\b(?:all (?:\d+ )?(?:\w+ )?(?:tests?|checks?|builds?|suites?) (?:now )?(?:pass|are green|green|succeed)|tests? (?:now )?pass(?:es|ed|ing)?$|\d+\/\d+ (?:tests? )?(?:pass|green)|lgtm|working tree (?:is )?clean|ready (?:for|to) (?:review|merge|commit)|is (?:now )?(?:done|complete|fixed|in place|committed|merged))\b/i,
  ],
  [
    'about a numbered item',
    /\b(?:phase|task|step|wave|milestone|sprint|round|iteration|finding|option|plan|test|critical|high|medium|low)[ -]#?\d+(?:\.\d+)*\b|\bPR #?\d+|\bissue #\d+ (?:is|was)|#\d{2,}|\bpid \d+/i,
  ],
  [
    'starts without a subject',
    /^(?:this|that|these|those|it|its|they|their|he|she|here|same|both|such|also|and|but|so|then|now|however|therefore|otherwise|instead|because|plus|only|again|additionally|furthermore|meanwhile|afterwards?|next|finally|similarly|likewise|above|below|see|yes|no|ok(?:ay)?|sure|done|great|good|perfect|nice|hmm+|wait|right|well|actually)\b(?!-)(?! `)/i,
  ],
  [
    'plans work',
    /^(?:need to|we need|should we|must now|plan(?:ned|s)? to|consider|maybe|to do|follow-?up|could|would)\b/i,
  ],
];

const verb =
  /\b(?:is|are|was|were|isn['’]t|aren['’]t|be|been|has|have|had|hasn['’]t|does|do|did|doesn['’]t|don['’]t|can|cannot|can['’]t|could|must|mustn['’]t|should|shouldn['’]t|shall|will|won['’]t|never|always|needs?|requires?|use|uses|used|using|run|runs|ran|running|fails?|failed|returns?|returned|breaks?|broke|hangs?|lives?|writes?|reads?|ignores?|ignored|skips?|skipped|defaults?|expects?|supports?|supported|blocks?|blocked|prints?|exits?|resolves?|loads?|calls?|called|sets?|means?|causes?|caused|prevents?|strips?|drops?|dropped|wraps?|overrides?|overwrites?|contains?|depends?|follows?|gates?|hides?|keeps?|leaves?|matters?|matches|matched|missing|opens?|closes?|passes|picks?|points?|produces?|provides?|raises?|renders?|rejects?|rejected|replaces?|reports?|resets?|respects?|restarts?|starts?|stops?|survives?|takes?|throws?|treats?|triggers?|triggered|wins?|works?|avoid|prefer|put|place|keep|make|makes|add|call|check|install|import|pass|read|set|write|wait|build|builds|rebuild|regenerate|restart|match|ensure|escape|exclude|include|includes|commit|copy|open|remove|replace|reuse|scope|stage|store|stores|test|tests|treat|verify|wrap|guard|duplicate|audit|applies|apply|affects?|allows?|arrives?|asserts?|assumes?|bypasses|caches|collides?|compiles?|connects?|controls?|converts?|crash(?:es)?|creates?|deadlocks?|denies|deletes?|detects?|differs?|disables?|discards?|embeds?|emits?|enables?|enforces?|ends?|excludes?|exists?|expands?|expires?|exposes?|fires?|flags?|forces?|forwards?|generates?|gets?|gives?|handles?|happens?|holds?|inherits?|installs?|interprets?|invalidates?|kills?|lacks?|lags?|launches|leaks?|lets?|lints?|listens?|logs?|logged|loses|maps?|merges?|moves?|mangles?|orders?|owns?|parses?|pins?|prefers?|pulls?|pushes|quotes?|receives?|records?|redirects?|refers?|refuses?|registers?|relies|rely|removes?|requests?|retains?|retries|rewrites?|runs|saves?|scans?|searches|sends?|serves?|shadows?|shares?|shows?|silences?|silently|sorts?|spawns?|splits?|stays?|substitutes?|swallows?|switches|syncs?|targets?|terminates?|tries|truncates?|turns?|types?|unlocks?|updates?|uploads?|validates?|verifies|wipes?|wiped|wraps|yields?)\b/i;

const guidance: readonly RegExp[] = [
  /\b(?:must|never|always|do not|don['’]t|cannot|can['’]t|mustn['’]t|required|requires?|needs?|only|avoid|prefer|instead(?: of)?|rather than|not supported|unsupported)\b/i,
  /\b(?:because|otherwise|so that|or else|which (?:means|causes|breaks)|so\b|causes?|until|unless|when|whenever|if|before|after|without|by default|silently|even (?:when|with|if|though))\b/i,
  /^(?:use|run|call|pass|set|keep|put|add|check|write|prefix|build|rebuild|wrap|guard|treat|scope|test|verify|commit|stage|store|import|install|regenerate|restart|export|prefer|avoid|start|open|read|close|duplicate|make|place|escape|quote|match|follow|register|do not|don['’]t|never|always)\b/i,
  /\b(?:fails?|breaks?|crash(?:es)?|hangs?|blocks?|blocked|rejects?|throws?|deadlocks?|ignored?s?|ignores|skips?|strips?|loses|drops|mangles|wiped|missing|errors?|does(?: not|n['’]t)|isn['’]t|aren['’]t|is not|are not|not)\b/i,
];

/**
 * Judges plain text (its first sentence carries the claim). Specificity counts what it names, actionability whether
 * it tells somebody what to do or what happens otherwise. The scores feed the quality gate of spec 02, point 7.
 */
export function claimQuality(text: string): ClaimQuality {
  const first = sentences(text)[0] ?? '';
  const anchors = anchorsOf(text);
  const count = anchorCount(anchors);
  const words = withoutCode(first, ' code ')
    .split(/[^\p{L}\p{N}'’-]+/u)
    .filter((word) => word.length > 1);
  return {
    flaw: findFlaw(text, first, words.length, count),
    specificity: round(
      Math.min(
        1,
        0.22 * Math.min(count, 3) + (anchors.code.length > 0 ? 0.14 : 0) + 0.02 * Math.min(words.length, 10),
      ),
    ),
    actionability: round(
      Math.min(1, 0.1 + 0.3 * guidance.filter((sign) => sign.test(withoutCode(text, 'code'))).length),
    ),
  };
}

function findFlaw(text: string, first: string, words: number, anchors: number): string | null {
  if (words < 4 || first.length < 20) return 'too short to stand alone';
  if (anchors === 0) return 'names nothing one could look up';
  const prose = withoutCode(first, '`code`');
  for (const [reason, pattern] of flaws) if (pattern.test(prose)) return reason;
  if (!verb.test(withoutCode(first, 'it'))) return 'no sentence';
  if ((first.match(/,/g) ?? []).length > 8) return 'a list';
  if (/[{}<>;=|$\\]{3,}|^\S+\s*[:=]\s*\S+$/.test(withoutCode(text))) return 'code, not a sentence';
  return null;
}

/** Two decimals: scores are compared and printed, never accumulated. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
