import type { Span, WorkBudget } from './span.ts';

/** `-----BEGIN … PRIVATE KEY-----` and its PGP, SSH2 and PuTTY relatives. */
const begin = /-{4,5} ?BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)? ?-{4,5}/g;
const end = /-{4,5} ?END (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)? ?-{4,5}/g;

/** What stands between two lines of a key: line ends (also written `\n`), quotes, `+`, `cat -n` and diff gutters. */
const gutter = String.raw`(?:\s|\\+[nrt]|\\?["'\`]|[+,>|]|\d{1,6}[\u2192:|\t])*`;
const bodyPiece = new RegExp(
  `${gutter}(?:[A-Za-z0-9+/=]{16,}|(?:Proc-Type|DEK-Info|Comment|Version|Subject): [^\\n\\\\]{0,120})`,
  'y',
);
const lastPiece = new RegExp(`${gutter}[A-Za-z0-9+/]{1,15}={0,2}(?![A-Za-z0-9 ])`, 'y');
const bodyLine = /^[\s"'`+>|]{0,8}(?:\d{1,6}[\u2192:|\t])?[A-Za-z0-9+/]{1,200}={0,2}[\s"'`+,\\]{0,8}$/;

/** Longest key text looked at; a 16,384-bit RSA key in PEM has 12.5 k characters. */
const keyCharacters = 20_000;

/**
 * Private keys in PEM form: whole, cut off before their END line, or cut off after their BEGIN line; with real line
 * ends or ones written `\n`. Only a BEGIN line with key text after it counts, so a mention of the format survives.
 */
export function findPrivateKeys(text: string, budget: WorkBudget): Span[] {
  const spans: Span[] = [];
  if (text.includes('PRIVATE KEY')) {
    begin.lastIndex = 0;
    for (let hit = begin.exec(text); hit !== null; hit = begin.exec(text)) {
      budget.spend(64);
      const bodyStart = hit.index + hit[0].length;
      let bodyEnd = bodyStart;
      for (const piece of [bodyPiece, lastPiece]) {
        piece.lastIndex = bodyEnd;
        while (bodyEnd - bodyStart < keyCharacters && piece.test(text)) {
          bodyEnd = piece.lastIndex;
          if (piece === lastPiece) break;
        }
      }
      if (bodyEnd === bodyStart) continue;
      end.lastIndex = bodyEnd;
      const close = end.exec(text.slice(0, bodyEnd + 120));
      const stop = close === null ? bodyEnd : close.index + close[0].length;
      spans.push({ start: hit.index, end: stop, rule: 'private-key', kind: 'secret' });
      begin.lastIndex = stop;
    }
    spans.push(...findKeyTails(text, spans, budget));
  }
  if (text.includes('Private-Lines:')) {
    const putty = /Private-Lines: ?\d{1,4}((?:(?:\s|\\+[nr])+[A-Za-z0-9+/=]{16,80})+)/g;
    for (const hit of text.matchAll(putty)) {
      spans.push({ start: hit.index, end: hit.index + hit[0].length, rule: 'private-key', kind: 'secret' });
    }
  }
  return spans;
}

/** Keys whose BEGIN line was cut off: base64 lines that run into an END line. */
function findKeyTails(text: string, found: readonly Span[], budget: WorkBudget): Span[] {
  const spans: Span[] = [];
  for (const hit of text.matchAll(end)) {
    if (found.some((span) => span.end >= hit.index && span.start <= hit.index)) continue;
    let start = hit.index;
    budget.spend(Math.min(start, keyCharacters));
    for (const line of text
      .slice(Math.max(0, start - keyCharacters), start)
      .split(/(?<=\n|\\n)/)
      .reverse()) {
      const bare = line.replace(/\\+[nr]|[\r\n]/g, '');
      if (bare !== '' && !bodyLine.test(bare)) break;
      start -= line.length;
    }
    if (hit.index - start < 32) continue;
    spans.push({ start, end: hit.index + hit[0].length, rule: 'private-key', kind: 'secret' });
  }
  return spans;
}
