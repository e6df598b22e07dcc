const typeKey = Buffer.from('"type":"');
const openBrace = 0x7b;

/** Line types nothing is read from. Bytes of the value up to its closing quote. */
const dropped = [
  'progress"',
  'file-history-snapshot"',
  'file-history-delta"',
  'last-prompt"',
  'mode"',
  'permission-mode"',
].map((name) => Buffer.from(name));

/**
 * False for a line whose top-level `type` is one nothing is read from. Only decided where the first `"type":` stands
 * before any nested object: then it is certainly the line's own. (A raw `"` never stands inside a JSON string.)
 */
export function wantsClaudeLine(line: Buffer): boolean {
  const at = line.indexOf(typeKey);
  if (at < 0) return true;
  const nested = line.indexOf(openBrace, 1);
  if (nested >= 0 && nested < at) return true;
  const value = at + typeKey.length;
  for (const name of dropped) {
    if (line.compare(name, 0, name.length, value, value + name.length) === 0) return false;
  }
  return true;
}

/** See TranscriptFormat.slim. */
export function slimClaudeLine(line: Buffer): Buffer {
  return line;
}
