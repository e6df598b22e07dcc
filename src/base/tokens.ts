import { estimateTokenCount } from 'tokenx';

/**
 * Tokens a text will cost, estimated from above: the larger of tokenx and UTF-8 bytes / 4, so that a budget kept
 * here is kept under both. Not on the hook path: counts are computed when a fact is indexed, and stored.
 */
export function estimateTokens(text: string): number {
  return Math.max(estimateTokenCount(text), Math.ceil(Buffer.byteLength(text) / 4));
}
