import { isPlaceholder, wordsOf } from './placeholder.ts';
import { characterClasses, classChanges, entropyBits, readsLikeWords } from './randomness.ts';
import type { Span, WorkBudget } from './span.ts';

/**
 * What a name says about its value: `password` – chosen by a person, short ones count; `secret` – made by a machine;
 * `weak` – often harmless, so the value itself must look random.
 */
export type KeyKind = 'password' | 'secret' | 'weak';

/** One of these is in every name that can announce a secret. */
const hint =
  /passw|passphrase|passcode|passwd|kennwort|contrase|mot de passe|pwd|secret|token|api|key|cred|auth|bearer|session|cookie|csrf|xsrf|jwt|signature|\bsig\b|salt|otp|mnemonic|seed|dsn|conn|webhook|\bsid\b|_pat\b|_pass\b|\bpass\b|senha|\bpw\b/gi;

const passwordWords = new Set(
  'password passwd passwort kennwort passphrase passcode pwd pass pw contraseña contrasena senha'.split(' '),
);
const secretWords = new Set(
  'secret token apikey apisecret apitoken authtoken accesstoken accesskey privatekey secretkey clientsecret credential credentials creds pat jwt'.split(
    ' ',
  ),
);
const weakWords = new Set(
  'key auth session sessionid sid csrf xsrf salt otp seed mnemonic dsn webhook'.split(' '),
);
/** Before `key`: what makes it a secret one. */
const secretKeyWords = new Set(
  'api access private secret signing encryption master auth account shared service license licence subscription deploy session webhook app application admin rest consumer storage primary secondary client write ingest integration personal root host function functions management project server jwt aes hmac ssh'.split(
    ' ',
  ),
);
/** Before `key`: what makes it no secret at all. */
const openKeyWords = new Set(
  'public primary foreign sort partition cache object map dict row column hash idempotency translation i18n react query storage local query pub hot short group registry lookup index unique composite'.split(
    ' ',
  ),
);
/** After the secret word: the name is about the secret, it does not hold it. */
const aboutWords = new Set(
  'count counts limit limits type types url uri endpoint name names field fields path paths file files filename filepath label placeholder error errors message messages expiry expires expired expiration expire ttl length len size budget usage used policy strength reset min max index idx input inputs output prefix suffix header headers regex pattern provider providers manager store service enabled required requires valid validator validation hint env var variable window total cost price rate ratio per stats exists present missing set status state mode format version source description title text ref refs arn region scope scopes kind address age time date at created updated location dir directory class component form page screen view icon button link handler callback fn func function schema model table column row list array map params options config configuration settings rotation rotated strategy permission permissions encrypted role user users owner issuer audience algorithm alg estimate estimated estimator encoder decoder parser bucket mint supply symbol decimals pair id ids'.split(
    ' ',
  ),
);

/** What the words of a name announce, or undefined when they announce nothing secret. */
export function keyKind(name: string): KeyKind | undefined {
  if (name.length > 80) return undefined;
  const known = kinds.get(name);
  if (known !== undefined) return known === '' ? undefined : known;
  const kind = readKeyKind(name);
  if (kinds.size > 5000) kinds.clear();
  kinds.set(name, kind ?? '');
  return kind;
}

/** A memo, not state: the answer depends on the name alone. */
const kinds = new Map<string, KeyKind | ''>();

function readKeyKind(name: string): KeyKind | undefined {
  const words = wordsOf(name.normalize('NFC').replace(/([a-z])ñ([a-z])/g, '$1n$2')).filter(
    (word) => !/^[0-9]+$/.test(word),
  );
  for (let i = words.length - 1; i >= 0; i--) {
    const word = words[i]!;
    const before = words[i - 1] ?? '';
    const kind = wordKind(word, before);
    if (kind === undefined) {
      if (aboutWords.has(word)) return undefined;
      continue;
    }
    if (
      kind !== 'password' &&
      /^(?:max|min|num|total|input|output|prompt|completion|count|is|has|no|per|reasoning|next|page|continuation|cancellation|punctuator|syntax|lex)$/.test(
        before,
      )
    ) {
      return undefined;
    }
    return kind;
  }
  return undefined;
}

