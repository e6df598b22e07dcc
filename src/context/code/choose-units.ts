import type { LineRange } from './definition.ts';
import { planTokens } from './plan-tokens.ts';
import type { ReadFile, ScoredUnit } from './score-units.ts';

/** A ranked file with its text, as a pack is made from it. */
export interface PackFile extends ReadFile {
  path: string;
  language: string;
  imports: readonly LineRange[];
  /** Of the whole text, planned. */
  wholeTokens: number;
}

/** What of the files is packed: by the file's number in the ranking. */
export interface Choice {
  whole: Set<number>;
  /** In order of their score. */
  units: ScoredUnit[];
}

/** How many of the first files may come whole, and what share of the budget each, and all of them, may take. */
const wholeFiles = 3;
const wholeShare = 0.25;
const allWholeShare = 0.6;
/** Of what is left, one file may take this share at most. */
const fileShare = 0.6;
/** A heading, a fence and the marks of what is left out. */
const fileTokens = 24;
const unitTokens = 6;

/** Plans what goes into a budget: small files of the first ranks whole, then the best units of all others. */
export function chooseUnits(
  files: readonly PackFile[],
  scored: readonly ScoredUnit[],
  budgetTokens: number,
): Choice {
  const choice: Choice = { whole: new Set(), units: [] };
  let used = 0;
  for (const [number, file] of files.slice(0, wholeFiles).entries()) {
    const tokens = file.wholeTokens + fileTokens;
    if (tokens > budgetTokens * wholeShare || used + tokens > budgetTokens * allWholeShare) continue;
    choice.whole.add(number);
    used += tokens;
  }
  const most = (budgetTokens - used) * fileShare;
  const ofFile = new Map<number, number>();
  for (const unit of scored) {
    if (choice.whole.has(unit.file) || unit.score <= 0) continue;
    const tokens = costOf(unit, files, ofFile.has(unit.file));
    const sum = (ofFile.get(unit.file) ?? 0) + tokens;
    if (used + tokens > budgetTokens || sum > most) continue;
    ofFile.set(unit.file, sum);
    used += tokens;
    choice.units.push(unit);
  }
  return choice;
}

/** The choice without its weakest units, until about `tokens` fewer are needed; whole files go last. */
export function dropUnits(choice: Choice, files: readonly PackFile[], tokens: number): Choice {
  const units = [...choice.units];
  const whole = new Set(choice.whole);
  let freed = 0;
  while (freed < tokens && units.length > 0) freed += costOf(units.pop() as ScoredUnit, files, true);
  for (const number of [...whole].toReversed()) {
    if (freed >= tokens) break;
    whole.delete(number);
    freed += files[number]?.wholeTokens ?? 0;
  }
  return { whole, units };
}

/** The choice with the best units that it does not have yet, as far as about `tokens` more may be used. */
export function addUnits(
  choice: Choice,
  files: readonly PackFile[],
  scored: readonly ScoredUnit[],
  tokens: number,
): Choice {
  const chosen = new Set(choice.units);
  const started = new Set(choice.units.map(({ file }) => file));
  const units = [...choice.units];
  let left = tokens;
  for (const unit of scored) {
    if (chosen.has(unit) || choice.whole.has(unit.file) || unit.score <= 0) continue;
    const cost = costOf(unit, files, started.has(unit.file));
    if (cost > left) continue;
    left -= cost;
    started.add(unit.file);
    units.push(unit);
  }
  return { whole: choice.whole, units };
}

function costOf(unit: ScoredUnit, files: readonly PackFile[], isStarted: boolean): number {
  const language = files[unit.file]?.language ?? '';
  return planTokens(unit.text, language) + unitTokens + (isStarted ? 0 : fileTokens);
}
