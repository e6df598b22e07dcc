import { codeSpan } from '../../base/markdown.ts';
import { clipEnd } from '../../base/text.ts';
import type { Choice, PackFile } from './choose-units.ts';
import type { CodeUnit } from './code-unit.ts';
import type { LineRange } from './definition.ts';
import { importedModules } from './imported-modules.ts';
import { planTokens } from './plan-tokens.ts';
import type { CoChange } from './related-files.ts';

/** What stands around the code of a pack. */
export interface PackSurroundings {
  /** Lines of the map, best file first; '' for none. */
  map: string;
  tests: readonly string[];
  coChanged: readonly CoChange[];
}

/** Languages by the word that a fence names them with. */
const fenceWords: Readonly<Record<string, string>> = {
  TypeScript: 'ts',
  JavaScript: 'js',
  'C#': 'csharp',
  'C++': 'cpp',
  Shell: 'sh',
};

/** The lines of a file that are packed. */
export interface PackedFile {
  file: PackFile;
  /** In order, not touching each other. */
  ranges: LineRange[];
  whole: boolean;
}

/** What was chosen, file by file in the order of the ranking; units that touch are one range. */
export function packedFiles(files: readonly PackFile[], choice: Choice): PackedFile[] {
  const packed: PackedFile[] = [];
  for (const [number, file] of files.entries()) {
    if (choice.whole.has(number)) {
      packed.push({ file, ranges: [{ start: 1, end: file.lines.length }], whole: true });
      continue;
    }
    const own = choice.units.filter((unit) => unit.file === number).map(({ start, end }) => ({ start, end }));
    if (own.length > 0) packed.push({ file, ranges: joinRanges(own, file), whole: false });
  }
  return packed;
}

/** Ranges in order; those with at most one line, or only blank ones, between them are joined. */
function joinRanges(ranges: readonly LineRange[], { lines }: PackFile): LineRange[] {
  const joined: LineRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    const between = last ? lines.slice(last.end, range.start - 1) : [];
    if (last && (between.length <= 1 || between.every((line) => line.trim() === ''))) last.end = range.end;
    else joined.push({ ...range });
  }
  return joined;
}

/** The packed ranges as units, with the tokens of each. */
export function unitsOf(packed: readonly PackedFile[]): CodeUnit[] {
  return packed.flatMap(({ file, ranges, whole }) =>
    ranges.map(({ start, end }): CodeUnit => {
      const text = file.lines.slice(start - 1, end).join('\n');
      return { path: file.path, start, end, tokens: planTokens(text, file.language), whole };
    }),
  );
}

/** The pack as Markdown: the code file by file, a map of what is not shown, then tests and co-changed files as paths. */
export function formatPack(
  packed: readonly PackedFile[],
  { map, tests, coChanged }: PackSurroundings,
): string {
  const parts = packed.map(formatFile);
  if (map) parts.push(`## Not shown, perhaps of use\n\n${map}`);
  if (tests.length > 0)
    parts.push(`## Tests of these files\n\n${tests.map((path) => `- ${codeSpan(path)}`).join('\n')}`);
  if (coChanged.length > 0) {
    const rows = coChanged.map(
      ({ path, together, of }) => `- ${codeSpan(path)} (in ${together} of ${of} commits)`,
    );
    parts.push(`## Often changed with them\n\n${rows.join('\n')}`);
  }
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
}

function formatFile({ file, ranges, whole }: PackedFile): string {
  const { lines, path, language } = file;
  const head = whole
    ? `## ${codeSpan(path)} (whole, ${lines.length} lines)`
    : `## ${codeSpan(`${path}:${ranges.map(({ start, end }) => `${start}-${end}`).join(',')}`)} (of ${lines.length} lines)`;
  const body: string[] = [];
  let at = 1;
  for (const { start, end } of ranges) {
    if (start > at) body.push(elision(file, { start: at, end: start - 1 }));
    body.push(...lines.slice(start - 1, end));
    at = end + 1;
  }
  if (at <= lines.length) body.push(elision(file, { start: at, end: lines.length }));
  const fence = fenceFor(body);
  const word = fenceWords[language] ?? language.toLowerCase().replace(/[^a-z0-9]+/g, '');
  return `${head}\n\n${fence}${word}\n${body.join('\n')}\n${fence}`;
}

/** Says what lines are left out; of imports, what they import. */
function elision({ lines, imports }: PackFile, range: LineRange): string {
  const imported = imports
    .filter(({ start, end }) => start >= range.start && end <= range.end)
    .flatMap(({ start, end }) => lines.slice(start - 1, end));
  const names = clipEnd(importedModules(imported).join(', '), 160);
  const mark = `⋮ ${range.start === range.end ? range.start : `${range.start}-${range.end}`}`;
  return names === '' ? mark : `${mark} imports ${names}`;
}

/** Longer than any run of backticks in the code, so that no line of it ends the block. */
function fenceFor(lines: readonly string[]): string {
  let longest = 2;
  for (const line of lines)
    for (const run of line.match(/`{3,}/g) ?? []) longest = Math.max(longest, run.length);
  return '`'.repeat(longest + 1);
}
