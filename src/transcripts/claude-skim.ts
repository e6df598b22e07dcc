import { endOfMember } from './byte-cuts.ts';
import { isDroppedClaudeLine } from './claude-code-bytes.ts';
import { asRecord, type JsonRecord } from './json-shape.ts';

/** A tool call's input that is only parsed if somebody asks for it. Holds a copy of its block's bytes. */
export class DeferredInput {
  private readonly block: Buffer;

  constructor(block: Buffer) {
    this.block = block;
  }

  /** The input; {} when the block is no JSON after all. */
  read(): JsonRecord {
    try {
      return asRecord(asRecord(JSON.parse(this.block.toString('utf8')))?.input) ?? {};
    } catch {
      return {};
    }
  }
}

const headBytes = 800;
const tailBytes = 1000;
/** Before a structured result: the end of the message, its uuid and time, other members. */
const windowBytes = 420;
const keptLayouts = 6;
/** A simple member: `,"name":"text"`, `,"name":12`, `,"name":null`. */
const member = String.raw`,"\w+":(?:"(?:[^"\\]|\\.)*"|null|true|false|-?\d+(?:\.\d+)?)`;
const plainMembers = new RegExp(`^(?:${member})*$`);
/** The end of the message among simple members. */
const plainLayout = new RegExp(String.raw`^(?:${member})*\}?(?:${member})*$`);
/** ASCII without backslashes: the same in bytes, in Latin-1 and decoded. */
const plainText = /^[\x20-\x5b\x5d-\x7e]*$/;
const resultKey = Buffer.from(',"toolUseResult":');
const nextBlock = Buffer.from('},{"t');

/**
 * Gives for the most frequent lines (one thought, text or call of the agent; one result without an error) what counting
 * needs of them, without parsing the line: texts are left out, and the envelope is parsed only where it changes. The
 * layout around what varies from line to line (ids, times) must be, byte for byte, one that was checked before;
 * whatever differs is left to JSON.parse.
 */
export class ClaudeSkimmer {
  /** Layouts checked before, the latest first; answers and results, and a sub-agent's, take turns. */
  private known: { layout: string; envelope: JsonRecord }[] = [];

  /** The stand-in for the parsed line; null: nothing is read from such a line; undefined: parse it. */
  skim(line: Buffer): JsonRecord | null | undefined {
    const head = line.toString('latin1', 0, headBytes);
    if (isDroppedClaudeLine(line, head)) return null;
    const message = head.indexOf(',"message":{');
    if (message < 0 || head.indexOf('{', 1) !== message + 11 || !head.startsWith('{"parentUuid":'))
      return undefined;
    const before = head.slice(head.charCodeAt(14) === 0x22 ? head.indexOf('"', 15) + 1 : 18, message);
    return head.startsWith('"role":"user","content":[', message + 12)
      ? this.skimResult(line, head, message, before)
      : this.skimAnswer(line, head, message, before);
  }

  private skimAnswer(line: Buffer, head: string, message: number, before: string): JsonRecord | undefined {
    const content = head.indexOf(',"content":[{"type":"', message);
    if (content < 0 || line.indexOf(nextBlock, content) >= 0) return undefined;
    const start = head.slice(message + 11, content);
    const id = textAfter(start, '"id":"', 0);
    const model = textAfter(start, '"model":"', 0);
    if (!id || !model || !start.includes('"role":"assistant"')) return undefined;
    const end = endOf(line, content, tailBytes) ?? endOf(line, content, 2 * tailBytes);
    if (!end) return undefined;
    const { tail, usageAt, usageEnd, blockEnd } = end;
    const rest = this.readRest(before, tail.slice(usageEnd, -1));
    const block = rest && blockOf(line, head, content + 12, blockEnd);
    if (!block) return undefined;
    const usage = usageOf(tail.slice(usageAt, usageEnd));
    return { ...rest, message: { role: 'assistant', id, model, content: [block], usage } };
  }

