import { clipEnd, foldSpace } from '../../base/text.ts';
import type { Definition, DefinitionKind } from './definition.ts';
import { definitionMatches } from './definitions.ts';
import type { DefinitionForm } from './languages.ts';

const kinds: readonly (readonly [RegExp, DefinitionKind])[] = [
  [/\b(?:class|struct|record|object|impl|actor|mixin|extension)\b/, 'class'],
  [/\b(?:interface|trait|protocol)\b/, 'interface'],
  [/\benum\b/, 'enum'],
  [/\b(?:type|typedef|typealias|using)\b/, 'type'],
  [/\b(?:namespace|module|mod|package)\b/, 'module'],
  [/\b(?:const|let|var|val|static|define)\b[^(]*$/, 'constant'],
];

/** What a language calls visible elsewhere, as far as one line shows it. */
const visible: Partial<Record<DefinitionForm, (line: string, name: string) => boolean>> = {
  script: (line) => /^export\b|^(?:module\.)?exports\b/.test(line),
  python: (_line, name) => !name.startsWith('_'),
  go: (_line, name) => /^\p{Lu}/u.test(name),
  rust: (line) => /^pub\b/.test(line),
  java: (line) => !/\bprivate\b/.test(line),
  c: (line) => !/^static\b/.test(line),
};

/** Definitions at the left edge of a text, by light patterns: for files that are not parsed. Ends are not known. */
export function outlineByPatterns(text: string, form: DefinitionForm): Definition[] {
  const found = new Map<number, Definition>();
  for (const { name, at } of definitionMatches(text, form)) {
    const lineStart = text.lastIndexOf('\n', at) + 1;
    const lineEnd = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    const line = text.slice(lineStart, Math.min(lineEnd, lineStart + 400));
    if (/^\s/.test(line) || found.has(lineStart)) continue;
    found.set(lineStart, {
      name,
      kind: kinds.find(([words]) => words.test(line))?.[1] ?? 'function',
      parent: null,
      signature: clipEnd(foldSpace(line.replace(/[\s{:=]+$/, '')), 200),
      start: 0,
      end: 0,
      exported: visible[form]?.(line, name) ?? true,
      inner: false,
    });
  }
  return numbered(text, found);
}

/** Gives definitions found at offsets the numbers of their lines. */
function numbered(text: string, found: ReadonlyMap<number, Definition>): Definition[] {
  let line = 1;
  let at = 0;
  return [...found]
    .sort((a, b) => a[0] - b[0])
    .map(([offset, definition]) => {
      for (let next = text.indexOf('\n', at); next >= 0 && next < offset; next = text.indexOf('\n', at)) {
        line++;
        at = next + 1;
      }
      return { ...definition, start: line, end: line };
    });
}
