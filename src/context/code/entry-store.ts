import type { EntryBlock } from './entry-block.ts';

/** Where an entry is. */
export interface EntryRef {
  block: EntryBlock;
  entry: number;
}

/** Entries of several blocks, found by key. The first of equal keys wins; they hold the same anyway. */
export class EntryStore {
  private readonly keyBytes: number;
  private readonly blocks: EntryBlock[] = [];
  /** Open addressing by the first bytes of the key, which are those of a hash: 1 + number of the entry. */
  private slots = new Uint32Array(1 << 10);
  private blockOf = new Uint32Array(1 << 9);
  private entryOf = new Uint32Array(1 << 9);
  size = 0;

  constructor(keyBytes: number) {
    this.keyBytes = keyBytes;
  }

  add(block: EntryBlock): void {
    this.blocks.push(block);
    this.makeRoom(this.size + block.count);
    for (let entry = 0; entry < block.count; entry++) {
      const slot = this.slotOf(block.keys, entry * this.keyBytes);
      if (this.slots[slot] !== 0) continue;
      this.blockOf[this.size] = this.blocks.length - 1;
      this.entryOf[this.size] = entry;
      this.slots[slot] = ++this.size;
    }
  }

  find(key: Uint8Array): EntryRef | undefined {
    const found = this.slots[this.slotOf(key, 0)] as number;
    return found === 0 ? undefined : this.refOf(found - 1);
  }

  private refOf(number: number): EntryRef {
    return {
      block: this.blocks[this.blockOf[number] as number] as EntryBlock,
      entry: this.entryOf[number] as number,
    };
  }

  /** The slot that holds the key, or the free one where it would go. */
  private slotOf(keys: Uint8Array, at: number): number {
    const mask = this.slots.length - 1;
    const start =
      (keys[at] as number) |
      ((keys[at + 1] as number) << 8) |
      ((keys[at + 2] as number) << 16) |
      ((keys[at + 3] as number) << 24);
    for (let slot = start & mask; ; slot = (slot + 1) & mask) {
      const found = this.slots[slot] as number;
      if (found === 0 || this.isAt(found - 1, keys, at)) return slot;
    }
  }

  private isAt(number: number, keys: Uint8Array, at: number): boolean {
    const block = this.blocks[this.blockOf[number] as number] as EntryBlock;
    const from = (this.entryOf[number] as number) * this.keyBytes;
    for (let byte = 0; byte < this.keyBytes; byte++)
      if (block.keys[from + byte] !== keys[at + byte]) return false;
    return true;
  }

  private makeRoom(wanted: number): void {
    if (wanted * 2 <= this.slots.length) return;
    let size = this.slots.length;
    while (size < wanted * 2) size *= 2;
    this.slots = new Uint32Array(size);
    this.blockOf = grown(this.blockOf, size / 2);
    this.entryOf = grown(this.entryOf, size / 2);
    for (let number = 0; number < this.size; number++) {
      const { block, entry } = this.refOf(number);
      this.slots[this.slotOf(block.keys, entry * this.keyBytes)] = number + 1;
    }
  }
}

function grown(values: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(values);
  return larger;
}
