import type { LongRun } from './long-runs.ts';
import { isPublicId } from './public-id.ts';
import { characterClasses, classChanges, entropyBits, readsLikeWords } from './randomness.ts';
import type { Span } from './span.ts';

/** Shannon entropy from which a mixed-case token with digits counts as made by a random generator (spec 02). */
const secretBits = 4.3;
/** Opaque base64 from this length on is a file, a picture or a signature, not a credential. */
const blobCharacters = 256;

const run = /[A-Za-z0-9+/][A-Za-z0-9+/_-]{19,}={0,2}/g;
const dataUrl = /data:[\w.+-]{1,40}\/[\w.+-]{1,80}(?:;[\w=.+-]{1,60}){0,4};base64,[A-Za-z0-9+/=_-]{64,}/g;

/** Ids that agents and their services give to messages, calls and requests; everything in a transcript hangs on them. */
const serviceId =
  /^(?:toolu|srvtoolu|mcptoolu|tooluse|msg|req|(?:custom_)?call|resp|rs|fc|ctc|item|turn|chatcmpl|cmpl|gen|run|thread|asst|file|vs|batch|ses|prt|per|tool|usr|user|org|evt|wf|agent|session|cse|bpl|cgen|conv|snap|task|step|trace|span|job)[-_]|^[A-Z]{1,5}_(?:kw|kg|lA|lQ|gA|gQ)[A-Z]/;

/** `data:` URLs: pictures and fonts, never read by anybody here. */
export function findDataUrls(text: string): Span[] {
  if (!text.includes(';base64,')) return [];
  return [...text.matchAll(dataUrl)].map((hit) => ({
    start: hit.index,
    end: hit.index + hit[0].length,
    rule: 'blob',
    kind: 'blob',
  }));
}

/** True for a whole text that is nothing but base64, with or without line ends or a `data:` head. */
export function isBlob(text: string): boolean {
  return (
    /^(?:data:[\w.+/-]{1,120}(?:;[\w=.+-]{1,60}){0,4},)?[A-Za-z0-9+/_=\s-]*$/.test(text) &&
    !/[ \t]/.test(text.slice(0, 2000))
  );
}

/** Long unbroken runs: random-looking tokens, base64 blobs, and text in base64 that `hides` says has a secret in it. */
export function findOpaqueRuns(
  text: string,
  runs: readonly LongRun[],
  hides: (decoded: string) => boolean,
): Span[] {
  const spans: Span[] = [];
  for (const long of runs) {
    if (long.text.length < 20) continue;
    for (const hit of long.text.matchAll(run)) {
      const start = long.start + hit.index;
      // The `n` of a written `\n` is no part of what follows it.
      const skip = text[start - 1] === '\\' && /^[nrt]/.test(hit[0]) ? 1 : 0;
      judgeRun(text, start + skip, hit[0].slice(skip), hides, spans);
    }
  }
  return spans;
}

function judgeRun(
  text: string,
  start: number,
  value: string,
  hides: (decoded: string) => boolean,
  spans: Span[],
): void {
  const { lower, upper, digit } = characterClasses(value);
  const span = (rule: string, kind: 'secret' | 'blob'): void => {
    spans.push({ start, end: start + value.length, rule, kind });
  };
  if ((!digit && !(lower && upper)) || isPublicId(value)) return;
  if (!(lower && upper)) {
    if (!lower || !digit || serviceId.test(value)) return;
    if (isPrefixedToken(value)) span('prefixed-token', 'secret');
    else if (value.length >= 24 && isMixed(value) && isAssigned(text, start)) span('high-entropy', 'secret');
    return;
  }
  const decoded = decodeBase64Text(value);
  if (decoded !== undefined) {
    if (hides(decoded)) span('encoded', 'secret');
    return;
  }
  if (!digit && value.length < 32) return;
  if (value.length >= blobCharacters && !readsLikeWords(value.slice(0, 400))) {
    span('blob', 'blob');
    return;
  }
  if (isChecksum(text, start, value) || serviceId.test(value)) return;
  const pieces = value.split(/(\/)/);
  if (!isPath(text, start, pieces) && isRandom(value)) {
    span('high-entropy', 'secret');
    return;
  }
  let at = start;
  for (const piece of pieces) {
    if (piece.length < value.length) judgePiece(piece, at, spans);
    at += piece.length;
  }
}

