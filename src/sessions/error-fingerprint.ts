import { base32Id } from '../base/text.ts';
import { maskForFingerprint } from './mask-values.ts';

/**
 * An error text boiled down to what it says whoever runs into it: the exact key under which one error is counted and
 * looked up. To see that many different texts are one error, group them: `error-templates.ts`.
 */
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
  const template = maskForFingerprint(meaningfulLine(text)).slice(0, 200);
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
