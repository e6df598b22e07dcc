import type { Span } from './span.ts';

/** Whose machine a transcript comes from. Short names and names that are also words are not looked for. */
export interface Person {
  home?: string | undefined;
  users: readonly string[];
  host?: string | undefined;
}

/** Accounts that name a role or an image, not a person. */
const roleAccounts = new Set(
  'root user users admin administrator ubuntu debian centos fedora runner node git dev developer devel app apps web www www-data nobody daemon test tester testuser guest docker vscode codespace ec2-user jenkins circleci travis build builder ci deploy default public shared home work code main local localhost me mac pc host desktop laptop server python agent claude codex kaizen demo example path name owner staff wheel everyone'.split(
    ' ',
  ),
);

/** Given names that are words or months: masking them would take ordinary text apart. */
const wordNames = new Set(
  'jan mark will bill may june april august art rich grant chase drew pat rob sue frank dean miles page ray rose jack hope grace faith joy amber max min guy gene dale glen rusty sandy penny iris ivy jade lily ruby pearl violet summer autumn dawn eve star sky ocean river stone forest reed cliff heath lane mason carter cooper hunter fisher baker cook smith taylor ash bob dot kit lee case chance pierce price lance wade ward wells banks brooks field fields ford hall hill house king knight law long love moon pace park parker peel pool power prince rush sage sharp short snow spring step stick sterling swift temple trip troy true wait walker wall waters weaver west white wild wise wolf wood woods wright young alpha beta delta echo lima mike november oscar papa romeo sierra tango victor zulu'.split(
    ' ',
  ),
);

/** True for an account name that can be looked for in ordinary text. */
export function isPersonalName(name: string): boolean {
  const folded = name.toLowerCase();
  return name.length >= 3 && !roleAccounts.has(folded) && !wordNames.has(folded) && /[a-z]{2}/.test(folded);
}

interface Finder {
  pattern: RegExp;
  rule: 'home' | 'user' | 'host';
  as: string;
  /** One of these is in every text the pattern matches. */
  words: readonly string[];
}

/** Finds a machine's home directory, user names and host name as whole words. */
export function openPersonFinder(person: Person): (text: string) => Span[] {
  const finders = [
    ...homeFinder(person.home),
    ...person.users.flatMap((user) => wordFinder(user, 'user')),
    ...(person.host === undefined ? [] : wordFinder(person.host, 'host')),
  ];
  return (text) => {
    const spans: Span[] = [];
    for (const { pattern, rule, as, words } of finders) {
      if (!words.some((word) => text.includes(word))) continue;
      for (const hit of text.matchAll(pattern)) {
        if (rule === 'user' && isForgeOwner(text, hit.index, hit[0].length)) continue;
        spans.push({ start: hit.index, end: hit.index + hit[0].length, rule, kind: 'personal', as });
      }
    }
    return spans;
  };
}

function homeFinder(given: string | undefined): Finder[] {
  const parts = given?.replace(/[\\/]+$/, '').split(/[\\/]/) ?? [];
  const last = parts.at(-1) ?? '';
  if (parts.length < 3 && !/^[A-Za-z]:$/.test(parts[0] ?? '')) return [];
  const pattern = parts.map(literal).join('(?:\\\\{1,4}|/|%2F|%5C)');
  return [{ pattern: new RegExp(`${pattern}(?![\\w.-])`, 'g'), rule: 'home', as: '~', words: [last] }];
}

function wordFinder(name: string, rule: 'user' | 'host'): Finder[] {
  if (!isPersonalName(name)) return [];
  const words = [
    ...new Set([name, name.toLowerCase(), name.charAt(0).toUpperCase() + name.slice(1).toLowerCase()]),
  ];
  const pattern = new RegExp(`(?<![A-Za-z0-9_])(?:${words.map(literal).join('|')})(?![A-Za-z0-9_])`, 'g');
  return [{ pattern, rule, as: `<${rule}>`, words }];
}

/** `github.com/alice/x`, `--repo alice/x`: the public name of a repository, which stays what it is. */
function isForgeOwner(text: string, start: number, length: number): boolean {
  if (text[start + length] !== '/') return false;
  return /(?:(?:github|gitlab|bitbucket|codeberg|ghcr)\.(?:com|org|io)[/:]|\b(?:repos|users|orgs)\/|(?:--repo|-R)[ =]["']?)$/.test(
    text.slice(Math.max(0, start - 18), start),
  );
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
