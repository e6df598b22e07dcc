/** Named flat arrays: what a cache file holds. */
export type Arrays = Record<string, Uint32Array | Uint8Array>;

const magic = 'KZNARRAY';
const alignment = 8;

/**
 * The bytes of a cache file: magic, format, length of the head, head (JSON with name, type and length of each array),
 * arrays aligned to 8 bytes. The check sum of everything is added and taken off by whoever writes the file.
 */
export function formatArrays(format: string, arrays: Arrays): Uint8Array[] {
  const head = JSON.stringify({
    format,
    arrays: Object.entries(arrays).map(([name, array]) => [
      name,
      array instanceof Uint8Array ? 1 : 4,
      array.length,
    ]),
  });
  const start = Buffer.alloc(roundUp(magic.length + 4 + Buffer.byteLength(head)), ' ');
  start.write(magic, 'latin1');
  start.writeUInt32LE(start.length, magic.length);
  start.write(head, magic.length + 4);
  const pieces: Uint8Array[] = [start];
  for (const array of Object.values(arrays)) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    pieces.push(bytes, new Uint8Array(roundUp(bytes.length) - bytes.length));
  }
  return pieces;
}

/**
 * The arrays of such a file, as views of its bytes; undefined for anything that is not exactly such a file of this
 * format. `bytes` must start at a multiple of 8 of its buffer.
 */
export function parseArrays(format: string, bytes: Uint8Array): Arrays | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < magic.length + 4 || text.toString('latin1', 0, magic.length) !== magic) return undefined;
  let at = text.readUInt32LE(magic.length);
  if (at > bytes.length || at % alignment !== 0) return undefined;
  const listed = listedArrays(text.toString('utf8', magic.length + 4, at), format);
  if (!listed) return undefined;
  const arrays: Arrays = {};
  for (const [name, size, length] of listed) {
    if (at + length * size > bytes.length) return undefined;
    const from = bytes.byteOffset + at;
    arrays[name] =
      size === 1 ? new Uint8Array(bytes.buffer, from, length) : new Uint32Array(bytes.buffer, from, length);
    at += roundUp(length * size);
  }
  return at === bytes.length ? arrays : undefined;
}

function listedArrays(head: string, format: string): [string, 1 | 4, number][] | undefined {
  try {
    const parsed = JSON.parse(head) as { format?: unknown; arrays?: unknown };
    if (parsed.format !== format || !Array.isArray(parsed.arrays)) return undefined;
    const sound = parsed.arrays.every(
      (one) =>
        Array.isArray(one) &&
        typeof one[0] === 'string' &&
        (one[1] === 1 || one[1] === 4) &&
        Number.isSafeInteger(one[2]) &&
        one[2] >= 0,
    );
    return sound ? parsed.arrays : undefined;
  } catch {
    // Torn, or of another make: the caller builds it anew.
    return undefined;
  }
}

function roundUp(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}
