import { SessionBuilder } from '../sessions/build-session.ts';
import type { CountedSession } from '../sessions/count-once.ts';
import { LineDecoder } from '../sessions/decode-lines.ts';
import type { Session, SessionSummary } from '../sessions/session.ts';
import { readTranscriptLines } from './transcript-lines.ts';

/**
 * Reads a transcript whole: events, calls joined with their results, summary. A file in which no line says anything
 * (empty, all lines unusable) gives a session of agent `unknown` with the reasons in `summary.skipped`.
 * Throws `not_a_transcript` for what is something else, and `cannot_read`.
 */
export async function readSession(file: string): Promise<Session> {
  return read(file, new SessionBuilder({ keep: true }));
}

/** The summary alone, in memory that hardly grows with the file; the same numbers as `readSession`. */
export async function readSessionSummary(file: string): Promise<SessionSummary> {
  return read(file, new SessionBuilder({ keep: false }), { countsOnly: true, hash: true }).summary;
}

/** The summary (without its content hash) and what it counted, item by item. Synchronous: for worker threads. */
export function readCountedSession(file: string): CountedSession {
  const builder = new SessionBuilder({ keep: false, ledger: true });
  const { summary } = read(file, builder, { countsOnly: true, hash: false });
  const ledger = builder.finishLedger(file);
  if (!ledger) throw new Error('the builder keeps no ledger');
  return { summary, ledger };
}

function read(file: string, builder: SessionBuilder, options = { countsOnly: false, hash: true }): Session {
  const decoder = new LineDecoder(file, (event) => builder.add(event), options);
  const { lines, bytes, sha256 } = readTranscriptLines(file, decoder, options);
  const agent = decoder.finish();
  const { fallbackId, isTorn } = decoder;
  const skipped = decoder.skipped();
  const origin = decoder.origin();
  if (origin) {
    return builder.finish({
      ...origin,
      file,
      skipped: [...origin.skipped, ...skipped],
      fallbackId: origin.sessionId,
      isTorn: origin.isTorn || isTorn,
      isCaptured: true,
    });
  }
  return builder.finish({ agent, file, bytes, lines, skipped, contentSha256: sha256, fallbackId, isTorn });
}
