import { endOfMember } from './byte-cuts.ts';
import { DeferredInput, LastText, startOf, tokensOf, usageMembers } from './claude-bits.ts';
import { usableId } from './claude-calls.ts';
import { isDroppedClaudeLine, saysHowItEnded } from './claude-code-bytes.ts';
import type { TokenCounts } from './event.ts';
import { isDeeperThan, maxDepth } from './json-guards.ts';
import { asRecord, type JsonRecord } from './json-shape.ts';

const headBytes = 800;
const tailBytes = 1000;
/** Before a structured result: the end of the message, its uuid and time, other members. */
const windowBytes = 420;
const keptLayouts = 6;
/** A simple member: `,"name":"text"`, `,"name":12`, `,"name":null`. */
const member = String.raw`,"\w+":(?:"(?:[^"\\]|\\.)*"|null|true|false|-?\d+(?:\.\d+)?)`;
const plainMembers = new RegExp(`^(?:${member})*$`);
const resultKey = Buffer.from(',"toolUseResult":');
const nextBlock = Buffer.from('},{"t');
const signatureKey = Buffer.from('","signature":"');
/** A block nested less deep than this cannot make its line too deep. */
const plainDepth = maxDepth - 8;

/** What is read of a line's envelope; the same members in the same order, so that all look alike to the engine. */
function envelopeOf(parsed: JsonRecord) {
  const { type, isSidechain, sessionId, session_id, agentId, version, cwd, gitBranch, isApiErrorMessage } =
    parsed;
  return { type, isSidechain, sessionId, session_id, agentId, version, cwd, gitBranch, isApiErrorMessage };
}

/** What counting needs of a frequent line. */
export interface CountedLine {
  envelope: ReturnType<typeof envelopeOf>;
  timestamp: string;
  /** `thought` and `text` are there and not empty; `blank` is an empty thought. */
  block: 'text' | 'thought' | 'blank' | 'call' | 'result';
  /** Of a call or a result. */
  id: string;
  tool: string;
  input: DeferredInput | undefined;
  /** Of an answer. */
  response: string;
  model: string;
  tokens: TokenCounts | undefined;
}

/** An answer or a result whose layout is known, not yet read further. */
interface Found {
  layout: Layout;
  timestamp: string;
  /** Byte range of its one block. */
  start: number;
  end: number;
  id: string;
  model: string;
  tokens: TokenCounts | undefined;
  /** Offset after the key of a result's structured copy, and where that ends. */
  result: number;
  after: number;
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
  private readonly results = new LastText();
  private time = '';

  /** What counting needs of the line; null: nothing is read from such a line; undefined: parse it. */
  count(line: Buffer): CountedLine | null | undefined {
    const head = line.toString('latin1', 0, headBytes);
    const found = this.look(line, head);
    if (!found) return found;
    const { id, model, tokens } = found;
    const counted: CountedLine = {
      envelope: found.layout.envelope,
      timestamp: found.timestamp,
      block: 'result',
      id,
      tool: '',
      input: undefined,
      response: id,
      model,
      tokens,
    };
    return found.tokens === undefined || readBlock(line, head, found, counted) ? counted : undefined;
  }

  /** A stand-in for the parsed line, only its block parsed; null: nothing is read from such a line; undefined: parse it. */
  skim(line: Buffer): JsonRecord | null | undefined {
    const found = this.look(line, line.toString('latin1', 0, headBytes));
    if (!found) return found;
    const { id, model, tokens, result, after } = found;
    if (tokens === undefined && saysHowItEnded(line, result, after)) return undefined;
    const block = parseBlock(line, found.start, found.end);
    // A call without an id is linked to its result by the uuid of its line, which the stand-in does not have.
    if (!block || (block.type === 'tool_use' && usableId(block.id) === undefined)) return undefined;
    // A flat copy: events keep their time, and a slice would keep the line's tail with it.
    const timestamp = Buffer.from(found.timestamp, 'latin1').toString('latin1');
    const message =
      tokens === undefined
        ? { role: 'user', content: [block] }
        : { role: 'assistant', id, model, content: [block], usage: usageMembers(tokens) };
    const { envelope } = found.layout;
    return {
      type: envelope.type,
      isSidechain: envelope.isSidechain,
      sessionId: envelope.sessionId,
      session_id: envelope.session_id,
      agentId: envelope.agentId,
      version: envelope.version,
      cwd: envelope.cwd,
      gitBranch: envelope.gitBranch,
      isApiErrorMessage: envelope.isApiErrorMessage,
      timestamp,
      message,
    };
  }

  private look(line: Buffer, head: string): Found | null | undefined {
    if (isDroppedClaudeLine(line, head)) return null;
    const message = head.indexOf(',"message":{');
    if (message < 0 || head.indexOf('{', 1) !== message + 11 || !head.startsWith('{"parentUuid":'))
      return undefined;
    const before = head.slice(head.charCodeAt(14) === 0x22 ? head.indexOf('"', 15) + 1 : 18, message);
    return head.startsWith('"role":"user","content":[', message + 12)
      ? this.lookAtResult(line, head, message, before)
      : this.lookAtAnswer(line, head, message, before);
  }

