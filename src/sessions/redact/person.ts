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

/** Finds one machine's own home directory, user and host name as whole words. */
export function openPersonFinder(person: Person): (text: string) => Span[] {
  const finders: { pattern: RegExp; rule: string; as: string; hint: string[] }[] = [];
  const home = person.home?.replace(/[\\/]+$/, '');
  if (home !== undefined && home.length > 3 && home !== '/root') {
    const pattern = home.split(/[\\/]/).map(literal).join('(?:\\\\{1,4}|/|%2F|%5C)');
    finders.push({
      pattern: new RegExp(`${pattern}(?![\\w.-])`, 'g'),
      rule: 'home',
      as: '~',
      hint: [home.split(/[\\/]/).at(-1)!],
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
      pattern: new RegExp(
        `(?<![A-Za-z0-9_])(?:${[...new Set([name, name.toLowerCase(), capitalised(name)])].map(literal).join('|')})(?![A-Za-z0-9_])`,
        'g',
      ),
      rule,
      as: `<${rule}>`,
      hint: [name, name.toLowerCase(), capitalised(name)],
    });
  }
  return (text) => {
    const spans: Span[] = [];
    for (const { pattern, rule, as, hint } of finders) {
      if (!hint.some((word) => text.includes(word))) continue;
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

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();
}
