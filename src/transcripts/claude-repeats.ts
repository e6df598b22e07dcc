import { asRecord, asText, type JsonRecord, timeMs } from './json-shape.ts';

/**
 * Tells what says again what an earlier line of the file said: older `--continue` copied the history into the new file
 * under the same uuids, rewinds and forks write it again under new ones (and cut lines differently), and a killed write
 * may repeat lines. A block is the same when its time and what identifies it are; never by uuid alone (archives
 * ruin those).
 */
export class ClaudeRepeats {
  /** What was seen at a time; mostly one block. */
  private readonly seen = new Map<number, string | string[]>();

  /** The blocks not seen before, which then are. */
  unseen(record: JsonRecord, message: JsonRecord, blocks: readonly unknown[]): readonly unknown[] {
    const time = typeof record.timestamp === 'string' ? timeMs(record.timestamp) : null;
    if (time === null) return blocks;
    const response = record.type === 'assistant' ? asText(message.id) : undefined;
    if (blocks.length === 1) return this.isNew(time, identityOf(blocks[0], response)) ? blocks : [];
    return blocks.filter((block) => this.isNew(time, identityOf(block, response)));
  }

  /** False when this was seen at this time before; notes it otherwise. */
  isNew(time: number, identity: string): boolean {
    const before = this.seen.get(time);
    if (before === undefined) this.seen.set(time, identity);
    else if (typeof before === 'string') {
      if (before === identity) return false;
      this.seen.set(time, [before, identity]);
    } else {
      if (before.includes(identity)) return false;
      before.push(identity);
    }
    return true;
  }
}

/** Within a response a block is known by its kind and time; texts need not be looked at. */
function identityOf(block: unknown, response: string | undefined): string {
  if (typeof block === 'string') return textIdentity(block);
  const part = asRecord(block);
  if (!part) return '';
  const id = asText(part.id) ?? asText(part.tool_use_id);
  // A call and its result share the id, and where a call takes no time also the time.
  if (id !== undefined && id !== 'REDACTED') return `${String(part.type)} ${id}`;
  if (response !== undefined) return `${String(part.type)} ${response}`;
  const text = asText(part.text) ?? asText(part.content);
  return text === undefined ? `${String(part.type)} ${JSON.stringify(part).length}` : textIdentity(text);
}

function textIdentity(text: string): string {
  return `${text.length} ${text.slice(0, 80)} ${text.slice(-40)}`;
}
