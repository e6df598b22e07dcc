import { findEmails } from './emails.ts';
import { findEscaped } from './escaped.ts';
import { findHomes } from './homes.ts';
import { findKnownTokens } from './known-tokens.ts';
import { findLogins } from './login-context.ts';
import { longRuns } from './long-runs.ts';
import { findMarkers, isOnlyMarkers } from './markers.ts';
import { findNamedSecrets } from './named-secrets.ts';
import { findDataUrls, findOpaqueRuns } from './opaque.ts';
import { findPrivateKeys } from './private-keys.ts';
import { mergeSpans, type Span, type WorkBudget } from './span.ts';

/** How often something encoded is decoded inside something encoded. */
const encodedDepth = 2;

/** What else to look for and what to leave alone; see `openRedactor`. */
export interface FindOptions {
  person: (text: string) => Span[];
  allowed: (value: string) => boolean;
  budget: WorkBudget;
}

/**
 * Everything in one visible text that must not be written, disjoint and sorted. The rules run in the order of the
 * specification (blobs, private keys, logins by place, names, known formats, entropy, personal data).
 */
export function findSpans(text: string, options: FindOptions, depth = 0): Span[] {
  const { budget } = options;
  if (text.length < 4) return [];
  budget.spend(text.length);
  const inside = (decoded: string): Span[] =>
    depth < encodedDepth ? findSpans(decoded, options, depth + 1) : [];
  const hides = (decoded: string): boolean => inside(decoded).length > 0 || isBasicLogin(decoded);
  // Personal data in URLs has rules of its own that leave the rest of the URL readable.
  const hidesSecret = (decoded: string): boolean => inside(decoded).some((span) => span.kind !== 'personal');
  const runs = longRuns(text);
  const spans = [
    ...findDataUrls(text),
    ...findPrivateKeys(text, budget),
    ...findLogins(text),
    ...findNamedSecrets(text, budget),
    ...findKnownTokens(text, runs, budget),
    ...findOpaqueRuns(text, runs, hides),
    ...findEscaped(text, hidesSecret),
    ...findEmails(text),
    ...options.person(text),
    ...findHomes(text),
  ];
  if (spans.length === 0) return spans;
  const markers = findMarkers(text);
  const wanted = spans.filter(
    (span) =>
      !options.allowed(text.slice(span.start, span.end)) &&
      !isOnlyMarkers(text, span) &&
      !markers.some((marker) => span.start >= marker.start && span.end <= marker.end),
  );
  return mergeSpans(wanted);
}

/** `user:password`, the text of a Basic login. */
function isBasicLogin(decoded: string): boolean {
  return (
    /^[A-Za-z][\w.@+-]{1,63}:[!-~]{6,128}$/.test(decoded) &&
    /\d|[^\w:]/.test(decoded.slice(decoded.indexOf(':')))
  );
}
