import { base32Id } from '../base/text.ts';

/** An error text boiled down to what it says whoever runs into it. */
export interface ErrorFingerprint {
  /** 12 base32 characters of sha256(template). */
  key: string;
  /** The first meaningful line with paths, numbers, ids, dates and quoted values masked; at most 200 characters. */
  template: string;
}

/** Lines that every failure of a tool carries, that only say which program ran, or that report a success. */
const preamble =
  /^(?:[✓✔√☑] .*|(?:PASS|ok \d+)\b.*|<\/?tool_use_error>|Exit code:? -?\d+|Error: Exit code \d+|Wall time:.*|Chunk ID:.*|Process exited with code -?\d+|(?:Total )?(?:output lines|token count|Original token count):.*|Output:|### Error|\$ .*|> \S+@\S* .*|> [\w./-]+(?: .*)?|npm (?:warn|notice|verbose).*|\(node:\d+\).*|\(Use `node .*|\s*at .*|[-=─═*#~^_.+]{3,}|([-=_*#])\1{2,} .* \1{3,}|undefined|Traceback \(most recent call last\):|\s+File ".*", line \d+.*|\[?(?:INFO|DEBUG|WARN(?:ING)?)\]?[ :].*)$/i;
const alarm =
  /\b(?:errors?|err!|fail(?:ed|ure|s|ing)?|fatal|panic(?:ked)?|exception|not found|no (?:such|match\w*)|not (?:recognized|installed|defined|allowed|permitted|supported)|(?:does not|doesn'?t|already) exists?|outside|cannot|can'?t|could not|couldn'?t|unable|denied|refused|invalid|unknown|unexpected|unrecogni[sz]ed|undefined|missing|must|unsupported|illegal|timed? ?out|aborted|conflict)\b|(?:error|exception)\b/i;
/** Codes that name an error by themselves. */
const alarmCode = /\b(?:E[A-Z]{3,}|ERR_\w+|TS\d{4,5})\b/;

/** Fingerprint of an error text: equal for the same failure in another place, at another time, by another person. */
export function errorFingerprint(text: string): ErrorFingerprint {
  const template = maskValues(meaningfulLine(text)).slice(0, 200);
  return { key: base32Id(template, 12), template };
}

/** The line of an error text that says what went wrong: past preambles, stack frames and progress. */
export function meaningfulLine(text: string): string {
  const lines = text
    .slice(0, 16_384)
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/<\/?tool_use_error>/g, '')
    .split(/\r?\n/)
    .map((line) => line.trim());
  const told = lines.filter((line) => line !== '' && !preamble.test(line)).slice(0, 120);
  const python = /Traceback \(most recent call last\)/.test(text)
    ? told.findLast((line) => /^[\w.]*(?:Error|Exception|Exit|Interrupt)\b/.test(line))
    : undefined;
  // pytest marks the lines that say why with E.
  const marked = told
    .find((line) => /^E\s+[\w.]*(?:Error|Exception|Exit|Interrupt)\b/.test(line))
    ?.replace(/^E\s+/, '');
  return marked ?? python ?? told.find((line) => alarm.test(line) || alarmCode.test(line)) ?? told[0] ?? '';
}

/** Masks in this order, so that the more particular shape wins. */
function maskValues(line: string): string {
  return line
    .slice(0, 1000)
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s'"`)>\]]+/gi, '<url>')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>')
    .replace(/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '<time>')
    .replace(/\b\d\d?:\d\d:\d\d(?:\.\d+)?\b/g, '<time>')
    .replace(/`[^`]{1,300}`|"[^"]{1,300}"|(?<![\w])'[^']{1,300}'(?!\w)|[‘“][^’”]{1,300}[’”]/g, '<value>')
    .replace(/(?:\b[A-Za-z]:)?(?:~|\.{1,2})?(?:[\\/][\w.@+%-]+)+[\\/]?(?::\d+(?::\d+)?)?/g, '<path>')
    .replace(/\b[\w.@-]+(?:\/[\w.@-]+)+\b/g, '<path>')
    .replace(
      /\b[\w-]+\.(?:tsx?|jsx?|mjs|cjs|py|go|rs|java|kt|rb|php|c|h|cpp|cs|sh|json|ya?ml|toml|md|txt|lock|sql|css|html?)\b(?::\d+(?::\d+)?)?/g,
      '<path>',
    )
    .replace(/\b0x[0-9a-f]+\b/gi, '<hex>')
    .replace(/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b/gi, '<hex>')
    .replace(/(?<![A-Za-z_\d])-?\d+(?:[.,]\d+)*/g, '<n>')
    .replace(/\s+/g, ' ')
    .trim();
}
