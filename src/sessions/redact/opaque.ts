import { isPublicId } from './key-name.ts';
import { characterClasses, entropyBits, readsLikeWords } from './randomness.ts';
import type { Span } from './span.ts';

/** Shannon entropy from which a mixed-case token with digits counts as made by a random generator (spec 02). */
const secretBits = 4.3;
/** Opaque base64 from this length on is a file, a picture or a signature, not a credential. */
const blobCharacters = 256;

const run = /[A-Za-z0-9+/_-]{20,}={0,2}/g;
const dataUrl = /data:[\w.+-]{1,40}\/[\w.+-]{1,80}(?:;[\w=.+-]{1,60}){0,4};base64,[A-Za-z0-9+/=_-]{64,}/g;

/** Ids that agents and their services give to messages, calls and requests; everything in a transcript hangs on them. */
const serviceId =
  /^(?:toolu|srvtoolu|mcptoolu|tooluse|msg|req|call|resp|rs|fc|ctc|item|turn|chatcmpl|cmpl|gen|run|thread|asst|file|vs|batch|ses|prt|per|usr|org|evt|wf|agent|session|cse|bpl|cgen|conv|snap|task|step|trace|span|job)[-_]/;

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
export function findOpaqueRuns(text: string, hides: (decoded: string) => boolean): Span[] {
  const spans: Span[] = [];
  for (const hit of text.matchAll(run)) {
    const value = hit[0];
    if (!/\d/.test(value) && value.length < 64 && /^[a-z/_-]+$/i.test(value) && readsLikeWords(value))
      continue;
    judgeRun(text, hit.index, value, hides, spans);
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
  if (!(lower && upper) || isPublicId(value)) return;
  const decoded = value.length >= 24 || digit ? decodeBase64Text(value) : undefined;
  if (decoded !== undefined) {
    if (hides(decoded)) span('encoded', 'secret');
    return;
  }
  if (!digit) return;
  if (value.length >= blobCharacters && !readsLikeWords(value.slice(0, 400))) {
    span('blob', 'blob');
    return;
  }
  if (isChecksum(text, start, value) || serviceId.test(value)) return;
  if (isRandom(value)) {
    span('high-entropy', 'secret');
    return;
  }
  if (!/[/_-]/.test(value)) return;
  let at = start;
  for (const piece of value.split(/([/])/)) {
    if (
      piece.length >= 20 &&
      piece.length < value.length &&
      !serviceId.test(piece) &&
      !isPublicId(piece) &&
      isRandom(piece)
    ) {
      spans.push({ start: at, end: at + piece.length, rule: 'high-entropy', kind: 'secret' });
    }
    at += piece.length;
  }
}

function isRandom(value: string): boolean {
  const { lower, upper, digit } = characterClasses(value);
  if (!lower || !upper || !digit) return false;
  const bare = value.replace(/=+$/, '');
  return (
    bare.length >= 20 &&
    entropyBits(bare) >= secretBits &&
    !readsLikeWords(bare) &&
    !/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}/.test(bare)
  );
}

/** Lockfile integrity, image digests, SSH and certificate fingerprints, public SSH keys, go.sum lines. */
function isChecksum(text: string, start: number, value: string): boolean {
  if (/^(?:sha(?:1|224|256|384|512)|md5|h1|blake[23]\w?)-/i.test(value)) return true;
  const before = text.slice(Math.max(0, start - 24), start);
  return (
    /(?:sha(?:1|224|256|384|512)|md5|h1|blake[23]\w?|integrity|checksum|fingerprint|nonce-)["'\s]{0,3}[:=-]?["'\s]{0,2}$/i.test(
      before,
    ) || /^AAAA[BCE][0-9A-Za-z]/.test(value)
  );
}

/** The text a base64 (or base64url) run stands for; undefined when it does not decode to printable text. */
export function decodeBase64Text(value: string): string | undefined {
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
