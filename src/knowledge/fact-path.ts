import { base32Id } from '../base/text.ts';
import type { Fact, Scope } from './fact.ts';

const idLength = 10;
const slugLength = 60;
const folderLength = 80;

/** The id a claim gets at birth: 10 base32 characters of sha256 over scope and claim key. */
export function factId(scope: Scope, claimKey: string): string {
  return base32Id(`${scope}\n${claimKey}`, idLength);
}

/**
 * Where a fact is kept: `knowledge/<scope folder>/<slug>-<id>.md`, relative to the repository root. At most 180
 * characters, lower case, valid on every file system whatever the title and the scope hold.
 */
export function factPath(fact: Pick<Fact, 'id' | 'scope' | 'title'>): string {
  return `knowledge/${scopeFolder(fact.scope)}/${slugOf(fact.title)}-${fact.id}.md`;
}

/** The page people read for a scope: `knowledge/repos/<owner>__<name>.md`, `knowledge/global.md`. */
export function digestPath(scope: Scope): string {
  return `knowledge/${scopeFolder(scope)}.md`;
}

/** Scopes compare without case, as forges compare repository names. */
export function scopeKey(scope: string): string {
  return scope.normalize('NFC').toLowerCase();
}

/** True for paths a fact may stand at; digest pages, the index and a `README.md` are not facts. */
export function isFactPath(path: string): boolean {
  return /^knowledge\/(?:global|(?:repos|agents)\/[^/]+)\/(?!README\.md$)[^/]+\.md$/.test(path);
}

/** The same for a name in a folder of facts: folders can hold tens of thousands. */
export function isFactName(name: string): boolean {
  return name.endsWith('.md') && name !== 'README.md' && name !== '.md';
}

/** `global`, `repos/<owner>__<name>` or `agents/<agent>`; names that are no safe folder become a slug with a hash. */
export function scopeFolder(scope: Scope): string {
  if (scope === 'global') return 'global';
  const kind = scope.startsWith('repo:') ? 'repos' : 'agents';
  const name = scope.slice(scope.indexOf(':') + 1);
  const parts = name.normalize('NFC').toLowerCase().split('/');
  const folder = parts.join('__');
  // Forges fold case, so `Acme/Shop` and `acme/shop` are one folder; anything ambiguous or odd gets a hash.
  if (parts.every(isPlainName) && !isReserved(folder) && folder.length <= folderLength)
    return `${kind}/${folder}`;
  return `${kind}/${slugOf(name, folderLength - 8)}-${base32Id(scope, 7)}`;
}

/** Names that stay as they are: plain characters, no `__` (it parts owner and name), dots inside only. */
function isPlainName(part: string, at: number): boolean {
  const plain =
    at === 0 ? /^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?$/ : /^\.?[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?$/;
  return plain.test(part) && !part.includes('__') && !part.includes('..');
}

/** Device names Windows does not allow as a file name, with or without an extension. */
function isReserved(name: string): boolean {
  return /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/.test(name);
}

/** `[a-z0-9-]{1,60}` from any text: accents dropped, cut at a word where one is near; `fact` when nothing is left. */
export function slugOf(text: string, max = slugLength): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/['’`]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (words.length <= max) return words || 'fact';
  const cut = words.slice(0, max);
  const wordEnd = words[max] === '-' ? max : cut.lastIndexOf('-');
  return (wordEnd > max / 2 ? cut.slice(0, wordEnd) : cut).replace(/-+$/, '');
}
