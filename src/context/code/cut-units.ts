import type { Definition, LineRange, SourceOutline } from './definition.ts';

/** A piece of a file that can be packed alone. */
export interface UnitRange extends LineRange {
  /** What it defines, or stands in; undefined between definitions. */
  symbol?: string;
  /** Names of everything defined in it. */
  names: string[];
}

/** Longer definitions are cut at their members, at functions inside of them, or at blank lines. */
const longestUnit = 60;
/** Shorter neighbours are put together up to `joinedUnit` lines. */
const shortUnit = 10;
const joinedUnit = 30;
/** Shorter ones go with what stands before them, as far as a unit may be long. */
const endUnit = 2;

/**
 * Cuts a file at its definitions: the units cover every line once, in order. Without an outline (a language without a
 * grammar) it is cut at blank lines.
 */
export function cutUnits(lines: readonly string[], outline: SourceOutline | undefined): UnitRange[] {
  const whole = { start: 1, end: lines.length };
  if (whole.end === 0) return [];
  const definitions = outline?.definitions ?? [];
  const cut = new Cutting(lines);
  cut.within(whole, definitions, undefined);
  return joinShort(cut.units).map((unit) => ({ ...unit, names: namesIn(unit, definitions) }));
}

function namesIn(unit: LineRange, definitions: readonly Definition[]): string[] {
  const names = definitions.filter(({ start, end }) => start >= unit.start && end <= unit.end);
  return [...new Set(names.map(({ name }) => name))];
}

class Cutting {
  readonly units: UnitRange[] = [];
  private readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    this.lines = lines;
  }

  /** Cuts a stretch at the outermost of the definitions in it. */
  within(range: LineRange, definitions: readonly Definition[], symbol: string | undefined) {
    let at = range.start;
    for (const one of outermost(definitions, range)) {
      const start = Math.max(at, one.start);
      const end = Math.min(range.end, one.end);
      if (end < start) continue;
      this.stretch({ start: at, end: start - 1 }, symbol);
      this.definition({ start, end }, one, definitions);
      at = end + 1;
    }
    this.stretch({ start: at, end: range.end }, symbol);
  }

  private definition(range: LineRange, one: Definition, definitions: readonly Definition[]) {
    const symbol = one.parent === null ? one.name : `${one.parent}.${one.name}`;
    if (lengthOf(range) <= longestUnit) {
      this.units.push({ ...range, symbol, names: [] });
      return;
    }
    const inside = definitions.filter(
      (other) =>
        other !== one && other.start >= one.start && other.end <= one.end && lengthOf(other) < lengthOf(one),
    );
    this.within(range, inside, symbol);
  }

  /** Lines between definitions, or a long one without parts. */
  private stretch({ start, end }: LineRange, symbol: string | undefined) {
    let from = start;
    while (end - from + 1 > longestUnit) {
      const cut = this.blankLine(from + longestUnit / 2, from + longestUnit - 1);
      this.push({ start: from, end: cut }, symbol);
      from = cut + 1;
    }
    this.push({ start: from, end }, symbol);
  }

  /** The last blank line of a stretch; its last line where there is none. */
  private blankLine(from: number, to: number): number {
    for (let line = to; line >= from; line--) if (this.isBlank(line)) return line;
    return to;
  }

  /** Blank lines go with what stands above them. */
  private push({ start, end }: LineRange, symbol: string | undefined) {
    let first = start;
    const before = this.units.at(-1);
    while (before && before.end === first - 1 && first <= end && this.isBlank(first)) before.end = first++;
    if (first > end) return;
    this.units.push({ start: first, end, names: [], ...(symbol !== undefined && { symbol }) });
  }

  private isBlank(line: number): boolean {
    return (this.lines[line - 1] ?? '').trim() === '';
  }
}

/** Definitions within a range that stand in no other one of it, in order. */
function outermost(definitions: readonly Definition[], range: LineRange): Definition[] {
  const inside = definitions.filter(({ start, end }) => start <= range.end && end >= range.start);
  const sorted = inside.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const outer: Definition[] = [];
  for (const one of sorted) if (one.end > (outer.at(-1)?.end ?? 0)) outer.push(one);
  return outer;
}

function joinShort(units: readonly UnitRange[]): UnitRange[] {
  const joined: UnitRange[] = [];
  for (const unit of units) {
    const last = joined.at(-1);
    const length = last ? lengthOf(last) + lengthOf(unit) : 0;
    const isShort = last && (lengthOf(last) < shortUnit || lengthOf(unit) < shortUnit);
    // A closing brace alone says nothing.
    const isEnd = last && lengthOf(unit) <= endUnit && length <= longestUnit;
    if (!last || !(isEnd || (isShort && length <= joinedUnit))) {
      joined.push({ ...unit });
      continue;
    }
    const symbol =
      lengthOf(unit) > lengthOf(last) ? (unit.symbol ?? last.symbol) : (last.symbol ?? unit.symbol);
    last.end = unit.end;
    if (symbol !== undefined) last.symbol = symbol;
  }
  return joined;
}

function lengthOf({ start, end }: LineRange): number {
  return end - start + 1;
}
