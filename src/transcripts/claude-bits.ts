import type { TokenCounts } from './event.ts';
import { asRecord, type JsonRecord } from './json-shape.ts';

/** A tool call's input that is only parsed if somebody asks for it. Holds a copy of its block's bytes, as Latin-1. */
export class DeferredInput {
  private readonly block: string;

  constructor(block: string) {
    this.block = block;
  }

  /** The input; {} when the block is no JSON after all. */
  read(): JsonRecord {
    try {
      const json = Buffer.from(this.block, 'latin1').toString('utf8');
      return asRecord(asRecord(JSON.parse(json))?.input) ?? {};
    } catch {
      return {};
    }
  }
}

/** ASCII without backslashes: the same in bytes, in Latin-1 and decoded. */
const plainText = /^[\x20-\x5b\x5d-\x7e]*$/;

/** Offset after `text` where it stands between the two offsets; -1 where it does not. */
export function startOf(head: string, text: string, from: number, until: number): number {
  const at = head.indexOf(text, from);
  return at < 0 || at >= until ? -1 : at + text.length;
}

/**
 * Takes plain texts out of a line as strings of their own: a slice of `head` would keep all of it in memory for as long
 * as the text is known. The text taken last is given again where it comes again.
 */
export class LastText {
  private last = '';

  /** The text from `start` to the next quote; undefined unless it is plain ASCII. */
  textAt(line: Buffer, head: string, start: number): string | undefined {
    const end = start < 0 ? -1 : head.indexOf('"', start);
    if (end < 0) return undefined;
    if (end - start === this.last.length && head.startsWith(this.last, start)) return this.last;
    const text = line.toString('latin1', start, end);
    if (!plainText.test(text)) return undefined;
    this.last = text;
    return text;
  }
}

/** The first of each count after `from`: what follows may repeat them for parts of the response. */
export function tokensOf(text: string, from: number): TokenCounts {
  return {
    input: numberAfter(text, '"input_tokens":', from),
    output: numberAfter(text, '"output_tokens":', from),
    cacheRead: numberAfter(text, '"cache_read_input_tokens":', from),
    cacheWrite: numberAfter(text, '"cache_creation_input_tokens":', from),
  };
}

/** The counts under the names a response has them. */
export function usageMembers(tokens: TokenCounts): JsonRecord {
  return {
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    cache_read_input_tokens: tokens.cacheRead,
    cache_creation_input_tokens: tokens.cacheWrite,
  };
}

function numberAfter(text: string, key: string, from: number): number {
  const start = text.indexOf(key, from);
  if (start < 0) return 0;
  let value = 0;
  let at = start + key.length;
  for (let digit = text.charCodeAt(at) - 48; digit >= 0 && digit <= 9; digit = text.charCodeAt(at) - 48) {
    value = value * 10 + digit;
    at++;
  }
  return value;
}
