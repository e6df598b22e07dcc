import { KaizenError } from '../base/errors.ts';
import { sha256Hex, terminalSafe } from '../base/text.ts';
import { SessionBuilder } from '../sessions/build-session.ts';
import type { Session, SessionSummary, SkippedLines } from '../sessions/session.ts';
import type { TranscriptEvent } from '../transcripts/event.ts';
import type { TranscriptDecoder, TranscriptFormat } from '../transcripts/format.ts';
import { isDeeperThan, maxDepth, repeatsKey } from '../transcripts/json-guards.ts';
import { recognise } from '../transcripts/recognise.ts';
import { type LineSink, readTranscriptLines } from './transcript-lines.ts';

/** Reads a transcript whole: events, calls with results, summary. Throws `not_a_transcript` and `cannot_read`. */
export function readSession(file: string): Promise<Session> {
  return read(file, new SessionBuilder({ keep: true }));
}

/** The summary alone, in memory that does not grow with the file; the same numbers as `readSession`. */
export async function readSessionSummary(file: string): Promise<SessionSummary> {
  return (await read(file, new SessionBuilder({ keep: false }))).summary;
}

async function read(file: string, builder: SessionBuilder): Promise<Session> {
  const sink = new TranscriptSink(file, (event) => builder.add(event));
  const { lines, bytes, sha256 } = await readTranscriptLines(file, sink);
  const agent = sink.finish();
  return builder.finish({
    agent,
    file,
    bytes,
    lines,
    skipped: sink.skipped(),
    contentSha256: sha256,
    fallbackId: sink.fallbackId,
    isTorn: sink.isTorn,
  });
}

type SkipReason = SkippedLines['reason'];

/** How many readable lines, and how many unreadable ones before the first, are looked at to tell the format. */
const headLines = 64;
const maxHeadBytes = 4 * 1024 * 1024;
const keptLineNumbers = 5;

/** Tells the format from the first lines, then feeds every line to its decoder; counts what could not be used. */
class TranscriptSink implements LineSink {
  isTorn = false;
  fallbackId = sha256Hex('').slice(0, 32);
  private readonly file: string;
  private readonly emit: (event: TranscriptEvent) => void;
  private readonly skips = new Map<SkipReason, SkippedLines>();
  private head: { bytes: Buffer; value: unknown; number: number }[] = [];
  private headBytes = 0;
  private format: TranscriptFormat | undefined;
  private decoder: TranscriptDecoder | undefined;
  private settled = false;
  private firstBad = '';
  private hasFallback = false;

  constructor(file: string, emit: (event: TranscriptEvent) => void) {
    this.file = file;
    this.emit = emit;
  }

  line(bytes: Buffer, number: number, isTail: boolean): boolean {
    if (isBlank(bytes)) {
      if (!isTail) this.skip('blank', number);
      return true;
    }
    if (this.format?.wants && !this.format.wants(bytes)) return true;
    const value = this.parse(bytes, number, isTail);
    if (value === undefined) return false;
    if (!this.hasFallback) {
      this.fallbackId = sha256Hex(bytes).slice(0, 32);
      this.hasFallback = true;
    }
    if (this.settled) this.decode(value, number);
    else this.gather(bytes, value, number);
    return true;
  }

  oversize(number: number) {
    this.skip('oversize', number);
  }

  /** Ends the decoding; gives the agent's id, `unknown` where no line said anything at all. */
  finish(): string {
    if (!this.settled) this.settle();
    for (const event of this.decoder?.end() ?? []) this.emit(event);
    return this.format?.id ?? 'unknown';
  }

  skipped(): SkippedLines[] {
    return [...this.skips.values()];
  }

  private skip(reason: SkipReason, number: number) {
    const entry = this.skips.get(reason);
    if (!entry) this.skips.set(reason, { reason, count: 1, firstLines: [number] });
    else {
      entry.count++;
      if (entry.firstLines.length < keptLineNumbers) entry.firstLines.push(number);
    }
  }

  /** undefined: the line is of no use, and was counted. */
  private parse(bytes: Buffer, number: number, isTail: boolean): unknown {
    let value: unknown;
    try {
      value = this.parseSlim(bytes);
    } catch {
      if (isTail) this.isTorn = true;
      this.skip(isTail ? 'torn_tail' : 'bad_json', number);
      if (this.firstBad === '') this.firstBad = bytes.toString('utf8', 0, 60);
      this.giveUpOnText();
      return undefined;
    }
    if (isTail && (typeof value !== 'object' || value === null)) {
      this.isTorn = true;
      this.skip('torn_tail', number);
      return undefined;
    }
    if (isDeeperThan(value, maxDepth)) this.skip('too_deep', number);
    else if (repeatsKey(bytes)) this.skip('wrong_shape', number);
    else return value ?? null;
    return undefined;
  }

  private parseSlim(bytes: Buffer): unknown {
    const slim = this.format?.slim?.(bytes);
    if (slim !== undefined && slim !== bytes) {
      try {
        return JSON.parse(slim.toString('utf8'));
      } catch {
        // The cut did not fit this line after all: parse it whole.
      }
    }
    return JSON.parse(bytes.toString('utf8'));
  }

  private gather(bytes: Buffer, value: unknown, number: number) {
    this.head.push({ bytes, value, number });
    this.headBytes += bytes.length;
    if (this.head.length >= headLines || this.headBytes >= maxHeadBytes) this.settle();
  }

  private settle() {
    this.settled = true;
    const found = recognise(this.head.map((line) => line.value));
    if (found.kind === 'foreign') throw this.notATranscript(found.looksLike);
    if (found.kind === 'nothing' && this.head.length === 0 && (this.skips.get('bad_json')?.count ?? 0) > 0) {
      throw this.notATranscript(lookOfText(this.firstBad));
    }
    if (found.kind === 'format') {
      this.format = found.format;
      this.decoder = found.format.decoder(this.file);
    }
    for (const line of this.head) this.decode(line.value, line.number);
    this.head = [];
  }

  private decode(value: unknown, number: number) {
    const events = this.decoder?.push(value, number);
    if (events === undefined) this.skip('wrong_shape', number);
    else for (const event of events) this.emit(event);
  }

  private giveUpOnText() {
    if (this.settled || this.head.length > 0) return;
    if ((this.skips.get('bad_json')?.count ?? 0) >= headLines)
      throw this.notATranscript(lookOfText(this.firstBad));
  }

  private notATranscript(looksLike: string): KaizenError {
    return new KaizenError(
      'not_a_transcript',
      `${this.file} is not a transcript I know (looks like ${looksLike})`,
    );
  }
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}

function lookOfText(start: string): string {
  if (start.includes('\u0000') || start.includes('\ufffd')) return 'a binary file';
  if (/^\s*[{[]\s*$/.test(start)) return 'a JSON document over several lines';
  if (/^#{1,6} |^<!--/.test(start)) return 'Markdown';
  return `plain text, “${terminalSafe(start.trim()).slice(0, 40)}”`;
}
