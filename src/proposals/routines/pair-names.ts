/**
 * Numbers for pairs of numbers, in the order in which they are first asked for: a hash table in typed arrays, since
 * naming every place of millions of steps is what mining spends its time on.
 */
export class PairNames {
  /** Pairs named so far. */
  count = 0;
  private capacity: number;
  private left: Int32Array;
  private right: Int32Array;
  /** Name + 1; 0 marks a free slot. */
  private name: Int32Array;

  constructor(expected: number) {
    this.capacity = 16;
    while (this.capacity < expected * 2) this.capacity *= 2;
    this.left = new Int32Array(this.capacity);
    this.right = new Int32Array(this.capacity);
    this.name = new Int32Array(this.capacity);
  }

  nameOf(left: number, right: number): number {
    const slot = this.slotOf(left, right);
    const known = this.name[slot] as number;
    if (known > 0) return known - 1;
    this.left[slot] = left;
    this.right[slot] = right;
    this.count += 1;
    this.name[slot] = this.count;
    if (this.count * 2 > this.capacity) this.grow();
    return this.count - 1;
  }

  private slotOf(left: number, right: number): number {
    let hash = Math.imul(left ^ Math.imul(right, 0x85ebca6b), 0x9e3779b1);
    hash ^= hash >>> 15;
    let slot = hash & (this.capacity - 1);
    while (this.name[slot] !== 0 && (this.left[slot] !== left || this.right[slot] !== right))
      slot = (slot + 1) & (this.capacity - 1);
    return slot;
  }

  private grow(): void {
    const { left, right, name, capacity } = this;
    this.capacity = capacity * 2;
    this.left = new Int32Array(this.capacity);
    this.right = new Int32Array(this.capacity);
    this.name = new Int32Array(this.capacity);
    for (let slot = 0; slot < capacity; slot += 1) {
      if (name[slot] === 0) continue;
      const to = this.slotOf(left[slot] as number, right[slot] as number);
      this.left[to] = left[slot] as number;
      this.right[to] = right[slot] as number;
      this.name[to] = name[slot] as number;
    }
  }
}
