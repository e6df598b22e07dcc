import type { TokenCounts } from './event.ts';
import { asCount, type JsonRecord } from './json-shape.ts';

/** Codex counts cached input inside the input; here input excludes it. */
export function countsOf(usage: JsonRecord | undefined): TokenCounts | undefined {
  const input = asCount(usage?.input_tokens);
  const output = asCount(usage?.output_tokens);
  if (input === undefined || output === undefined) return undefined;
  const cacheRead = Math.min(input, asCount(usage?.cached_input_tokens) ?? 0);
  const cacheWrite = asCount(usage?.cache_write_input_tokens) ?? 0;
  return { input: input - cacheRead, output, cacheRead, cacheWrite };
}

/** The growth since `before`; a total that shrank (a new context after a resume) counts whole. */
export function growthOf(total: TokenCounts, before: TokenCounts | undefined): TokenCounts {
  if (
    !before ||
    total.input + total.cacheRead < before.input + before.cacheRead ||
    total.output < before.output
  )
    return total;
  return {
    input: Math.max(0, total.input - before.input),
    output: total.output - before.output,
    cacheRead: Math.max(0, total.cacheRead - before.cacheRead),
    cacheWrite: Math.max(0, total.cacheWrite - before.cacheWrite),
  };
}
