import { type SecretKind, secretKind } from './secret-name.ts';
import { isSecretValue, type Writing } from './secret-value.ts';
import type { Span, WorkBudget } from './span.ts';

/** One of these is in every name that can announce a secret. */
const hint =
  /passw|passphrase|passcode|passwd|kennwort|contrase|mot de passe|pwd|secret|token|api|key|cred|auth|bearer|session|cookie|csrf|xsrf|jwt|signature|\bsig\b|salt|otp|mnemonic|seed|dsn|conn|webhook|\bsid\b|_pat\b|_pass\b|\bpass\b|senha|\bpw\b/gi;

const nameAfter = /[\w-]{0,48}/y;
/** Between a name and its value. Groups: closing quote, operator, opening quote. */
const join =
  /(\\*["'`])?(?:\])?(?:[ \t]{0,16}(:=|=>|=(?![=~>])|:(?![:=/]))[ \t]{0,16}|[ \t]{0,4}(,)[ \t]{0,8}(?=\\*["'`])|(\()[ \t]{0,4}(?=\\*["'`])|[ \t]{1,4}(?:is|was|ist|es|est|are|now)(?:[ \t]{1,4}|:[ \t]{0,4})|[ \t]{1,4}(?=\S)|>)(\\*["'`])?/y;

/**
 * Values behind names that announce a secret, in whatever syntax: `NAME=value`, `"name": "value"`, `--name value`,
 * `the password is value`, `<name>value</name>`. Comparisons, types, calls, references and placeholders are no values.
 */
export function findNamedSecrets(text: string, budget: WorkBudget): Span[] {
  const spans: Span[] = [];
  hint.lastIndex = 0;
  for (let hit = hint.exec(text); hit !== null; hit = hint.exec(text)) {
    budget.spend(64);
    nameAfter.lastIndex = hit.index + hit[0].length;
    nameAfter.exec(text);
    const nameEnd = Math.max(nameAfter.lastIndex, hit.index + hit[0].length);
    const name = text.slice(nameStart(text, hit.index), nameEnd);
    hint.lastIndex = nameEnd;
    const kind = secretKind(name.replace(/^.*[.](?=\w)/, ''));
    if (kind === undefined) continue;
    const span = valueAfter(text, name, nameEnd, kind, budget);
    if (span === undefined) continue;
    spans.push(span);
    hint.lastIndex = Math.max(nameEnd, span.end);
  }
  return spans;
}

/** First character of the name that `at` lies in; the `n` of a written `\n` before it is not part of it. */
function nameStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < 48 && isNameCharacter(text.charCodeAt(start - 1))) start--;
  return start < at && text[start - 1] === '\\' && /[nrt]/.test(text[start]!) ? start + 1 : start;
}

function isNameCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 46 ||
    code === 45 ||
    code === 36
  );
}

function valueAfter(
  text: string,
  name: string,
  nameEnd: number,
  kind: SecretKind,
  budget: WorkBudget,
): Span | undefined {
  join.lastIndex = nameEnd;
  const joined = join.exec(text);
  if (joined === null) return undefined;
  const [all, closing, operator, comma, paren, opening] = joined;
  const isFlag = name.startsWith('-');
  const isBare = operator === undefined && comma === undefined && paren === undefined;
  const isSaid = isBare && /\s(?:is|was|ist|es|est|are|now)[\s:]/.test(all);
  const isTag = isBare && all.endsWith('>');
  if (isBare && !isSaid && !isTag && !isFlag && kind !== 'password') return undefined;
  if (opening === undefined && (comma !== undefined || paren !== undefined || operator === '=>'))
    return undefined;
  const start = nameEnd + all.length;
  const isUpper = /^[A-Z][A-Z0-9_]+$/.test(name);
  const value =
    opening === undefined
      ? bareValue(text, start, operator === '=' && isUpper)
      : quotedValue(text, start, opening);
  budget.spend(value.length + 8);
  let writing: Writing = 'assigned';
  if (opening !== undefined) writing = 'quoted';
  else if (isSaid) writing = 'said';
  else if (isBare && !isFlag && !isTag) writing = 'beside';
  else if (!isBare && closing === undefined && !isUpper && /\s$/.test(all)) writing = 'code';
  const isBeside = isBare && !isFlag && !isTag;
  if (/^[-$_.]*(?:pass|pwd|pw)$/i.test(name) && (isBeside || !isShortName(name, value, writing, operator)))
    return undefined;
  if (!isSecretValue(value, kind, writing)) return undefined;
  const rule = kind === 'password' ? 'password' : 'named-secret';
  return { start, end: start + value.length, rule, kind: 'secret' };
}

/** `pass` is also a verb and a test result, `pwd` a folder: alone they need a value no other reading fits. */
function isShortName(name: string, value: string, writing: Writing, operator: string | undefined): boolean {
  if (/^[~/\\.]|^[A-Za-z]:[\\/]/.test(value)) return false;
  if (/^pass$/i.test(name) && operator === ':' && writing !== 'quoted') return false;
  return value.length >= 8 || !/^pwd$/i.test(name);
}

function quotedValue(text: string, start: number, opening: string): string {
  const stop = text.indexOf(opening, start);
  if (stop < 0 || stop - start > 512) {
    const cut = /[^\n"'`\\]{0,512}/y;
    cut.lastIndex = start;
    return cut.exec(text)?.[0] ?? '';
  }
  const value = text.slice(start, stop);
  return value.includes('\n') ? '' : value;
}

function bareValue(text: string, start: number, assignment: boolean): string {
  const run = assignment ? /[^\s"'`\\]{1,512}/y : /[^\s"'`<>\\,;|)}\]&]{1,512}/y;
  run.lastIndex = start;
  const value = run.exec(text)?.[0] ?? '';
  return value.replace(/(?:<\/.*|[.,;:!?)\]}]+)$/, '');
}
