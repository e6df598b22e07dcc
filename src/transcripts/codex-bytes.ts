const marks = [
  'exec_command_end',
  'reasoning',
  'world_state',
  'exec_command_begin',
  'patch_apply_end',
  'patch_apply_begin',
  'mcp_tool_call_end',
  'mcp_tool_call_begin',
  'ghost_snapshot',
  'agent_reasoning',
].map((name) => Buffer.from(`"type":"${name}"`));
const envelopeEnd = 240;

/**
 * False for a line whose payload is one of those nothing is read from. The envelope comes first in every version
 * (`timestamp`, `ordinal`, `type`, `payload: {type`), so only the first bytes are looked at, and only for raw quotes.
 */
export function wantsCodexLine(line: Buffer): boolean {
  const head = line.length > envelopeEnd ? line.subarray(0, envelopeEnd) : line;
  const first = head.indexOf('"type":"');
  if (first < 0) return true;
  const payload = head.indexOf('"payload":{"type":"');
  const world = head.indexOf(marks[2] as Buffer);
  if (world === first) return false;
  if (payload < 0) return true;
  for (const mark of marks) {
    if (
      head.compare(mark, 0, mark.length, payload + 11, Math.min(head.length, payload + 11 + mark.length)) ===
      0
    )
      return false;
  }
  return true;
}

/** See TranscriptFormat.slim. */
export function slimCodexLine(line: Buffer): Buffer {
  return line;
}
