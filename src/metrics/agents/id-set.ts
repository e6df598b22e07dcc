import { sha256Hex } from '../../base/text.ts';

/** The 64 bits an execution id stands for: its 16 hex digits, or the hash of any other text. */
export function idBits(id: string): { high: number; low: number } {
  const hex = /^[0-9a-f]{16}$/.test(id) ? id : sha256Hex(id).slice(0, 16);
  return { high: Number.parseInt(hex.slice(0, 8), 16), low: Number.parseInt(hex.slice(8), 16) };
}

/**
 * A set of 64-bit ids in two flat arrays (open addressing, linear probing): a `Set` of a million strings costs more
 * than reading the rows they come from.
 */
export class IdSet {
  #high = new Uint32Array(1024);
  #low = new Uint32Array(1024);
  #used = new Uint8Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** False when the id was there before. */
  add(high: number, low: number): boolean {
    if (this.#size * 2 >= this.#used.length) this.#grow();
    const at = this.#find(high, low);
    if (this.#used[at] === 1) return false;
    this.#used[at] = 1;
    this.#high[at] = high;
    this.#low[at] = low;
    this.#size += 1;
    return true;
  }

  #find(high: number, low: number): number {
    const mask = this.#used.length - 1;
    let at = (Math.imul(high ^ Math.imul(low, 0x9e3779b1), 0x85ebca6b) >>> 7) & mask;
    while (this.#used[at] === 1 && (this.#low[at] !== low || this.#high[at] !== high)) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const [high, low, used] = [this.#high, this.#low, this.#used];
    const capacity = used.length * 4;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#used = new Uint8Array(capacity);
    for (let i = 0; i < used.length; i += 1) {
      if (used[i] !== 1) continue;
      const at = this.#find(high[i] as number, low[i] as number);
      this.#used[at] = 1;
      this.#high[at] = high[i] as number;
      this.#low[at] = low[i] as number;
    }
  }
}
