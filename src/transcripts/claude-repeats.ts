import { asRecord, asText, type JsonRecord } from './json-shape.ts';

/**
 * Tells lines that say again what an earlier line of the file said: older `--continue` copied the history into the new
 * file under the same uuids, rewinds and forks write it again under new ones, and a killed write may repeat lines.
 * A line is the same when its kind, its time and its first block are; never by uuid alone (archives ruin them).
 */
export class ClaudeRepeats {
  /** What was seen at a time; mostly one line. */
  private readonly seen = new Map<string, string | string[]>();

  /** True when a line like this one was seen before; notes it otherwise. */
  isRepeat(record: JsonRecord, blocks: readonly unknown[]): boolean {
    const time = asText(record.timestamp) ?? asText(record.uuid);
    if (time === undefined) return false;
    const identity = `${record.type === 'user' ? 'u' : 'a'}${blocks.length}${identityOf(blocks[0])}`;
    const before = this.seen.get(time);
    if (before === undefined) this.seen.set(time, identity);
    else if (typeof before === 'string') {
      if (before === identity) return true;
      this.seen.set(time, [before, identity]);
    } else {
      if (before.includes(identity)) return true;
      before.push(identity);
    }
    return false;
  }
}

function identityOf(block: unknown): string {
  if (typeof block === 'string') return textIdentity(block);
  const part = asRecord(block);
  if (!part) return '';
  const id = asText(part.id) ?? asText(part.tool_use_id);
  if (id !== undefined && id !== 'REDACTED') return id;
  const text = asText(part.text) ?? asText(part.thinking) ?? asText(part.content);
  return `${String(part.type)} ${text === undefined ? JSON.stringify(part).length : textIdentity(text)}`;
}

function textIdentity(text: string): string {
  return `${text.length} ${text.slice(0, 80)} ${text.slice(-40)}`;
}
