import { type Cuts, cutLongValues, endOfMember, noCuts } from './byte-cuts.ts';
import { asRecord } from './json-shape.ts';

/** Line types nothing is read from. */
const droppedTypes =
  /^(?:progress|file-history-snapshot|file-history-delta|last-prompt|mode|permission-mode|agent-name)"/;
const headBytes = 1000;
/** A shorter line is parsed whole. */
const worthLooking = 1000;
/** Only a longer line can hold an image. */
const worthLookingForImages = 20_000;
const resultKey = Buffer.from(',"toolUseResult":');
const openBrace = 0x7b;
const openBracket = 0x5b;
const dataKey = Buffer.from('"data":"');
const signatureKey = Buffer.from('"signature":"');
const callKey = Buffer.from('"type":"tool_use"');
const queuedMark = Buffer.from('"queued_command"');

/**
 * True for a line nothing is read from. Its type is only believed where the first `"type":` stands before any nested
 * object, since then it is certainly the line's own; an attachment by the key of that name. `head`: its first bytes.
 */
export function isDroppedClaudeLine(line: Buffer, head: string): boolean {
  const type = head.indexOf('"type":"');
  const nested = head.indexOf('{', 1);
  if (type >= 0 && (nested < 0 || type < nested)) return droppedTypes.test(head.slice(type + 8, type + 32));
  const isAttachment = type === nested + 1 && head.startsWith('"attachment":', nested - 13);
  return isAttachment && line.indexOf(queuedMark) < 0;
}

/**
 * What of a line need not be parsed: all of it (null), or the structured copy of a tool result (whole files before and
 * after an edit; half of all bytes) but for the members that say how a command ended; base64 data; the signatures of
 * thoughts.
 */
export function trimClaudeLine(line: Buffer): Cuts | null {
  const head = line.toString('latin1', 0, Math.min(headBytes, line.length));
  if (isDroppedClaudeLine(line, head)) return null;
  if (line.length < worthLooking) return noCuts;
  const cuts: number[] = [];
  if (head.includes('"role":"assistant"')) {
    // The input of a call may have a member of that name, too.
    if (head.includes('{"type":"thinking"') && line.indexOf(callKey) < 0)
      cutLongValues(line, signatureKey, line.length, cuts);
    return cuts;
  }
  const result = line.indexOf(resultKey);
  const contentEnd = result < 0 ? line.length : result;
  if (contentEnd > worthLookingForImages) cutLongValues(line, dataKey, contentEnd, cuts);
  const opening = result < 0 ? 0 : line[result + resultKey.length];
  if (opening === openBrace || opening === openBracket) cutResult(line, result + resultKey.length + 1, cuts);
  return cuts;
}

/**
 * True when a trimmed line has its envelope. Where another object follows the structured result, the cut takes what
 * stands between them along; if that is part of the envelope, it shows here.
 */
export function isCompleteClaudeLine(value: unknown): boolean {
  const line = asRecord(value);
  return (
    line !== undefined &&
    line.message !== undefined &&
    line.type !== undefined &&
    line.timestamp !== undefined &&
    line.uuid !== undefined &&
    line.sessionId !== undefined
  );
}

/**
 * Cuts the inside of the object or list that opens before `start`, up to the end of the last one of the line. When that one
 * stands at another depth, braces are left unbalanced: no valid JSON.
 */
function cutResult(line: Buffer, start: number, cuts: number[]) {
  const end = endOfMember(line, 'toolUseResult') - 1;
  if (end <= start) return;
  const kept =
    line.toString('latin1', start, start + 10) === '"stdout":"'
      ? keptOfShellResult(line, start, end)
      : undefined;
  if (!kept) {
    cuts.push(start, end);
    return;
  }
  cuts.push(start, kept[0]);
  if (kept[1] < end) cuts.push(kept[1], end);
}

/** The structured result that begins at `start` is a shell's and has members that are read. */
export function saysHowItEnded(line: Buffer, start: number, end: number): boolean {
  const isShell = line.toString('latin1', start, start + 11) === '{"stdout":"';
  return isShell && keptOfShellResult(line, start + 1, end) !== undefined;
}

const shellTailBytes = 1500;

/** `"interrupted":true` or `"returnCodeInterpretation":"…"` of a shell result: they follow the two output strings. */
function keptOfShellResult(line: Buffer, start: number, end: number): [number, number] | undefined {
  const from = Math.max(start, end - shellTailBytes);
  const tail = line.toString('latin1', from, end);
  const found = /"returnCodeInterpretation":"[^"\\]*"/.exec(tail) ?? /"interrupted":true/.exec(tail);
  return found ? [from + found.index, from + found.index + found[0].length] : undefined;
}
