/** What `.gitattributes` says of a path: built by a program, or somebody else's. null where it says nothing. */
export interface CodeOrigin {
  generated: boolean | null;
  vendored: boolean | null;
}

interface AttributeRule {
  matches: (path: string) => boolean;
  sets: readonly (readonly [keyof CodeOrigin, boolean | null])[];
}

/** An attributes file with the folder it lies in (`''` at the top). */
export interface AttributesFile {
  folder: string;
  text: string;
}

/**
 * `linguist-generated` and `linguist-vendored` of a path, by the rules of gitattributes(5): the last line that matches
 * wins, and deeper files come last. Read here rather than by Git, which needs a work tree before version 2.40.
 */
export function originByAttributes(files: readonly AttributesFile[]): (path: string) => CodeOrigin {
  const rules = [...files]
    .sort(
      (a, b) => a.folder.split('/').length - b.folder.split('/').length || a.folder.length - b.folder.length,
    )
    .flatMap(({ folder, text }) => parseRules(folder, text));
  return (path) => {
    const origin: CodeOrigin = { generated: null, vendored: null };
    for (const { matches, sets } of rules)
      if (matches(path)) for (const [key, value] of sets) origin[key] = value;
    return origin;
  };
}

function parseRules(folder: string, text: string): AttributeRule[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  return text.split('\n').flatMap((raw): AttributeRule[] => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith('[attr]')) return [];
    const quoted = /^"((?:[^"\\]|\\.)*)"\s+(.*)$/.exec(line);
    const [, pattern = '', words = ''] = quoted ?? /^(\S+)\s+(.*)$/.exec(line) ?? [];
    const sets = words.split(/\s+/).flatMap((word) => settingOf(word));
    const test =
      sets.length > 0 ? expressionOf(quoted ? pattern.replace(/\\(.)/g, '$1') : pattern) : undefined;
    if (!test) return [];
    return [{ sets, matches: (path) => path.startsWith(prefix) && test.test(path.slice(prefix.length)) }];
  });
}

function settingOf(word: string): (readonly [keyof CodeOrigin, boolean | null])[] {
  const found = /^([-!]?)linguist-(generated|vendored)(?:=(.*))?$/.exec(word);
  if (!found) return [];
  const [, sign, name, value] = found;
  const isOff = sign === '-' || value === 'false' || value === '0';
  return [[name as keyof CodeOrigin, sign === '!' ? null : !isOff]];
}

/** A pattern as wildmatch reads it; one that ends in a slash names a folder and so no file. */
function expressionOf(pattern: string): RegExp | undefined {
  if (pattern.endsWith('/') || pattern.startsWith('!')) return undefined;
  const anchored = pattern.includes('/');
  const body = pattern
    .replace(/^\//, '')
    .split(/(\*\*\/|\/\*\*$|\*+|\?|\[[^\]/]+\])/)
    .map((piece) => {
      if (piece === '**/') return '(?:.*/)?';
      if (piece === '/**') return '/.*';
      if (/^\*+$/.test(piece)) return '[^/]*';
      if (piece === '?') return '[^/]';
      if (/^\[[^\]/]+\]$/.test(piece)) return piece.replace(/^\[!/, '[^').replace(/\\/g, '\\\\');
      return piece.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  try {
    return new RegExp(`${anchored ? '^' : '(?:^|/)'}${body}$`, 's');
  } catch {
    // A range that is none, as [z-a]: it matches nothing.
    return undefined;
  }
}
