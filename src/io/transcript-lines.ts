import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { KaizenError } from '../base/errors.ts';

/** Longest line that is read; a longer one is passed over without being held in memory. Real lines reach 2.1 MB. */
export const maxLineBytes = 16 * 1024 * 1024;

const chunkBytes = 1024 * 1024;
const newline = 0x0a;

/** What the reader of a file's lines is told. `bytes` is only valid during the call. */
export interface LineSink {
  /** A line without its line end. `isTail`: the file ends without a newline here; false says it was cut off. */
  line(bytes: Buffer, number: number, isTail: boolean): boolean;
  oversize(number: number): void;
}

/** What was read of a file. */
export interface LinesRead {
  /** Physical lines, a torn last one included. */
  lines: number;
  /** Bytes read: up to the last newline, or to the end when the last line was whole without one. */
  bytes: number;
  /** sha256 of those bytes. */
  sha256: string;
}

/** Reads a file line by line in bounded memory. Strips a byte order mark and `\r`. Throws `cannot_read`. */
export async function readTranscriptLines(file: string, sink: LineSink): Promise<LinesRead> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    throw new KaizenError('cannot_read', `cannot open ${file}`, { cause: error });
  }
  try {
    return await new LineReader(handle, sink).read();
  } catch (error) {
    if (error instanceof KaizenError || !isSystemError(error)) throw error;
    throw new KaizenError('cannot_read', `cannot read ${file}`, { cause: error });
  } finally {
    await handle.close();
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

class LineReader {
  private readonly handle: FileHandle;
  private readonly sink: LineSink;
  private hash = createHash('sha256');
  private buffer = Buffer.allocUnsafe(chunkBytes);
  /** Bytes at the start of the buffer that belong to a line not yet ended. */
  private held = 0;
  private lines = 0;
  private bytes = 0;
  /** While a line longer than the cap goes by: the hash and the count before it. */
  private skipping: { hash: ReturnType<typeof createHash>; bytes: number } | undefined;

  constructor(handle: FileHandle, sink: LineSink) {
    this.handle = handle;
    this.sink = sink;
  }

  async read(): Promise<LinesRead> {
    for (;;) {
      const { bytesRead } = await this.handle.read(
        this.buffer,
        this.held,
        this.buffer.length - this.held,
        null,
      );
      if (bytesRead === 0) break;
      this.take(this.held + bytesRead);
    }
    this.finish();
    return { lines: this.lines, bytes: this.bytes, sha256: this.hash.digest('hex') };
  }

  private take(end: number) {
    let start = 0;
    if (this.skipping) {
      const stop = this.buffer.subarray(0, end).indexOf(newline);
      start = stop < 0 ? end : stop + 1;
      this.count(0, start);
      if (stop >= 0) this.skipping = undefined;
    }
    const view = this.buffer.subarray(0, end);
    const first = start;
    for (let stop = view.indexOf(newline, start); stop >= 0; stop = view.indexOf(newline, start)) {
      this.lines++;
      this.sink.line(this.trimmed(start, stop), this.lines, false);
      start = stop + 1;
    }
    this.count(first, start);
    this.hold(start, end);
  }

  /** Keeps the unfinished line for the next chunk, in a larger buffer when it fills this one. */
  private hold(start: number, end: number) {
    this.held = end - start;
    if (this.held >= maxLineBytes) {
      this.lines++;
      this.sink.oversize(this.lines);
      this.skipping = { hash: this.hash.copy(), bytes: this.bytes };
      this.count(start, end);
      this.held = 0;
      this.buffer = Buffer.allocUnsafe(chunkBytes);
      return;
    }
    if (this.held < this.buffer.length) {
      this.buffer.copyWithin(0, start, end);
      if (this.held * 2 < this.buffer.length) return;
    }
    const grown = Buffer.allocUnsafe(Math.min(maxLineBytes + chunkBytes, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.held);
    this.buffer = grown;
  }

  private finish() {
    if (this.skipping) {
      this.hash = this.skipping.hash;
      this.bytes = this.skipping.bytes;
      return;
    }
    if (this.held === 0) return;
    this.lines++;
    if (this.sink.line(this.trimmed(0, this.held), this.lines, true)) this.count(0, this.held);
  }

  private count(start: number, end: number) {
    this.hash.update(this.buffer.subarray(start, end));
    this.bytes += end - start;
  }

  private trimmed(start: number, stop: number): Buffer {
    const isFirst = this.lines === 1 && this.buffer[start] === 0xef && this.buffer[start + 1] === 0xbb;
    const from = isFirst && this.buffer[start + 2] === 0xbf ? start + 3 : start;
    const to = stop > from && this.buffer[stop - 1] === 0x0d ? stop - 1 : stop;
    return this.buffer.subarray(from, to);
  }
}
