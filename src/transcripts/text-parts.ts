import { clipMiddle } from '../base/text.ts';
import { asRecord, asText } from './json-shape.ts';

/** Longest text kept of one event, in characters; longer ones lose their middle. */
export const maxTextLength = 32_768;

/** Longest string kept inside a tool call's input, in characters. */
export const maxInputLength = 65_536;

/** Clipped in the middle. The copy is flat, so the long original can be freed (a slice would keep it alive). */
export function boundedText(text: string, max = maxTextLength): string {
  return text.length <= max ? text : Buffer.from(clipMiddle(text, max)).toString();
}

/**
 * Parts of one message as one text. Parts go on lines of their own, except where a long token-like run is cut in two
 * between them: then they are joined, so that a secret split over two parts is still seen by the redactor.
 */
export function joinParts(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) {
    if (text === '') text = part;
    else text += splitsToken(text, part) ? part : `\n${part}`;
  }
  return text;
}

function splitsToken(before: string, after: string): boolean {
  const left = /[\w+/=.-]{6,}$/.exec(before.slice(-80))?.[0];
  const right = /^[\w+/=.-]{6,}/.exec(after.slice(0, 80))?.[0];
  return left !== undefined && right !== undefined && (/\d/.test(left) || /\d/.test(right));
}

/** Text of a message content: a string, or blocks with `text`; images and documents become a short mark. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  const single = asRecord(content);
  if (single) return asText(single.text) ?? '';
  if (!Array.isArray(content)) return '';
  const parts: string[] = [];
  for (const block of content) {
    const record = asRecord(block);
    const text = typeof block === 'string' ? block : asText(record?.text);
    if (text !== undefined) parts.push(text);
    else if (typeof record?.type === 'string' && /image|document/.test(record.type))
      parts.push(`[${record.type}]`);
  }
  return joinParts(parts);
}

/** A tool call's input with long strings clipped; nested values deeper than the depth cap never reach this. */
export function boundedInput(value: unknown): Record<string, unknown> {
  const record = asRecord(value);
  if (!record) return value === undefined || value === null ? {} : { value: boundedValue(value) };
  return boundedValue(record) as Record<string, unknown>;
}

function boundedValue(value: unknown): unknown {
  if (typeof value === 'string') return boundedText(value, maxInputLength);
  if (Array.isArray(value)) return value.map(boundedValue);
  const record = asRecord(value);
  if (!record) return value;
  for (const key of Object.keys(record)) {
    const member = record[key];
    if (typeof member === 'string' ? member.length > maxInputLength : typeof member === 'object') {
      record[key] = boundedValue(member);
    }
  }
  return record;
}
