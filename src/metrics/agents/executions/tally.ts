import { isoWeek, weekIndex, weekMs } from '../../../base/calendar.ts';
import type { Execution } from './execution.ts';
import { IdSet, idBits } from './id-set.ts';
import { RecentWindow } from './recent-window.ts';
import { windowSize } from './trend.ts';

/** What a summary needs of one execution, flat. Numbers that are not known are NaN. */
export interface TallyRow {
  idHigh: number;
  idLow: number;
  atMs: number;
  success: boolean;
  timeS: number;
  quality: number;
  /** Name of the primary metric; null when there is none. */
  metricName: string | null;
  metricValue: number;
  metricTarget: number;
  /** Further metrics by name; null when there are none. */
  secondary: Readonly<Record<string, number>> | null;
}

/** The part of an execution that a summary is made of. */
export function tallyRowOf(execution: Execution): TallyRow {
  const { high, low } = idBits(execution.id);
  return {
    idHigh: high,
    idLow: low,
    atMs: Date.parse(execution.timestamp),
    success: execution.success,
    timeS: execution.executionTimeS ?? Number.NaN,
    quality: execution.qualityScore ?? Number.NaN,
    metricName: execution.primaryMetric?.name ?? null,
    metricValue: execution.primaryMetric?.value ?? Number.NaN,
    metricTarget: execution.primaryMetric?.target ?? Number.NaN,
    secondary: execution.secondaryMetrics ?? null,
  };
}

/** Values of a metric: all of them, and the latest in order of time. */
export class MetricTally {
  #values = new Float64Array(64);
  #n = 0;
  readonly window = new RecentWindow(2 * windowSize);

  add({ atMs, idHigh, idLow }: TallyRow, value: number): void {
    if (this.#n === this.#values.length) {
      const wider = new Float64Array(this.#n * 2);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#n] = value;
    this.#n += 1;
    this.window.add(atMs, idHigh, idLow, value);
  }

  get n(): number {
    return this.#n;
  }

  /** All values in ascending order: sums over it do not depend on the order in which rows came. */
  sorted(): Float64Array {
    return this.#values.slice(0, this.#n).sort();
  }
}

/** A primary metric: its values, the targets of the rows and how many reached them from either side. */
export class PrimaryTally extends MetricTally {
  readonly targets = new RecentWindow(1);
  withTarget = 0;
  atLeast = 0;
  atMost = 0;

  addPrimary(row: TallyRow): void {
    this.add(row, row.metricValue);
    if (Number.isNaN(row.metricTarget)) return;
    this.targets.add(row.atMs, row.idHigh, row.idLow, row.metricTarget);
    this.withTarget += 1;
    if (row.metricValue >= row.metricTarget) this.atLeast += 1;
    if (row.metricValue <= row.metricTarget) this.atMost += 1;
  }
}

/** Sums of one ISO week, in millionths where they are sums of reals: whole numbers add up the same in any order. */
export interface WeekTally {
  n: number;
  successes: number;
  timeN: number;
  timeMicros: number;
  qualityN: number;
  qualityMicros: number;
}

const micros = (value: number) => Math.round(value * 1e6);

/**
 * Everything a summary is made of, fed row by row: the same rows in any order, in one go or in pieces, leave the same
 * tally. Rows whose id is known are left out.
 */
export class Tally {
  readonly #ids = new IdSet();
  readonly #weeks = new Map<number, WeekTally>();
  #lastWeek = Number.NaN;
  #week = emptyWeek();
  readonly success = new MetricTally();
  readonly time = new MetricTally();
  readonly quality = new MetricTally();
  readonly primary = new Map<string, PrimaryTally>();
  readonly secondary = new Map<string, MetricTally>();
  n = 0;
  successes = 0;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;

  /** False when a row with this id was added before: nothing changed. */
  add(row: TallyRow): boolean {
    if (!this.#ids.add(row.idHigh, row.idLow)) return false;
    this.n += 1;
    if (row.success) this.successes += 1;
    if (row.atMs < this.firstMs) this.firstMs = row.atMs;
    if (row.atMs > this.lastMs) this.lastMs = row.atMs;
    this.success.window.add(row.atMs, row.idHigh, row.idLow, row.success ? 1 : 0);
    const hasTime = !Number.isNaN(row.timeS);
    const hasQuality = !Number.isNaN(row.quality);
    if (hasTime) this.time.add(row, row.timeS);
    if (hasQuality) this.quality.add(row, row.quality);
    if (row.metricName !== null)
      entryOf(this.primary, row.metricName, () => new PrimaryTally()).addPrimary(row);
    for (const name in row.secondary)
      entryOf(this.secondary, name, () => new MetricTally()).add(row, row.secondary[name] as number);
    const week = this.#weekOf(row.atMs);
    week.n += 1;
    if (row.success) week.successes += 1;
    if (hasTime) {
      week.timeN += 1;
      week.timeMicros += micros(row.timeS);
    }
    if (hasQuality) {
      week.qualityN += 1;
      week.qualityMicros += micros(row.quality);
    }
    return true;
  }

  /** Rows mostly come in order: the week is that of the row before. */
  #weekOf(atMs: number): WeekTally {
    const index = weekIndex(atMs);
    if (index !== this.#lastWeek) {
      this.#lastWeek = index;
      this.#week = entryOf(this.#weeks, index, emptyWeek);
    }
    return this.#week;
  }

  /** Weeks with rows, oldest first, by their ISO name. */
  get weeks(): (WeekTally & { week: string })[] {
    return [...this.#weeks]
      .sort(([a], [b]) => a - b)
      .map(([index, sums]) => ({ week: weekName(index), ...sums }));
  }
}

function weekName(index: number): string {
  return isoWeek(new Date(weekMs(index)).toISOString());
}

function emptyWeek(): WeekTally {
  return { n: 0, successes: 0, timeN: 0, timeMicros: 0, qualityN: 0, qualityMicros: 0 };
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
