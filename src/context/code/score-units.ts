import { bm25, HitList } from './bm25.ts';
import type { CodeQuery } from './code-query.ts';
import type { UnitRange } from './cut-units.ts';
import { QueryTable } from './query-table.ts';
import { termHash } from './term-hash.ts';
import type { TermReader } from './term-reader.ts';

/** A unit of a ranked file, with what its own lines say about the task. */
export interface ScoredUnit extends UnitRange {
  /** Number of its file in the ranking, from 0. */
  file: number;
  text: string;
  score: number;
}

/** A ranked file whose text was read. */
export interface ReadFile {
  /** Of the ranking; its largest is that of the first file. */
  score: number;
  lines: readonly string[];
  units: readonly UnitRange[];
  /** Lines that a stack trace or the text of the task names. */
  namedLines?: readonly number[];
}

/**
 * How much the file counts against the unit, and what a unit without a word of the task is worth: spec 07 §5 has 1.5 and
 * 0.25; on six repositories these find 1 % more of the edited lines, which is within chance.
 */
const fileExponent = 2;
const restShare = 0.4;
/** A unit that defines what the task names in code. */
const namedShare = 0.5;
/** A unit with a line that a stack trace names. */
const tracedShare = 1;

/** Scores the units of the best files: (file score / best)² × (0.4 + BM25 of the unit / best). Best first. */
export function scoreUnits(files: readonly ReadFile[], query: CodeQuery, reader: TermReader): ScoredUnit[] {
  const table = new QueryTable(query.terms);
  const hits = new HitList();
  const units: ScoredUnit[] = [];
  for (const [file, { lines, units: ranges }] of files.entries()) {
    for (const range of ranges) {
      const text = lines.slice(range.start - 1, range.end).join('\n');
      units.push({ ...range, file, text, score: 0 });
      const bag = reader.readText(text);
      for (const [at, term] of bag.terms.entries()) {
        const slot = table.slotOf(term);
        if (slot >= 0) hits.hit(slot, bag.counts[at] as number);
      }
      hits.endDocument(bag.total);
    }
  }
  const weights = Float64Array.from(query.terms, ({ weight }) => weight);
  const each = bm25(hits, weights, 1.2, 0.6);
  const best = Math.max(1e-9, ...each);
  const bestFile = Math.max(1e-9, ...files.map(({ score }) => score));
  const named = new Set(query.names.flatMap(({ hash, codeLike }) => (codeLike ? [hash] : [])));
  for (const [at, unit] of units.entries()) {
    const share = Math.max(0, files[unit.file]?.score ?? 0) / bestFile;
    const isNamed = unit.names.some((name) => named.has(termHash(name)));
    unit.score =
      share ** fileExponent *
      (restShare +
        (each[at] as number) / best +
        (isNamed ? namedShare : 0) +
        (isTraced(unit, files[unit.file]) ? tracedShare : 0));
  }
  return units.sort((a, b) => b.score - a.score || a.file - b.file || a.start - b.start);
}

function isTraced({ start, end }: UnitRange, file: ReadFile | undefined): boolean {
  return file?.namedLines?.some((line) => line >= start && line <= end) ?? false;
}
