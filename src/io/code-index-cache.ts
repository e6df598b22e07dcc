import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { isAbsent } from './files.ts';

const sumBytes = 8;

/**
 * The bytes of a cache file, without its check sum. undefined when there is none, when it is no regular file, or when
 * its sum is wrong: whoever asks then computes everything anew, so a damaged cache costs time and nothing else.
 */
export async function readCacheFile(path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const { size } = await file.stat();
      // An allocation of its own, so that arrays of numbers can lie in it.
      const bytes = new Uint8Array(size);
      const { bytesRead } = await file.read(bytes, 0, size, 0);
      if (bytesRead !== size || size < sumBytes) return undefined;
      const body = bytes.subarray(0, size - sumBytes);
      const sum = new DataView(bytes.buffer).getUint32(size - sumBytes, true);
      return sum === crc32(body) ? body : undefined;
    } finally {
      await file.close();
    }
  } catch {
    // Missing, unreadable, a folder, a loop of links: no cache.
    return undefined;
  }
}

/** Writes a cache file whole, beside and then in place of the old one. False where it cannot be written. */
export async function writeCacheFile(path: string, pieces: readonly Uint8Array[]): Promise<boolean> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'wx', 0o644);
    try {
      let sum = 0;
      for (const piece of pieces) sum = crc32(piece, sum);
      const last = new Uint8Array(sumBytes);
      new DataView(last.buffer).setUint32(0, sum, true);
      await file.writev([...pieces, last].filter((piece) => piece.length > 0));
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return true;
  } catch {
    // A read-only or full disk: the next run computes it again.
    await unlink(temporary).catch((error: unknown) => {
      if (!isAbsent(error)) return;
    });
    return false;
  }
}
