import type { Span } from './span.ts';

/** Everything this redactor puts in place of something: such text is never masked again. */
const marker =
  /\[REDACTED:[a-z0-9-]{1,24}:[0-9a-f]{6}\]|\[BLOB sha256:[0-9a-f]{8}\]|<email:[0-9a-f]{6}>|<user>|<host>/g;

/** True when a span covers nothing but markers and the punctuation around them. */
export function isOnlyMarkers(text: string, span: Span): boolean {
  const covered = text.slice(span.start, span.end);
  if (!/REDACTED|BLOB|<email|<user>|<host>|\[|:[0-9a-f]{6}\]?$/.test(covered)) return false;
  return !/[A-Za-z0-9]/.test(covered.replace(marker, ''));
}

/** Spans of markers already in a text. */
export function findMarkers(text: string): { start: number; end: number }[] {
  if (!/\[REDACTED:|\[BLOB sha256:|<email:/.test(text)) return [];
  return [...text.matchAll(marker)].map((hit) => ({ start: hit.index, end: hit.index + hit[0].length }));
}
