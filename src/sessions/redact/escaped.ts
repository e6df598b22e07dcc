import type { Span } from './span.ts';

/** Stretches with URL escapes (`%3A`) or JSON escapes of plain characters (`\u0067`). */
const urlRun = /(?:[A-Za-z0-9._~+/=@:-]|%[0-9A-Fa-f]{2}){12,}/g;
const unicodeRun = /(?:[A-Za-z0-9._~+/=@:$-]|\\+u00[2-7][0-9A-Fa-f]){12,}/g;

/** Secrets written with URL or `\u` escapes; the whole escaped stretch is masked when `hides` finds one in it. */
export function findEscaped(text: string, hides: (decoded: string) => boolean): Span[] {
  const spans: Span[] = [];
  const look = (pattern: RegExp, mark: RegExp, decode: (raw: string) => string): void => {
    for (const hit of text.matchAll(pattern)) {
      if (hit[0].length > 8192 || !mark.test(hit[0])) continue;
      if (hides(decode(hit[0])))
        spans.push({ start: hit.index, end: hit.index + hit[0].length, rule: 'encoded', kind: 'secret' });
    }
  };
  if (/%[2-7][0-9A-Fa-f]/.test(text)) look(urlRun, /%[2-7][0-9A-Fa-f]/, decodeUrl);
  if (/\\u00[2-7]/.test(text)) look(unicodeRun, /\\u00[2-7]/, decodeUnicode);
  return spans;
}

function decodeUrl(raw: string): string {
  return raw.replace(/%([2-7][0-9A-Fa-f])/g, (_all, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function decodeUnicode(raw: string): string {
  return raw.replace(/\\+u00([2-7][0-9A-Fa-f])/g, (_all, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