function wordKind(word: string, before: string): KeyKind | undefined {
  if (passwordWords.has(word) || /(?:password|passwd|passphrase)$/.test(word)) return 'password';
  if (secretWords.has(word) || /(?:secret|[a-z]token|apikey|secretkey|accesskey)$/.test(word))
    return 'secret';
  if (word === 'key') {
    if (secretKeyWords.has(before)) return 'secret';
    return openKeyWords.has(before) || before === '' ? undefined : 'weak';
  }
  if (word === 'string' && (before === 'connection' || before === 'conn')) return 'secret';
  return weakWords.has(word) ? 'weak' : undefined;
}

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
    const kind = keyKind(name.replace(/^.*[.](?=\w)/, ''));
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
  kind: KeyKind,
  budget: WorkBudget,
): Span | undefined {
  join.lastIndex = nameEnd;
  const joined = join.exec(text);
  if (joined === null) return undefined;
  const [all, closing, operator, comma, paren, opening] = joined;
  const start = nameEnd + all.length;
  const isFlag = name.startsWith('-');
  const bare = operator === undefined && comma === undefined && paren === undefined;
  const prose = bare && /\s(?:is|was|ist|es|est|are|now)[\s:]/.test(all);
  if (bare && !prose && !isFlag && !all.endsWith('>') && kind !== 'password') return undefined;
  if ((comma !== undefined || paren !== undefined) && opening === undefined) return undefined;
  if (operator === '=>' && opening === undefined) return undefined;
  const value =
    opening === undefined
      ? bareValue(text, start, operator === '=' && /^[A-Z][A-Z0-9_]+$/.test(name))
      : quotedValue(text, start, opening);
  budget.spend(value.length + 8);
  if (value === '') return undefined;
  const quoted = opening !== undefined;
  if (
    /^[-$_.]*(?:pass|pwd|pw)$/i.test(name) &&
    !isShortNameUse(name, value, { loose: bare && !isFlag, colon: operator === ':', quoted })
  ) {
    return undefined;
  }
  const spaced = /\s$/.test(text.slice(nameEnd, start).replace(/["'`\\]+$/, ''));
  const loose = bare && !isFlag;
  if (
    !isSecretValue(value, kind, {
      quoted,
      code: !quoted && closing === undefined && spaced && !/^[A-Z_0-9]+$/.test(name),
      loose,
    })
  )
    return undefined;
  return {
    start,
    end: start + value.length,
    rule: kind === 'password' ? 'password' : 'named-secret',
    kind: 'secret',
  };
}

/** `pass` is also a verb and a test result, `pwd` a folder: alone they need a value no other reading fits. */
function isShortNameUse(
  name: string,
  value: string,
  use: { loose: boolean; colon: boolean; quoted: boolean },
): boolean {
  if (use.loose || /^[~/\\.]|^[A-Za-z]:[\\/]/.test(value)) return false;
  if (/^pass$/i.test(name) && use.colon && !use.quoted) return false;
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

/** How a value was written: quoted; bare with spaces around the operator, as code writes it; in loose prose. */
interface Writing {
  quoted: boolean;
  code: boolean;
  loose: boolean;
}

/** Whether a value under a name of this kind is a secret rather than a type, a reference, a label or a placeholder. */
export function isSecretValue(value: string, kind: KeyKind, writing: Writing): boolean {
  if (value.length < 4 || value.length > 4096) return false;
  if (isPlaceholder(value, kind === 'password')) return false;
  if (/\s/.test(value)) return false;
  if (!writing.quoted && isReference(value, writing.code)) return false;
  if (/^(?:[~.]{0,2}|[A-Za-z]:|file:\/)[\\/][\w.@ -]+(?:[\\/]|$)/.test(value) && readsLikeWords(value))
    return false;
  const { lower, upper, digit } = characterClasses(value);
  const letter = lower || upper;
  const special = /[^A-Za-z0-9_.\-\s/]/.test(value);
  if (kind === 'password') {
    if (writing.loose && (value.length < 6 || !(digit && letter) || (readsLikeWords(value) && !special)))
      return false;
    if (digit && (letter || value.length >= 6)) return !isVersionOrMeasure(value);
    if (special && letter && value.length >= 6)
      return !/^[\w-]+[:=]$|^[\w.-]+\(|^[#.@]\w+$/.test(value) && !/^[A-Z][a-z]+['’]/.test(value);
    if (value.length >= 12 && lower && upper) return !readsLikeWords(value);
    return writing.quoted && value.length >= 16 && /^[a-z]+$/.test(value);
  }
  if (value.length < 8 || isVersionOrMeasure(value)) return false;
  const random = !readsLikeWords(value);
  if (kind === 'secret') {
    if (
      !random &&
      /(?:^|[-_.])(?:test|example|sample|dummy|fake|mock|ci|local|demo|not|todo)(?:[-_.]|$)/i.test(value)
    )
      return false;
    if (digit && letter) return value.length >= 20 || random || special || digitBoundaries(value) >= 3;
    return value.length >= 10 && lower && upper && random && classChanges(value) >= 0.25;
  }
  if (value.length < 16 || !digit || !letter || !random || isPublicId(value)) return false;
  return entropyBits(value) >= 3.2;
}

/** How often letters and digits meet: twice at most in names like `sha256sum`. */
function digitBoundaries(value: string): number {
  return (value.match(/[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])/g) ?? []).length;
}

/** UUIDs, hexadecimal digests, integrity strings: identities and checksums, no secrets unless a name says so. */
export function isPublicId(value: string): boolean {
  return (
    /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i.test(value) ||
    /^(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)$/.test(value) ||
    /^(?:sha(?:1|224|256|384|512)|md5|h1)[-:]/i.test(value)
  );
}

function isVersionOrMeasure(value: string): boolean {
  return (
    /^[v^~]?\d+(?:\.\d+)+(?:[-+][\w.]+)?$/.test(value) ||
    (/^[\d.,_]+(?:ms|s|m|h|d|k|kb|mb|gb|px|em|rem|%)?$/i.test(value) && value.length < 6) ||
    /^\d{4}-\d{2}-\d{2}/.test(value)
  );
}

/** Names, member accesses, calls and types: what code writes where configuration has the secret itself. */
function isReference(value: string, code: boolean): boolean {
  if (
    /^(?:readonly|Uint8Array|ArrayBuffer|Buffer|CryptoKey|bytes\d*|u?int\d+|[ui]\d+|Vec|String|Option|Promise)\b/.test(
      value,
    )
  )
    return true;
  if (/^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$#][\w$]*)+[!;,]?$/.test(value))
    return value.length < 60 && readsLikeWords(value);
  if (/[([{]|=>|\?\?|&&|\|\||::|->/.test(value)) return true;
  if (/^[!&*@#$]/.test(value) && /^[!&*@#$]+[A-Za-z_]\w*$/.test(value)) return true;
  if (!/^[A-Za-z_$][\w$-]*[?!]?$/.test(value)) return false;
  if (!/\d/.test(value)) return readsLikeWords(value) || value.length < 12;
  if (!code || value.length >= 24) return false;
  return wordsOf(value).some((word) =>
    /^(?:pass|password|passwd|pwd|token|secret|key|value|val|str|string|new|old|hash|hashed|seed|bytes|private|public|buffer|user|arg|param|input|default|env|config|res|req|result|self|this|data|ctx|opts|options|b64|base64|utf8|md5|sha256|sha1)$/.test(
      word,
    ),
  );
}
