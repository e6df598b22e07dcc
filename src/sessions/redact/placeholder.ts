/** Words that mark a value as made up for documentation or a test, whatever stands around them. */
const madeUp = new Set(
  'your my example sample placeholder dummy fake mock mocked stub todo replace insert changeme redacted hidden masked removed omitted snip wrong incorrect invalid xxx xxxx xxxxx xxxxxx fixme test testing foo bar baz qux here'.split(
    ' ',
  ),
);

/** Words that by themselves say only what kind of thing belongs here. */
const generic = new Set(
  'a an the some any this that and or is of in for to from with no not new old current next previous first second last secret secrets password passwords pass passwd pwd passphrase token tokens key keys api app access auth oauth bearer basic refresh session cookie csrf jwt id ids client server service user username name admin root public private value string text str number int bool boolean object array none null nil undefined true false default optional required valid expired empty random unknown env var variable config settings change me enter set get good correct real actual long short strong weak super safe secure very db database mysql postgres postgresql redis mongo mongodb aws gcp azure github gitlab slack stripe openai anthropic google abc abcd abcde abcdef abcdefg xyz def ghi one two three prod production dev development staging local localhost'.split(
    ' ',
  ),
);

/** Punctuation and shapes that documentation uses for "a value goes here", and references to where it really is. */
const shapes: readonly RegExp[] = [
  /^[<[{(].*[>\]})]$/s,
  /[<{](?:[A-Za-z_$][\w $.:-]*)?[>}]/,
  /^\$|\$\{|\$\(|^%[\w.]+%?$|^@[\w.]+@$|\{\{|^#\{|^&[\w-]+;/,
  /^[*•.xX_\-?#=~]+$/,
  /\*{3,}|x{4,}|X{4,}|\.{3}|…|_{4,}/,
  /^(?:process|import\.meta)\.env\b|\benviron\b|\bgetenv\b|^env[.([]|^ENV\b|^secrets\.|^vars\.|^vault:|^op:\/\/|^ssm:|^arn:/,
  /deadbeef|cafebabe|c0ffee|feedface/i,
  /^(?:https?|file|ftp|postgres(?:ql)?|redis|mysql|mongodb(?:\+srv)?):\/\//,
];

/** Runs that only count or repeat: `123456`, `abcdef`, `aaaa`, `0000`. */
function isCounting(text: string): boolean {
  if (text.length < 2) return false;
  const lower = text.toLowerCase();
  let steps = 0;
  for (let i = 1; i < lower.length; i++) {
    const step = lower.charCodeAt(i) - lower.charCodeAt(i - 1);
    if (step === 0 || step === 1) steps++;
  }
  return steps >= lower.length - 1 - Math.floor(lower.length / 10);
}

/** The words of a value: cut at anything but letters and digits, at camelCase humps, between letters and digits. */
export function wordsOf(text: string): string[] {
  return (text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\x00-\x7f]+/g) ?? []).map((word) =>
    word.toLowerCase(),
  );
}

/**
 * True for values that stand where a secret belongs but are none: `your-token-here`, `<token>`, `${TOKEN}`, `***`,
 * `process.env.X`. With `strict`, weak but possible secrets (`password123`) are not excused.
 */
export function isPlaceholder(value: string, strict = false): boolean {
  if (value.length === 0) return true;
  if (value.length <= 200 && shapes.some((shape) => shape.test(value))) return true;
  return saysNothing(value, strict);
}

/** True for a value made of nothing but words about secrets and of counting: `my-api-key`, `abcdef123456`. */
export function saysNothing(value: string, strict = false): boolean {
  if (value.length > 64) return false;
  const words = wordsOf(value);
  if (words.length === 0) return true;
  if (words.every(isCounting) && (!strict || !/[A-Za-z]/.test(value)) && value.length < 32)
    return words.join('').length > 1;
  const known = (word: string): boolean =>
    madeUp.has(word) ||
    generic.has(word) ||
    (/^[0-9]+$/.test(word) && (word.length <= 4 || isCounting(word)));
  if (!words.every(known)) return false;
  return !strict || words.some((word) => madeUp.has(word)) || !/[0-9]/.test(value);
}
