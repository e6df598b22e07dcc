import type { Span } from './span.ts';

/** Whose machine a transcript comes from; every field is optional and short or common names are not used. */
export interface Person {
  home?: string;
  user?: string;
  host?: string;
}

/** Accounts that name a role or an image, not a person. */
const roleAccounts = new Set(
  'root user users admin administrator ubuntu debian centos fedora runner node git dev developer devel app apps web www www-data nobody daemon test tester testuser guest docker vscode codespace ec2-user jenkins circleci travis build builder ci deploy default public shared home work code main local me mac pc python agent claude codex kaizen'.split(
    ' ',
  ),
);

const emailPattern =
  /[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}(?:@|%40)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,18}(?![\w@(-]|\.\w)/g;
/** Ends of file names, unit names and members that look like the end of a mail address. */
const notADomain =
  /\.(?:png|jpe?g|gif|svg|webp|ico|css|scss|js|mjs|cjs|ts|tsx|jsx|json|html?|py|rb|go|java|kt|swift|php|vue|lock|log|txt|yaml|yml|toml|xml|zip|gz|tgz|service|socket|timer|target|mount|slice|path|local|internal|localdomain|localhost|length|map|then|value|name|id|type|next|done|get|set|push|call|apply|bind|exe|dll|so|cfg|conf|ini|plist|app|pdf|mp4|woff2?)$/;
const machineMailbox =
  /^(?:no-?reply|donotreply|do-not-reply|notifications?|git|hg|svn|postmaster|mailer-daemon|example|user|users|username|name|you|your|your[._-]?(?:name|e?mail)|me|email|test|someone|somebody|foo|bar|hello|bot|actions?|github-actions.*|.*\[bot\])$/i;
const exampleDomain =
  /(?:^|\.)example\.(?:com|org|net)$|^(?:email|domain|your-?domain|your-?company|test|foo|mail|host)\.com$|(?:^|\.)noreply\.|^anthropic\.com$|^openai\.com$/i;

/** E-mail addresses of people; not SSH remotes, package versions, no-reply boxes or the example domains. */
export function findEmails(text: string): Span[] {
  if (!text.includes('@') && !text.includes('%40')) return [];
  const spans: Span[] = [];
  for (const hit of text.matchAll(emailPattern)) {
    const [local = '', domain = ''] = hit[0].split(/@|%40/);
    if (
      notADomain.test(domain) ||
      /^v?\d+(?:\.\d+)*[.-]/.test(domain) ||
      /[a-z][A-Z]/.test(domain.slice(domain.lastIndexOf('.')))
    )
      continue;
    if (
      machineMailbox.test(local) &&
      (exampleDomain.test(domain) ||
        /^(?:no-?reply|git|hg|svn|notifications?|donotreply|do-not-reply|actions?|.*\[bot\])$/i.test(local))
    )
      continue;
    if (exampleDomain.test(domain)) continue;
    if (
      /[/:]$/.test(text.slice(hit.index + hit[0].length, hit.index + hit[0].length + 1)) &&
      /^(?:git|org-\d+|ssh|[\w-]+)$/.test(local) &&
      /:[\w.-]+\/[\w.-]/.test(text.slice(hit.index + hit[0].length, hit.index + hit[0].length + 80))
    )
      continue;
    spans.push({ start: hit.index, end: hit.index + hit[0].length, rule: 'email', kind: 'personal' });
  }
  return spans;
}

const sep = String.raw`(?:\\{1,4}|/|%2F|%5C)`;
const userPart = String.raw`([A-Za-z0-9\u00c0-\uffef][A-Za-z0-9._\u00c0-\uffef-]{0,40}?)`;
const stop = String.raw`(?=${sep}|["'\`\s,;:)\]}>|&*?$]|\.{3}|$|%22|%3A)`;
const homeFolders: readonly RegExp[] = [
  new RegExp(
    String.raw`(?<![\w.%-]|[\w.-]/)(?:/mnt/[a-z]|/[a-z]|/cygdrive/[a-z]|/private|/System/Volumes/Data)?(?:/|%2F)(?:Users|home)(?:/|%2F)${userPart}${stop}`,
    'g',
  ),
  new RegExp(
    `(?<![A-Za-z0-9])[A-Za-z](?::|%3A)${sep}(?:Users|Documents and Settings)${sep}${userPart}${stop}`,
    'gi',
  ),
];
const homeSlug =
  /(?<![\w/-])-(?:Users|home)-([A-Za-z0-9]+)(?=-|["'`\s/\\]|$)|(?<![\w/-])[A-Z]--Users-([A-Za-z0-9]+)(?=-|["'`\s/\\]|$)/g;
const sharedFolder = /^(?:Shared|Public|Default|All Users|linuxbrew|Guest)$/i;
/** Second segments of `/home/…` in web routes rather than on disks. */
const routeWord =
  /^(?:index|dashboard|settings|profile|about|page|layout|products?|feed|hero|sections?|components?|view|screen|tabs?|search|news)$/i;

/** Home directories in any writing (`/Users/x`, `C:\Users\x`, `/mnt/c/Users/x`, URL-encoded, dash slugs) as `~`. */
export function findHomes(text: string): Span[] {
  if (!/Users|home|Documents and Settings/i.test(text)) return [];
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

/** Finds one machine's own home directory, user and host name as whole words. */
export function openPersonFinder(person: Person): (text: string) => Span[] {
  const finders: { pattern: RegExp; rule: string; as: string; hint: string }[] = [];
  const home = person.home?.replace(/[\\/]+$/, '');
  if (home !== undefined && home.length > 3 && home !== '/root') {
    const pattern = home.split(/[\\/]/).map(literal).join('(?:\\\\{1,4}|/|%2F|%5C)');
    finders.push({
      pattern: new RegExp(`${pattern}(?![\\w.-])`, 'g'),
      rule: 'home',
      as: '~',
      hint: home.split(/[\\/]/).at(-1)!,
    });
  }
  for (const [name, rule] of [
    [person.user, 'user'],
    [person.host, 'host'],
  ] as const) {
    if (
      name === undefined ||
      name.length < 3 ||
      roleAccounts.has(name.toLowerCase()) ||
      /^[\d.]+$/.test(name)
    )
      continue;
    finders.push({
      pattern: new RegExp(`(?<![A-Za-z0-9_])${literal(name)}(?![A-Za-z0-9_])`, 'gi'),
      rule,
      as: `<${rule}>`,
      hint: name,
    });
  }
  return (text) => {
    const spans: Span[] = [];
    for (const { pattern, rule, as } of finders) {
      for (const hit of text.matchAll(pattern)) {
        if (
          rule === 'user' &&
          /(?:github|gitlab|bitbucket)\.(?:com|org)[/:]$/.test(
            text.slice(Math.max(0, hit.index - 16), hit.index),
          )
        )
          continue;
        spans.push({ start: hit.index, end: hit.index + hit[0].length, rule, kind: 'personal', as });
      }
    }
    return spans;
  };
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
