import { endOfMember } from './byte-cuts.ts';
import { isDroppedClaudeLine, saysHowItEnded } from './claude-code-bytes.ts';
import { isDeeperThan, maxDepth } from './json-guards.ts';
import { asRecord, type JsonRecord } from './json-shape.ts';

/** A tool call's input that is only parsed if somebody asks for it. Holds a copy of its block's bytes, as Latin-1. */
export class DeferredInput {
  private readonly block: string;

  constructor(block: string) {
    this.block = block;
  }

  /** The input; {} when the block is no JSON after all. */
  read(): JsonRecord {
    try {
      const json = Buffer.from(this.block, 'latin1').toString('utf8');
      return asRecord(asRecord(JSON.parse(json))?.input) ?? {};
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
/** ASCII without backslashes: the same in bytes, in Latin-1 and decoded. */
const plainText = /^[\x20-\x5b\x5d-\x7e]*$/;
const resultKey = Buffer.from(',"toolUseResult":');
const nextBlock = Buffer.from('},{"t');
const signatureKey = Buffer.from('","signature":"');
/** A block nested less deep than this cannot make its line too deep. */
const plainDepth = maxDepth - 8;

/** What `push` reads of a line's envelope; the same members in the same order, so that all look alike to the engine. */
function envelopeOf(parsed: JsonRecord) {
  const { type, isSidechain, sessionId, session_id, agentId, version, cwd, gitBranch, isApiErrorMessage } =
    parsed;
  return { type, isSidechain, sessionId, session_id, agentId, version, cwd, gitBranch, isApiErrorMessage };
}

/** What stands around the members that vary from line to line, checked once. */
interface Layout {
  before: string;
  between: string;
  last: string;
  envelope: ReturnType<typeof envelopeOf>;
}

/**
 * Gives for the most frequent lines (one thought, text or call of the agent; one result without an error) what counting
 * needs of them, without parsing the line: texts are left out, and the envelope is parsed only where it changes. The
 * layout around what varies from line to line (ids, times) must be, byte for byte, one that was checked before;
 * whatever differs is left to JSON.parse.
 */
export class ClaudeSkimmer {
  /** The latest first; answers and results, and a sub-agent's, take turns. */
  private known: Layout[] = [];
  private readonly ids = new LastText();
  private readonly models = new LastText();

  /**
   * The stand-in for the parsed line; null: nothing is read from such a line; undefined: parse it. With `texts` its
   * block is parsed and whole, else it holds no more than counting needs.
   */
  skim(line: Buffer, texts: boolean): JsonRecord | null | undefined {
    const head = line.toString('latin1', 0, headBytes);
    if (isDroppedClaudeLine(line, head)) return null;
    const message = head.indexOf(',"message":{');
    if (message < 0 || head.indexOf('{', 1) !== message + 11 || !head.startsWith('{"parentUuid":'))
      return undefined;
    const before = head.slice(head.charCodeAt(14) === 0x22 ? head.indexOf('"', 15) + 1 : 18, message);
    return head.startsWith('"role":"user","content":[', message + 12)
      ? this.skimResult(line, head, message, before, texts)
      : this.skimAnswer(line, head, message, before, texts);
  }

  private skimAnswer(
    line: Buffer,
    head: string,
    message: number,
    before: string,
    texts: boolean,
  ): JsonRecord | undefined {
    const content = head.indexOf(',"content":[{"type":"', message);
    if (content < 0 || line.indexOf(nextBlock, content) >= 0) return undefined;
    const id = this.ids.textAt(line, head, startOf(head, '"id":"', message, content));
    const model = this.models.textAt(line, head, startOf(head, '"model":"', message, content));
    if (!id || !model || startOf(head, '"role":"assistant"', message, content) < 0) return undefined;
    const end = endOf(line, content, tailBytes) ?? endOf(line, content, 2 * tailBytes);
    if (!end) return undefined;
    const block = texts
      ? parseBlock(line, content + 12, end.blockEnd)
      : blockOf(line, head, content + 12, end.blockEnd);
    if (!block) return undefined;
    const usage = usageOf(end.tail, end.usageAt);
    const said = { role: 'assistant', id, model, content: [block], usage };
    return this.record(before, end.tail.slice(end.messageEnd, -1), said);
  }

  private skimResult(
    line: Buffer,
    head: string,
    message: number,
    before: string,
    texts: boolean,
  ): JsonRecord | undefined {
    const block = message + 37;
    const id = head.startsWith('{"tool_use_id":"', block)
      ? new LastText().textAt(line, head, block + 16)
      : undefined;
    const content = head.indexOf('"type":"tool_result","content":', block);
    const result = content < 0 || !id || id === 'REDACTED' ? -1 : line.indexOf(resultKey, content);
    if (result < 0) return undefined;
    const next = line.subarray(content, result).indexOf(nextBlock);
    const window = line.toString('latin1', Math.max(content, result - windowBytes), result);
    const end = window.lastIndexOf('}]},"uuid":"');
    const after = endOfMember(line, 'toolUseResult');
    if (next >= 0 || end < 0 || after < 0 || head.slice(block, content).includes('"is_error"'))
      return undefined;
    if (window.slice(0, end).includes('"is_error":true')) return undefined;
    const rest = window.slice(end + 2) + line.toString('latin1', after, line.length - 1);
    if (!texts) {
      const only = { type: 'tool_result', tool_use_id: id, content: '' };
      return this.record(before, rest, { role: 'user', content: [only] });
    }
    const whole = saysHowItEnded(line, result + resultKey.length, after)
      ? undefined
      : parseBlock(line, block, result - window.length + end + 1);
    return whole && this.record(before, rest, { role: 'user', content: [whole] });
  }

  /** The record of a line; `rest` is what follows from the brace that closes the message. */
  private record(before: string, rest: string, message: JsonRecord): JsonRecord | undefined {
    const uuid = rest.indexOf(',"uuid":"');
    const uuidEnd = rest.indexOf('"', uuid + 9);
    if (uuid < 0 || !rest.startsWith('","timestamp":"', uuidEnd)) return undefined;
    const timeEnd = rest.indexOf('"', uuidEnd + 15);
    const hasRequest = rest.startsWith('},"requestId":"');
    const request = hasRequest ? rest.indexOf('"', 15) : 1;
    const source = rest.startsWith(',"sourceToolAssistantUUID":"', timeEnd + 1)
      ? rest.indexOf('"', timeEnd + 29)
      : timeEnd;
    const between = rest.slice(request, uuid);
    const last = rest.slice(source + 1);
    let known = this.known[0];
    if (known?.last !== last || known.between !== between || known.before !== before) {
      known = this.find(before, between, last) ?? this.learn(before, hasRequest, between, last);
    }
    if (!known) return undefined;
    const { type, isSidechain, sessionId, session_id, agentId, version, cwd, gitBranch, isApiErrorMessage } =
      known.envelope;
    // A flat copy: events keep their time, and a slice would keep the line's tail with it.
    const timestamp = Buffer.from(rest.slice(uuidEnd + 15, timeEnd), 'latin1').toString('latin1');
    return {
      type,
      isSidechain,
      sessionId,
      session_id,
      agentId,
      version,
      cwd,
      gitBranch,
      isApiErrorMessage,
      timestamp,
      message,
    };
  }

  private find(before: string, between: string, last: string): Layout | undefined {
    for (const [at, one] of this.known.entries()) {
      if (one.last !== last || one.between !== between || one.before !== before) continue;
      this.known.splice(at, 1);
      this.known.unshift(one);
      return one;
    }
    return undefined;
  }

  /** Checks a layout that was not seen lately, and parses its envelope. */
  private learn(before: string, hasRequest: boolean, between: string, last: string): Layout | undefined {
    const members = `${before}${hasRequest ? between.slice(1) : between}${last}`;
    if (!plainMembers.test(members) || /"(?:timestamp|uuid|message)":/.test(members)) return undefined;
    const parsed = asRecord(JSON.parse(Buffer.from(`{${members.slice(1)}}`, 'latin1').toString('utf8')));
    if (parsed?.type === undefined || parsed.sessionId === undefined || parsed.version === undefined)
      return undefined;
    const layout = { before, between, last, envelope: envelopeOf(parsed) };
    this.known = [layout, ...this.known.slice(0, keptLayouts - 1)];
    return layout;
  }
}

/**
 * The last bytes of an answer: where its block, and its message, end; undefined when that is farther back than `bytes`,
 * or other than usual.
 */
function endOf(line: Buffer, content: number, bytes: number) {
  const offset = Math.max(content, line.length - bytes);
  const tail = line.toString('latin1', offset);
  const messageEnd = tail.lastIndexOf('},"requestId":"');
  const usageAt = messageEnd < 0 ? -1 : tail.lastIndexOf('"usage":{"input_tokens":', messageEnd);
  const blockEnd = usageAt < 0 ? -1 : tail.lastIndexOf('],"stop_reason":', usageAt);
  return blockEnd < 0 ? undefined : { tail, usageAt, messageEnd, blockEnd: offset + blockEnd };
}

/** Offset after `text` where it stands between the two offsets; -1 where it does not. */
function startOf(head: string, text: string, from: number, until: number): number {
  const at = head.indexOf(text, from);
  return at < 0 || at >= until ? -1 : at + text.length;
}

/**
 * Takes plain texts out of a line as strings of their own: a slice of `head` would keep all of it in memory for as long
 * as the text is known. The text taken last is given again where it comes again.
 */
class LastText {
  private last = '';

  /** The text from `start` to the next quote; undefined unless it is plain ASCII. */
  textAt(line: Buffer, head: string, start: number): string | undefined {
    const end = start < 0 ? -1 : head.indexOf('"', start);
    if (end < 0) return undefined;
    if (end - start === this.last.length && head.startsWith(this.last, start)) return this.last;
    const text = line.toString('latin1', start, end);
    if (!plainText.test(text)) return undefined;
    this.last = text;
    return text;
  }
}

/** The block as it stands; a thought without its signature. undefined when it is no JSON, or nested deep. */
function parseBlock(line: Buffer, start: number, end: number): JsonRecord | undefined {
  const isThought = line.toString('latin1', start, start + 18) === '{"type":"thinking"';
  const signature = isThought ? line.indexOf(signatureKey, start) : -1;
  const json =
    signature >= 0 && signature < end
      ? `${line.toString('utf8', start, signature)}"}`
      : line.toString('utf8', start, end);
  try {
    const block = asRecord(JSON.parse(json));
    return block && !isDeeperThan(block, plainDepth) ? block : undefined;
  } catch {
    return undefined;
  }
}

/** True when a block may nest so deep that its line must be looked at as a whole. */
function mayBeDeep(line: Buffer, start: number, end: number): boolean {
  let openers = 0;
  for (let at = start; at < end && openers < plainDepth; at++) {
    const byte = line[at];
    if (byte === 0x7b || byte === 0x5b) openers++;
  }
  return openers >= plainDepth;
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
  const id = new LastText().textAt(line, head, start + 25);
  const nameAt = start + 25 + (id?.length ?? 0);
  const name = head.startsWith('","name":"', nameAt)
    ? new LastText().textAt(line, head, nameAt + 10)
    : undefined;
  if (!id || !name || id === 'REDACTED') return undefined;
  if (!head.startsWith('","input":{', nameAt + 10 + name.length) || mayBeDeep(line, start, end))
    return undefined;
  return { type: 'tool_use', id, name, input: new DeferredInput(line.toString('latin1', start, end)) };
}

/** The first of each count after `from`: what follows may repeat them for parts of the response. */
function usageOf(text: string, from: number): JsonRecord {
  return {
    input_tokens: numberAfter(text, '"input_tokens":', from),
    output_tokens: numberAfter(text, '"output_tokens":', from),
    cache_creation_input_tokens: numberAfter(text, '"cache_creation_input_tokens":', from),
    cache_read_input_tokens: numberAfter(text, '"cache_read_input_tokens":', from),
  };
}

function numberAfter(text: string, key: string, from: number): number | undefined {
  const start = text.indexOf(key, from);
  if (start < 0) return undefined;
  let value = 0;
  let at = start + key.length;
  for (let digit = text.charCodeAt(at) - 48; digit >= 0 && digit <= 9; digit = text.charCodeAt(at) - 48) {
    value = value * 10 + digit;
    at++;
  }
  return at > start + key.length ? value : undefined;
}