  private skimResult(line: Buffer, head: string, message: number, before: string): JsonRecord | undefined {
    const block = message + 37;
    const id = head.startsWith('{"tool_use_id":"', block) ? textAfter(head, '"', block + 15) : undefined;
    const content = head.indexOf('"type":"tool_result","content":', block);
    const result = content < 0 || !id || id === 'REDACTED' ? -1 : line.indexOf(resultKey, content);
    if (result < 0) return undefined;
    const next = line.indexOf(nextBlock, content);
    if (next >= 0 && next < result) return undefined;
    const window = line.toString('latin1', Math.max(content, result - windowBytes), result);
    const end = window.lastIndexOf('}]},"uuid":"');
    const after = endOfMember(line, 'toolUseResult');
    if (end < 0 || after < 0 || head.slice(block, content).includes('"is_error"')) return undefined;
    if (window.slice(0, end).includes('"is_error":true')) return undefined;
    const rest = this.readRest(
      before,
      window.slice(end + 3) + line.toString('latin1', after, line.length - 1),
    );
    if (!rest) return undefined;
    return {
      ...rest,
      message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: '' }] },
    };
  }

  /**
   * The envelope with the line's time. `rest` is what follows the usage, or the last block: the end of the message,
   * then members with uuid and time among them.
   */
  private readRest(before: string, rest: string): JsonRecord | undefined {
    const uuid = rest.indexOf(',"uuid":"');
    const uuidEnd = rest.indexOf('"', uuid + 9);
    if (uuid < 0 || !rest.startsWith('","timestamp":"', uuidEnd)) return undefined;
    const timeEnd = rest.indexOf('"', uuidEnd + 15);
    const between = without(rest.slice(0, uuid), '"requestId":"');
    const last = without(rest.slice(timeEnd + 1), '"sourceToolAssistantUUID":"');
    const layout = before + between + last;
    const known =
      this.known.find((one) => one.layout === layout) ?? this.learn(layout, before, between, last);
    return known && { ...known.envelope, timestamp: rest.slice(uuidEnd + 15, timeEnd) };
  }

  /** Checks a layout that was not seen lately, and parses its envelope. */
  private learn(layout: string, before: string, between: string, last: string) {
    const members = `${before}${between.slice(between.lastIndexOf('}') + 1)}${last}`;
    if (!plainLayout.test(between) || !plainMembers.test(members)) return undefined;
    if (/"(?:timestamp|uuid|message)":/.test(members)) return undefined;
    const envelope = asRecord(JSON.parse(Buffer.from(`{${members.slice(1)}}`, 'latin1').toString('utf8')));
    if (envelope?.type === undefined || envelope.sessionId === undefined || envelope.version === undefined)
      return undefined;
    const known = { layout, envelope };
    this.known = [known, ...this.known.slice(0, keptLayouts - 1)];
    return known;
  }
}

/** The last bytes of an answer from its last block on; undefined when they reach farther back than `bytes`. */
function endOf(line: Buffer, content: number, bytes: number) {
  const offset = Math.max(content, line.length - bytes);
  const tail = line.toString('latin1', offset);
  const usageAt = tail.lastIndexOf(',"usage":{"input_tokens":');
  const usageEnd = usageAt < 0 ? -1 : closingBrace(tail, usageAt + 9);
  const blockEnd = usageEnd < 0 ? -1 : tail.lastIndexOf('],"stop_reason":', usageAt);
  return blockEnd < 0 ? undefined : { tail, usageAt, usageEnd, blockEnd: offset + blockEnd };
}

/** The text between `opening` (which ends in a quote) and the next quote; undefined unless it is plain ASCII. */
function textAfter(text: string, opening: string, from: number): string | undefined {
  const start = text.indexOf(opening, from) + opening.length;
  const end = text.indexOf('"', start);
  const found = start < opening.length || end < 0 ? undefined : text.slice(start, end);
  return found !== undefined && plainText.test(found) ? found : undefined;
}

/** The text without the value that follows `key` (which ends in a quote). */
function without(text: string, key: string): string {
  const at = text.indexOf(key);
  if (at < 0) return text;
  return text.slice(0, at + key.length) + text.slice(text.indexOf('"', at + key.length));
}

/** The one block of an answer, its text replaced by a mark that there was one. */
function blockOf(line: Buffer, head: string, start: number, end: number): JsonRecord | undefined {
  if (head.startsWith('{"type":"thinking","thinking":"', start)) {
    return { type: 'thinking', thinking: head[start + 31] === '"' ? '' : '…' };
  }
  if (head.startsWith('{"type":"text","text":"', start)) {
    return head[start + 23] === '"' ? undefined : { type: 'text', text: '…' };
  }
  if (!head.startsWith('{"type":"tool_use","id":"', start)) return undefined;
  const id = textAfter(head, '"', start + 24);
  const nameAt = start + 25 + (id?.length ?? 0);
  const name = head.startsWith('","name":"', nameAt) ? textAfter(head, '"', nameAt + 9) : undefined;
  if (!id || !name || id === 'REDACTED') return undefined;
  if (!head.startsWith('","input":{', nameAt + 10 + name.length)) return undefined;
  return { type: 'tool_use', id, name, input: new DeferredInput(Buffer.from(line.subarray(start, end))) };
}

const usageKeys = ['input_tokens', 'output_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'];

/** The first of each count: what follows may repeat them for parts of the response. */
function usageOf(text: string): JsonRecord {
  const usage: JsonRecord = {};
  for (const key of usageKeys) {
    const at = text.indexOf(`"${key}":`);
    if (at >= 0) usage[key] = Number.parseInt(text.slice(at + key.length + 3, at + key.length + 19), 10);
  }
  return usage;
}

/** Offset after the brace that closes the one at `open`; the texts of a usage hold no braces. */
function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b) depth++;
    else if (code === 0x7d && --depth === 0) return at + 1;
  }
  return -1;
}
