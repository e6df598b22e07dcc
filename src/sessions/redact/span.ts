/** What a masked stretch of text is: something secret, opaque bytes, or something about a person. */
type SpanKind = 'secret' | 'blob' | 'personal';

/** A stretch `[start, end)` of one text that must not be written, and the rule that says so. */
export interface Span {
  start: number;
  end: number;
  rule: string;
  kind: SpanKind;
  /** What stands in its place; absent: a marker made from the rule and the keyed hash of the text. */
  as?: string;
}

/**
 * Makes the spans of all rules disjoint and sorted. Where two overlap the earlier rule names the union, so no piece
 * of either shows; only personal spans give way to others, and the next pass looks at what is left of them.
 */
export function mergeSpans(spans: readonly Span[]): Span[] {
  if (spans.length < 2) return [...spans];
  const byStart = spans
    .map((span, order) => ({ ...span, order }))
    .sort((a, b) => a.start - b.start || a.order - b.order);
  const out: (Span & { order: number })[] = [];
  for (const span of byStart) {
    const last = out.at(-1);
    if (last === undefined || span.start >= last.end) {
      out.push(span);
    } else if (span.kind === 'personal') {
      if (last.kind === 'personal' && span.end > last.end) last.end = span.end;
    } else if (last.kind === 'personal') {
      out[out.length - 1] = span;
    } else {
      const first = nameOf(span, last);
      out[out.length - 1] = { ...first, start: last.start, end: Math.max(last.end, span.end) };
    }
  }
  return out.map(({ order: _order, ...span }) => span);
}

/** The earlier rule, but a file in base64 that happens to hold the look of a token stays a file. */
function nameOf<S extends Span & { order: number }>(a: S, b: S): S {
  const blob = a.kind === 'blob' ? a : b.kind === 'blob' ? b : undefined;
  const other = blob === a ? b : a;
  if (blob !== undefined && other.kind === 'secret' && blob.end - blob.start > 4 * (other.end - other.start))
    return blob;
  return a.order < b.order ? a : b;
}

/** Work already paid for and still allowed, in characters looked at: a clock would not be deterministic. */
export class WorkBudget {
  private left: number;

  constructor(characters: number) {
    this.left = characters;
  }

  /** Pays for looking at so many characters; throws `OverBudget` when there is nothing left. */
  spend(characters: number): void {
    this.left -= characters;
    if (this.left < 0) throw new OverBudget();
  }
}

/** A value costs more to read than it may; the caller masks the whole value. */
export class OverBudget extends Error {}
