import { codeSpan, escapeMarkdown } from '../../base/markdown.ts';
import { clipEnd, counted } from '../../base/text.ts';
import { planTokens } from './plan-tokens.ts';
import type { MapExport, MapFile, RepoMap } from './repo-map.ts';

const listedScripts = 12;
const listedHotspots = 10;
const signaturesPerFile = 6;
const signatureLength = 100;
const membersPerClass = 6;

/**
 * The map as Markdown within about `budgetTokens`: counts, scripts, hotspots, then what the files offer: those that
 * change most first, then by path.
 */
export function formatRepoMap(map: RepoMap, budgetTokens: number): string {
  const head = [`# ${escapeMarkdown(map.root)}`, countLine(map.files), languageLine(map.files)];
  const tested = new Set(map.tests.map(({ source }) => source));
  const sources = map.files.filter(({ type }) => type === 'source');
  if (sources.length > 0)
    head.push(
      `${tested.size} of ${sources.length} source files have tests that import them or bear their name.`,
    );
  const parts = [head.filter(Boolean).join('\n\n')];
  if (map.scripts.length > 0) parts.push(`## Scripts\n\n${scriptLines(map).join('\n')}`);
  if (map.hotspots.length > 0) {
    const rows = map.hotspots
      .slice(0, listedHotspots)
      .map(({ path, commits }) => `- ${codeSpan(path)} (${commits} commits)`);
    parts.push(`## Changed most lately\n\n${rows.join('\n')}`);
  }
  let used = planTokens(parts.join('\n\n'), '');
  const rows: string[] = [];
  const offering = byHotspot(map);
  for (const { path, definitions } of offering) {
    const row = exportRow(path, definitions);
    used += planTokens(row, '');
    if (used > budgetTokens) break;
    rows.push(row);
  }
  if (rows.length > 0) parts.push(`## What the files offer\n\n${rows.join('\n')}`);
  const more = offering.length - rows.length;
  if (more > 0)
    parts.push(`${more} more files: \`kaizen map --json\` has all of them, --budget-tokens shows more.`);
  parts.push(...map.notes.map((note) => escapeMarkdown(note)));
  return `${parts.join('\n\n')}\n`;
}

function countLine(files: readonly MapFile[]): string {
  const count = (type: MapFile['type']) => files.filter((file) => file.type === type).length;
  return `${counted(files.length, 'file')}: ${count('source')} source, ${count('test')} test, ${count('config')} config, ${count('doc')} documentation, ${count('other')} other.`;
}

function languageLine(files: readonly MapFile[]): string {
  const counts = new Map<string, number>();
  for (const { language } of files) if (language) counts.set(language, (counts.get(language) ?? 0) + 1);
  const top = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 6);
  return top.length === 0 ? '' : `Languages: ${top.map(([name, number]) => `${name} ${number}`).join(', ')}.`;
}

function scriptLines({ scripts }: RepoMap): string[] {
  const rows = scripts
    .slice(0, listedScripts)
    .map(
      ({ path, name, command }) =>
        `- ${codeSpan(name)}${command ? ` → ${codeSpan(clipEnd(command, 80))}` : ''} (${escapeMarkdown(path)})`,
    );
  const more = scripts.length - listedScripts;
  return more > 0 ? [...rows, `- and ${more} more`] : rows;
}

function byHotspot({ exports, hotspots, files }: RepoMap): RepoMap['exports'] {
  const place = new Map(hotspots.map(({ path }, at) => [path, at]));
  const sources = new Set(files.filter(({ type }) => type !== 'test').map(({ path }) => path));
  const last = hotspots.length;
  return exports
    .filter(({ path, definitions }) => definitions.length > 0 && sources.has(path))
    .toSorted((a, b) => (place.get(a.path) ?? last) - (place.get(b.path) ?? last));
}

function exportRow(path: string, definitions: readonly MapExport[]): string {
  const top = definitions.filter(({ parent }) => parent === null);
  const shown = top.slice(0, signaturesPerFile).map((one) => codeSpan(describe(one, definitions)));
  const more = top.length - shown.length;
  return `- ${codeSpan(path)}: ${[...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ')}`;
}

/** A signature; of a constant without its value, of a class with the names of its members. */
function describe({ name, kind, signature }: MapExport, definitions: readonly MapExport[]): string {
  const members = definitions.filter(({ parent }) => parent === name).map((member) => member.name);
  const head = clipEnd(
    kind === 'constant' ? signature.replace(/\s*(?<![=!<>])=(?![=>]).*$/s, '') : signature,
    signatureLength,
  );
  if (members.length === 0) return head;
  const more = members.length > membersPerClass ? ', …' : '';
  return `${head} { ${members.slice(0, membersPerClass).join(', ')}${more} }`;
}
