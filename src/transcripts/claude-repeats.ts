import { asRecord, asText, asTime, type JsonRecord } from './json-shape.ts';

/**
 * Tells what says again what an earlier line of the file said: older `--continue` copied the history into the new file
 * under the same uuids, rewinds and forks write it again under new ones (and cut lines differently), and a killed write
 * may repeat lines. A block is the same when its time and what identifies it are; never by uuid alone (archives
 * ruin those).
 */
export class ClaudeRepeats {
  /** What was seen at a time; mostly one block. */
  private readonly seen = new Map<string, string | string[]>();

  /** The blocks not seen before, which then are. */
  unseen(record: JsonRecord, blocks: readonly unknown[]): readonly unknown[] {
    const time = asTime(record.timestamp);
    if (time === null) return blocks;
    if (blocks.length === 1) return this.isNew(time, blocks[0]) ? blocks : [];
    return blocks.filter((block) => this.isNew(time, block));
  }

  private isNew(time: string, block: unknown): boolean {
    const identity = identityOf(block);
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

function identityOf(block: unknown): string {
  if (typeof block === 'string') return textIdentity(block);
  const part = asRecord(block);
  if (!part) return '';
  const id = asText(part.id) ?? asText(part.tool_use_id);
  if (id !== undefined && id !== 'REDACTED') return `${String(part.type)} ${id}`;
  const text = asText(part.text) ?? asText(part.thinking) ?? asText(part.content);
  return text === undefined ? `${String(part.type)} ${JSON.stringify(part).length}` : textIdentity(text);
}

function textIdentity(text: string): string {
  return `${text.length} ${text.slice(0, 80)} ${text.slice(-40)}`;
}
