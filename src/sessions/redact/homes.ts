import type { Span } from './span.ts';

const sep = String.raw`(?:\\{1,4}|/|%2F|%5C)`;
const userPart = String.raw`([A-Za-z0-9\u00c0-\uffef][A-Za-z0-9._\u00c0-\uffef-]{0,40}?)`;
const stop = String.raw`(?=${sep}|["'\`\s,;:)\]}>|&*?$]|\.{3}|$|%22|%3A)`;
const homeFolders: readonly RegExp[] = [
  new RegExp(
    String.raw`(?:(?<![\w.%-]|[\w.-]/)|(?<=\\[nrt]|%[0-9A-Fa-f]{2}|-[ILF]))(?:/mnt/[a-z]|/[a-z]|/cygdrive/[a-z]|/private|/System/Volumes/Data)?(?:/|%2F)(?:Users|home)(?:/|%2F)${userPart}${stop}`,
    'g',
  ),
  new RegExp(
    `(?<![A-Za-z0-9])[A-Za-z](?::|%3A)${sep}(?:Users|Documents and Settings)${sep}${userPart}${stop}`,
    'gi',
  ),
];
const homeSlug =
  /(?<![\w-])-(?:Users|home)-([A-Za-z0-9]+)(?=-|["'`\s/\\]|$)|(?<![\w-])[A-Z]--Users-([A-Za-z0-9]+)(?=-|["'`\s/\\]|$)/g;
const sharedFolder = /^(?:Shared|Public|Default|All Users|linuxbrew|Guest)$/i;
/** Second segments of `/home/…` in web routes rather than on disks. */
const routeWord =
  /^(?:index|dashboard|settings|profile|about|page|layout|products?|feed|hero|sections?|components?|view|screen|tabs?|search|news)$/i;

/** Home directories in any writing (`/Users/x`, `C:\Users\x`, `/mnt/c/Users/x`, URL-encoded, dash slugs) as `~`. */
export function findHomes(text: string): Span[] {
  if (!/[Uu]sers|home|USERS|Documents and Settings/.test(text)) return [];
  const spans: Span[] = [];
  const add = (start: number, end: number, as: string): void => {
    spans.push({ start, end, rule: 'home', kind: 'personal', as });
  };
  for (const pattern of homeFolders) {
    for (const hit of text.matchAll(pattern)) {
      const name = hit[1]!;
      if (
        sharedFolder.test(name) ||
        (/\/home\/$/.test(hit[0].slice(0, -name.length)) && routeWord.test(name))
      )
        continue;
      add(hit.index, hit.index + hit[0].length, '~');
    }
  }
  for (const hit of text.matchAll(homeSlug)) {
    if (!sharedFolder.test(hit[1] ?? hit[2] ?? '')) add(hit.index, hit.index + hit[0].length, '~');
  }
  return spans;
}
