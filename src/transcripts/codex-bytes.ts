import { type Cuts, cutLongValues, noCuts } from './byte-cuts.ts';

/** Payload types nothing is read from. */
const droppedPayloads =
  /^(?:exec_command_(?:begin|end|output_delta)|(?:agent_)?reasoning(?:_section_break|_raw_content)?|ghost_snapshot|patch_apply_(?:begin|end)|mcp_tool_call_(?:begin|end)|web_search_(?:begin|end)|plan_update|turn_diff)"/;
/** The envelope (`timestamp`, `ordinal`, `type`, `payload: {type`) stands at the very start of a line. */
const headBytes = 200;
const worthLooking = 2000;
const encryptedKey = Buffer.from('"encrypted_content":"');
const imageKey = Buffer.from('"image_url":"data:');
const historyKey = Buffer.from(',"replacement_history":[');

/**
 * What of a line need not be parsed. All of it (null): a payload type nothing is read from. Else opaque reasoning,
 * image data, and the old messages that a compaction repeats.
 */
export function trimCodexLine(line: Buffer): Cuts | null {
  const head = line.toString('latin1', 0, Math.min(headBytes, line.length));
  const payload = head.indexOf('"payload":{"type":"');
  if (payload >= 0) {
    if (droppedPayloads.test(head.slice(payload + 19, payload + 51))) return null;
  } else {
    const world = head.indexOf('"type":"world_state"');
    if (world >= 0 && world < head.indexOf('"payload":')) return null;
  }
  if (line.length < worthLooking) return noCuts;
  const cuts: number[] = [];
  const history = head.includes('"type":"compacted"') ? line.indexOf(historyKey) : -1;
  if (history >= 0) {
    const end = line.lastIndexOf(']');
    if (end > history) cuts.push(history + historyKey.length, end);
    return cuts;
  }
  cutLongValues(line, imageKey, line.length, cuts);
  if (cuts.length === 0) cutLongValues(line, encryptedKey, line.length, cuts);
  return cuts;
}