  private lookAtAnswer(line: Buffer, head: string, message: number, before: string): Found | undefined {
    const content = head.indexOf(',"content":[{"type":"', message);
    if (content < 0 || line.indexOf(nextBlock, content) >= 0) return undefined;
    const id = this.ids.textAt(line, head, startOf(head, '"id":"', message, content));
    const model = this.models.textAt(line, head, startOf(head, '"model":"', message, content));
    if (!id || !model || startOf(head, '"role":"assistant"', message, content) < 0) return undefined;
    const end = endOf(line, content, tailBytes) ?? endOf(line, content, 2 * tailBytes);
    const layout = end && this.place(before, end.tail.slice(end.messageEnd, -1));
    if (!layout) return undefined;
    const tokens = tokensOf(end.tail, end.usageAt);
    const { time: timestamp } = this;
    return {
      layout,
      timestamp,
      start: content + 12,
      end: end.blockEnd,
      id,
      model,
      tokens,
      result: 0,
      after: 0,
    };
  }

  private lookAtResult(line: Buffer, head: string, message: number, before: string): Found | undefined {
    const start = message + 37;
    const named = head.startsWith('{"tool_use_id":"', start);
    const id = named ? this.results.textAt(line, head, start + 16) : undefined;
    const content = head.indexOf('"type":"tool_result","content":', start);
    const key = content < 0 || usableId(id) === undefined ? -1 : line.indexOf(resultKey, content);
    if (!id || key < 0) return undefined;
    const next = line.subarray(content, key).indexOf(nextBlock);
    const window = line.toString('latin1', Math.max(content, key - windowBytes), key);
    const last = window.lastIndexOf('}]},"uuid":"');
    const after = endOfMember(line, 'toolUseResult');
    if (next >= 0 || last < 0 || after < 0 || head.slice(start, content).includes('"is_error"'))
      return undefined;
    if (window.slice(0, last).includes('"is_error":true')) return undefined;
    const layout = this.place(
      before,
      window.slice(last + 2) + line.toString('latin1', after, line.length - 1),
    );
    if (!layout) return undefined;
    const end = key - window.length + last + 1;
    const { time: timestamp } = this;
    const result = key + resultKey.length;
    return { layout, timestamp, start, end, id, model: '', tokens: undefined, result, after };
  }

  /**
   * Finds the layout of a line, and leaves its time in `time`; `rest` is what follows from the brace that closes the
   * message.
   */
  private place(before: string, rest: string): Layout | undefined {
    const uuid = rest.indexOf(',"uuid":"');
    const uuidEnd = rest.indexOf('"', uuid + 9);
    if (uuid < 0 || !rest.startsWith('","timestamp":"', uuidEnd)) return undefined;
    const timeEnd = rest.indexOf('"', uuidEnd + 15);
    const hasRequest = rest.startsWith('},"requestId":"');
    const request = hasRequest ? rest.indexOf('"', 15) : 1;
    const hasSource = rest.startsWith(',"sourceToolAssistantUUID":"', timeEnd + 1);
    const between = rest.slice(request, uuid);
    const last = rest.slice((hasSource ? rest.indexOf('"', timeEnd + 29) : timeEnd) + 1);
    this.time = rest.slice(uuidEnd + 15, timeEnd);
    const known = this.known[0];
    if (known && known.last === last && known.between === between && known.before === before) return known;
    return this.find(before, between, last) ?? this.learn(before, hasRequest, between, last);
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

/** Adds what the one block of an answer is; false when it is none of the usual. */
function readBlock(line: Buffer, head: string, { start, end }: Found, counted: CountedLine): boolean {
  if (head.startsWith('{"type":"thinking","thinking":"', start)) {
    counted.block = head[start + 31] === '"' ? 'blank' : 'thought';
    return true;
  }
  if (head.startsWith('{"type":"text","text":"', start)) {
    counted.block = 'text';
    return head[start + 23] !== '"';
  }
  if (!head.startsWith('{"type":"tool_use","id":"', start)) return false;
  const id = new LastText().textAt(line, head, start + 25);
  const nameAt = start + 25 + (id?.length ?? 0);
  const tool = head.startsWith('","name":"', nameAt)
    ? new LastText().textAt(line, head, nameAt + 10)
    : undefined;
  if (!id || !tool || usableId(id) === undefined) return false;
  if (!head.startsWith('","input":{', nameAt + 10 + tool.length) || mayBeDeep(line, start, end)) return false;
  counted.block = 'call';
  counted.id = id;
  counted.tool = tool;
  counted.input = new DeferredInput(line.toString('latin1', start, end));
  return true;
}
