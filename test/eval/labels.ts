import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldSpace } from '../../src/base/text.ts';
import { containment, contentStems } from '../../src/knowledge/extract/claim-key.ts';
import { markdownUnits } from '../../src/knowledge/extract/markdown-units.ts';
import { sentences } from '../../src/knowledge/extract/plain-text.ts';

/** A claim somebody wrote down about a session; `lines`: where its evidence stands, when that is known. */
export interface Label {
  file: string;
  claim: string;
  lines: number[];
}

/** A fact as far as labels are compared with it; `places`: file below the corpus and line of each source. */
export interface FoundFact {
  text: string;
  places: { file: string; line: number }[];
}

/** Share of a label's words that one fact must say. */
const saidShare = 0.5;
/** Shorter claims have too few words to compare. */
const leastWords = 4;

/** Reads `EXAMPLES.jsonl`: three claims with their evidence. */
export function readExamples(corpus: string): Label[] {
  return rows(corpus, 'EXAMPLES.jsonl').map((row) => ({
    file: row.path,
    claim: row.knowledge,
    lines: row.evidence.map((one: { line: number }) => one.line),
  }));
}

/** Reads `GOLD.jsonl`: the claims of the knowledge commits that people accepted after a session. */
export function readGold(corpus: string): Label[] {
  return rows(corpus, 'GOLD.jsonl').flatMap((row) => {
    const added = row.added.map((one: { line: string }) => one.line).join('\n');
    return row.sessions.flatMap((file: string) =>
      claimsOf(added).map((claim) => ({ file, claim, lines: [] })),
    );
  });
}

/** Reads `SILVER.jsonl`: every item of the notes of one kind found inside transcripts, durable or not. */
export function readSilver(
  corpus: string,
  kind: 'compact_errors_and_fixes' | 'knowledge_file_edit',
): Label[] {
  const seen = new Set<string>();
  return rows(corpus, 'SILVER.jsonl')
    .filter((row) => row.kind === kind)
    .flatMap((row) => claimsOf(row.text).map((claim) => ({ file: row.path as string, claim, lines: [] })))
    .filter(({ file, claim }) => !seen.has(`${file}\n${claim}`) && seen.add(`${file}\n${claim}`));
}

/** Files whose manifest counts a correction or a rejection by the person. */
export function readCorrected(corpus: string): Set<string> {
  const [head = '', ...lines] = readFileSync(join(corpus, 'MANIFEST.tsv'), 'utf8').trim().split('\n');
  const columns = head.split('\t');
  const at = (row: string[], name: string) => row[columns.indexOf(name)] ?? '';
  return new Set(
    lines
      .map((line) => line.split('\t'))
      .filter((row) => Number(at(row, 'n_corrections')) + Number(at(row, 'n_rejections')) > 0)
      .map((row) => at(row, 'path')),
  );
}

/** True when one fact of the label's session stands on its evidence or says half of its words. */
export function isFound(label: Label, facts: readonly FoundFact[]): boolean {
  return facts
    .filter((fact) => fact.places.some((place) => place.file === label.file))
    .some(
      (fact) =>
        fact.places.some((place) => label.lines.includes(place.line)) ||
        containment(label.claim, new Set(contentStems(fact.text))) >= saidShare,
    );
}

function claimsOf(markdown: string): string[] {
  return markdownUnits(markdown)
    .flatMap((unit) => (unit.kind === 'paragraph' ? sentences(unit.text.replace(/\n/g, ' ')) : [unit.text]))
    .map(foldSpace)
    .filter((claim) => !claim.endsWith(':') && contentStems(claim).length >= leastWords);
}

// biome-ignore lint/suspicious/noExplicitAny: the files' own README describes their rows
function rows(corpus: string, name: string): any[] {
  return readFileSync(join(corpus, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
