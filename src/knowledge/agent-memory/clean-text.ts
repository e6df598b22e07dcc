import { clipEnd, foldSpace } from '../../base/text.ts';
import { stripInvisible } from '../../base/visible-text.ts';

/** Longest text of one new entry; a memory is notes, not a store of documents. */
export const maxEntryCharacters = 2000;

/**
 * New text for a memory as one line that stays what it is: hidden characters gone, white space folded, no comment
 * that begins or ends (those carry the ids of closed sessions), redacted by `redact`. Text that is already in the file
 * never goes through here.
 */
export function cleanEntry(text: string, redact: (text: string) => string): string {
  const visible = foldSpace(stripInvisible(redact(text)).text)
    .replaceAll('<!--', '‹!--')
    .replace(/--(!?)>/g, '--$1›')
    // Copied from a list with its mark; the memory writes its own.
    .replace(/^(?:[-*+•]\s+)+/, '');
  return clipEnd(visible, maxEntryCharacters);
}

/** The same for a part of a log line: the separator of the line cannot stand in it. */
export function cleanLogPart(text: string, redact: (text: string) => string, otherwise: string): string {
  const part = clipEnd(
    cleanEntry(text, redact)
      .replaceAll('·', '-')
      .replace(/\s+×(?=\d)/g, ' x'),
    200,
  ).trim();
  return part === '' ? otherwise : part;
}
