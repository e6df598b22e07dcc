import type { TokenCounts } from '../transcripts/event.ts';

/** Adds up the tokens of a session's responses. */
export class TokenSum {
  /** The counts of each response by its id. */
  readonly responses = new Map<string, TokenCounts>();
  private loose: TokenCounts | null = null;

  /** Lines of one response repeat its usage, and the output grows from line to line: the largest counts. */
  add(responseId: string | null, tokens: TokenCounts) {
    if (responseId === null) {
      this.loose = sum(this.loose, tokens);
      return;
    }
    const before = this.responses.get(responseId);
    this.responses.set(responseId, before ? larger(before, tokens) : tokens);
  }

  /** null when no response told its tokens. */
  total(): TokenCounts | null {
    let tokens = this.loose;
    for (const response of this.responses.values()) tokens = sum(tokens, response);
    return tokens;
  }
}

function sum(a: TokenCounts | null, b: TokenCounts): TokenCounts {
  if (!a) return b;
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  };
}

function larger(a: TokenCounts, b: TokenCounts): TokenCounts {
  return {
    input: Math.max(a.input, b.input),
    output: Math.max(a.output, b.output),
    cacheRead: Math.max(a.cacheRead, b.cacheRead),
    cacheWrite: Math.max(a.cacheWrite, b.cacheWrite),
  };
}
