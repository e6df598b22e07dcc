import { clipEnd } from '../../base/text.ts';
import { errorFingerprint } from '../../sessions/error-fingerprint.ts';

/** At most 120 characters; of a long title the quoted error gives way. */
export function clipTitle(title: string): string {
  if (title.length <= 120) return title;
  return title
    .replace(
      /“([^”]*)”/,
      (_whole, error: string) => `“${clipEnd(error, Math.max(20, error.length - (title.length - 119)))}”`,
    )
    .slice(0, 120);
}

/** The error without the program, place and shell that stand in front of it. */
export function shortError(whole: string): string {
  // Of a long line the part around what went wrong.
  const hit = /\b(?:E[A-Z]{5,}|not found|invalid|unknown|denied|not permitted|cannot|missing|must)\b/.exec(
    whole,
  );
  const from = whole.length > 80 && hit && hit.index > 50 ? whole.lastIndexOf(': ', hit.index) + 1 : 0;
  const line = whole.slice(from).trim();
  return line
    .replace(/`/g, "'")
    .replace(
      /^(?:\(eval\):\d+: |(?:\/\S*\/)?(?:ba|z|da)?sh: (?:line )?\d*:? ?|error: |Error: |fatal: |npm (?:error|ERR!) (?:code \S+ ?)?|ERROR:? |\[ERROR\] |\S*\bERR_\w+\s+)+/i,
      '',
    )
    .replace(/"/g, "'")
    .replace(hostName, '(a host)')
    .replace(/^(?:E\s{2,}|[\w.-]{2,20} ERROR:? )/, '')
    .replace(/(?<![\w.])(?:~|[A-Za-z]:)?(?:[\\/][\w.@+-]+)+[\\/]([\w.@+-]+)/g, '…/$1')
    .replace(/^(.{20,}?);\s.*$/, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Hosts in an error belong to that machine; the note does without. */
export const hostName =
  /\b(?:https?:\/\/\S+|(?:[\w-]+\.){1,4}(?:com|org|net|io|dev|internal|local)(?::\d+)?\b|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?)/g;

/** The error in the form in which it comes again, as a search phrase. */
export function keyPhrases(line: string): string[] {
  const fingerprint = errorFingerprint(line).template.replace(/<\w+>/g, ' ').replace(/\s+/g, ' ').trim();
  return [clipEnd(fingerprint, 60)].filter((phrase) => phrase.length > 8);
}

/** The line of an error text that says what is wrong: the first alarming one, else the one that names the step. */
export function reasonLine(text: string, step: string): string {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' && line.length <= 300 && !/^(?:Exit code|\[(?:STARTED|COMPLETED|SKIPPED)\]|>)/.test(line),
    );
  const alarming = lines.find(
    (line) =>
      /\b(?:reason:|not|missing|blocked|fail(?:ed|s)?|error|must|cannot|changed but|required|denied|invalid|untrusted)\b/i.test(
        line,
      ) && line.length > 12,
  );
  return (alarming ?? lines.find((line) => line.includes(step)) ?? lines[0] ?? '').replace(
    /^(?:Reason:\s*|⚠️?\s*|[✖❌🚫]\s*)/u,
    '',
  );
}