/** A path or the path of a URL: its parts are judged one by one, so that words beside a token are no excuse for it. */
function isPath(text: string, start: number, pieces: readonly string[]): boolean {
  if (pieces.length < 3) return false;
  if (pieces.some((piece) => piece.length >= 5 && readsLikeWords(piece))) return true;
  if (pieces.length >= 5 && pieces.join('').length < 32) return true;
  return pieces[0] === '' || /:\/\/[^\s"'`<>]{0,120}$/.test(text.slice(Math.max(0, start - 130), start));
}

/** One part of a path; of a slug only what is no word. Short ones name things in URLs, so they count from 28 on. */
function judgePiece(piece: string, start: number, spans: Span[]): void {
  if (piece.length < 28 || serviceId.test(piece) || isPublicId(piece)) return;
  const parts = piece.split(/(-)/);
  if (!parts.some((part) => part.length >= 5 && readsLikeWords(part))) {
    if (isRandom(piece))
      spans.push({ start, end: start + piece.length, rule: 'high-entropy', kind: 'secret' });
    return;
  }
  let at = start;
  for (const part of parts) {
    if (isRandom(part))
      spans.push({ start: at, end: at + part.length, rule: 'high-entropy', kind: 'secret' });
    at += part.length;
  }
}

function isRandom(value: string): boolean {
  const { lower, upper, digit } = characterClasses(value);
  const bare = value.replace(/=+$/, '');
  // One random token of 40 letters and digits in a thousand has no digit; shorter ones look like names.
  if (!lower || !upper || (!digit && bare.length < 32) || bare.length < 20) return false;
  if (/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}/.test(bare) || readsLikeWords(bare)) return false;
  if ((bare.match(/[/_-]/g) ?? []).length > bare.length / 8 || classChanges(bare) < 0.32) return false;
  return entropyBits(bare) >= Math.min(secretBits, Math.log2(bare.length) - 0.7);
}

/** `vendor_` or `vendor-x_` and then 30 or more random lower-case letters and digits beyond hexadecimal. */
function isPrefixedToken(value: string): boolean {
  const tail = /^[a-z]{2,10}(?:[_-][a-z0-9]{1,6})?[_-]([a-z0-9]{30,100})$/.exec(value)?.[1];
  return tail !== undefined && !isPublicId(tail) && isMixed(tail);
}

/** Lower-case letters and digits all mixed up: a random generator with 36 characters. */
function isMixed(value: string): boolean {
  const meetings = (value.match(/[a-z](?=[0-9])|[0-9](?=[a-z])/g) ?? []).length;
  return /^[a-z0-9]+$/.test(value) && meetings >= Math.max(5, value.length / 6);
}

/** Right behind `NAME=` of a shell or an .env file. */
function isAssigned(text: string, start: number): boolean {
  return /\b[A-Z][A-Z0-9_]{2,60}=\\*["']?$/.test(text.slice(Math.max(0, start - 68), start));
}

/** Lockfile integrity, image digests, SSH and certificate fingerprints, public SSH keys, go.sum lines. */
function isChecksum(text: string, start: number, value: string): boolean {
  if (/^(?:sha(?:1|224|256|384|512)|md5|h1|blake[23]\w?)-/i.test(value)) return true;
  const before = text.slice(Math.max(0, start - 24), start);
  // Boundaries of multipart bodies.
  if (before.endsWith('--------')) return true;
  if (
    /\.[a-z]{2,12}-\d:$/.test(before) ||
    text.startsWith('.apps.googleusercontent.com', start + value.length)
  )
    return true;
  return (
    /(?:sha(?:1|224|256|384|512)|md5|h1|blake[23]\w?|integrity|checksum|fingerprint|nonce-)["'\s]{0,3}[:=-]?["'\s]{0,2}$/i.test(
      before,
    ) || /^AAAA[BCE][0-9A-Za-z]/.test(value)
  );
}

/** The text a base64 (or base64url) run stands for; undefined when it does not decode to printable text. */
function decodeBase64Text(value: string): string | undefined {
  const bare = value.replace(/=+$/, '');
  if (bare.length < 16 || bare.length % 4 === 1 || bare.length > 350_000) return undefined;
  if (!isPrintable(Buffer.from(bare.slice(0, 64), 'base64'))) return undefined;
  const bytes = Buffer.from(bare, 'base64');
  return isPrintable(bytes) ? bytes.toString('utf8') : undefined;
}

function isPrintable(bytes: Uint8Array): boolean {
  let odd = 0;
  for (const byte of bytes) if (byte < 9 || (byte > 13 && byte < 32) || byte > 126) odd++;
  return odd <= bytes.length / 24;
}
