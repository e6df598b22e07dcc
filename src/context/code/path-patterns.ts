/** Tells whether a path is named by one of some patterns. */
export type PathTest = (path: string) => boolean;

/**
 * A test for patterns in the manner of .gitignore: `*` and `?` stay within a part, `**` crosses parts, a pattern without
 * a slash is looked for at any depth, one that names a folder takes all below it. Upper and lower case are different.
 */
export function pathTest(patterns: readonly string[]): PathTest {
  const tests = patterns.map(expressionOf);
  return (path) => tests.some((test) => test.test(path));
}

function expressionOf(pattern: string): RegExp {
  const trimmed = pattern.replace(/^\.\//, '').replace(/\/+$/, '');
  const anchored = trimmed.includes('/');
  const body = trimmed
    .replace(/^\//, '')
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((piece) => wildcards.get(piece) ?? piece.replace(/[.+^${}()|[\]\\]/g, '\\$&'))
    .join('');
  return new RegExp(`${anchored ? '^' : '(?:^|/)'}${body}(?:/|$)`, 'su');
}

const wildcards: ReadonlyMap<string, string> = new Map([
  ['**/', '(?:.*/)?'],
  ['**', '.*'],
  ['*', '[^/]*'],
  ['?', '[^/]'],
]);
