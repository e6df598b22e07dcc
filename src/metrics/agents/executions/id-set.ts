import { sha256Hex } from '../../../base/text.ts';

/** The 64 bits an execution id stands for: its 16 hex digits, or the hash of any other text. */
export function idBits(id: string): { high: number; low: number } {
  const hex = /^[0-9a-f]{16}$/.test(id) ? id : sha256Hex(id).slice(0, 16);
  return { high: Number.parseInt(hex.slice(0, 8), 16), low: Number.parseInt(hex.slice(8), 16) };
}

/**
 * A set of 64-bit ids in one flat array (open addressing, linear probing, both halves side by side): a `Set` of a
 * million strings costs more than reading the rows they come from.
 */
export class IdSet {
  /** Pairs of halves; the id 0 stands for an empty place and is kept apart. */
  #pairs = new Uint32Array(2048);
  #hasZero = false;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(high: number, low: number): boolean {
    if (high === 0 && low === 0) return this.#hasZero;
    const at = placeOf(this.#pairs, high, low);
    return this.#pairs[at] !== 0 || this.#pairs[at + 1] !== 0;
  }

  /** False when the id was there before. */
  add(high: number, low: number): boolean {
    if (high === 0 && low === 0) {
      if (this.#hasZero) return false;
      this.#hasZero = true;
      this.#size += 1;
      return true;
    }
    if (this.#size * 4 >= this.#pairs.length) this.#grow();
    const pairs = this.#pairs;
    const at = placeOf(pairs, high, low);
    if (pairs[at] !== 0 || pairs[at + 1] !== 0) return false;
    pairs[at] = high;
    pairs[at + 1] = low;
    this.#size += 1;
    return true;
  }

  #grow(): void {
    const pairs = this.#pairs;
    const wider = new Uint32Array(pairs.length * 4);
    for (let i = 0; i < pairs.length; i += 2) {
      const high = pairs[i] as number;
      const low = pairs[i + 1] as number;
      if (high === 0 && low === 0) continue;
      const at = placeOf(wider, high, low);
      wider[at] = high;
      wider[at + 1] = low;
    }
    this.#pairs = wider;
  }
}

/** Where an id is, or the empty place where it belongs. */
function placeOf(pairs: Uint32Array, high: number, low: number): number {
  const mask = pairs.length - 1;
  // The finaliser of MurmurHash3 over both halves: ids that are counted up must not lie side by side.
  let hash = Math.imul(high, 0x85ebca6b) ^ low;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  let at = ((hash ^ (hash >>> 16)) << 1) & mask;
  for (;;) {
    const there = pairs[at];
    const beside = pairs[at + 1];
    if ((there === high && beside === low) || (there === 0 && beside === 0)) return at;
    at = (at + 2) & mask;
  }
}
