import type { QueryTerm } from './code-query.ts';

/** Finds the terms of a query among millions of hashes: a bit test turns nearly all of them away. */
export class QueryTable {
  readonly terms: readonly QueryTerm[];
  private readonly bits = new Uint8Array(1 << 13);
  private readonly slots = new Map<number, number>();

  constructor(terms: readonly QueryTerm[]) {
    this.terms = terms;
    for (const [slot, { hash }] of terms.entries()) {
      const low = hash & 0xffff;
      this.bits[low >> 3] = (this.bits[low >> 3] as number) | (1 << (low & 7));
      if (!this.slots.has(hash)) this.slots.set(hash, slot);
    }
  }

  /** The number of the term in `terms`; -1 when the query does not have it. */
  slotOf(hash: number): number {
    const low = hash & 0xffff;
    if (((this.bits[low >> 3] as number) & (1 << (low & 7))) === 0) return -1;
    return this.slots.get(hash) ?? -1;
  }
}
