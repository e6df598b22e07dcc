import * as zlib from 'node:zlib';
import { KaizenError } from '../base/errors.ts';

/** Most bytes a packed transcript may unpack to: they are held in memory. */
const maxUnpackedBytes = 256 * 1024 * 1024;

/** The unpacked bytes. Throws `cannot_read` where Node has no zstd (before 22.15), and for a broken or huge pack. */
export function unpackZstd(packed: Buffer, file: string): Buffer {
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Buffer, options: object) => Buffer };
  if (!zstdDecompressSync) {
    throw new KaizenError('cannot_read', `cannot read ${file}: Node ${process.versions.node} has no zstd`, {
      hint: 'Use Node 22.15 or newer, or unpack the file with `zstd -d`.',
    });
  }
  try {
    return zstdDecompressSync(packed, { maxOutputLength: maxUnpackedBytes });
  } catch (cause) {
    throw new KaizenError('cannot_read', `cannot unpack ${file}: ${(cause as Error).message}`, { cause });
  }
}
