import { existsSync, readFileSync } from 'node:fs';
import { wilson } from '../../src/base/statistics/proportion.ts';

/** One fact as a person judged it: good is what is yes in all five. */
export interface Judgement {
  id: string;
  title: string;
  /** Transcript below the corpus, and the line of its first quote. */
  file: string;
  line: number;
  true: boolean;
  durable: boolean;
  reusable: boolean;
  scoped: boolean;
  oneClaim: boolean;
  /** Stands alone and reads as a careful colleague would write it; only where the judge asked. */
  worded?: boolean;
  /** Its status (active: put in front of agents) is deserved; only where the judge asked. */
  statusRight?: boolean;
  reason: string;
  /** What became of the fact since. */
  note?: string;
}

const questions = ['true', 'durable', 'reusable', 'scoped', 'oneClaim'] as const;

/** The judgements of a file; none when it is not there. */
export function readJudgements(path: string): Judgement[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Judgement);
}

export function isGood(judgement: Judgement): boolean {
  return questions.every((question) => judgement[question]);
}

/** Good in every question the judge asked, those about wording and status as well. */
function isFlawless(judgement: Judgement): boolean {
  return isGood(judgement) && judgement.worded !== false && judgement.statusRight !== false;
}

/** Precision of the judged facts that a harvest still gives, as lines for a person. */
export function tellJudgements(judgements: readonly Judgement[], ids: ReadonlySet<string>): string[] {
  const current = judgements.filter(({ id }) => ids.has(id));
  const good = current.filter(isGood);
  const misses = questions.map((name) => `${name} ${current.filter((one) => !one[name]).length}`).join(', ');
  return [
    `judged: ${current.length} of ${ids.size} facts (${judgements.length - current.length} judgements are of facts no longer found)`,
    `precision (all five): ${share(good.length, current.length)}`,
    `a "no" was said to: ${misses}`,
    ...(current.some((one) => one.worded !== undefined)
      ? [
          `precision (wording and status as well): ${share(current.filter(isFlawless).length, current.length)}`,
        ]
      : []),
  ];
}

/** Of the facts that are found and both judges looked at: how often they said the same in sum. */
export function tellAgreement(
  a: readonly Judgement[],
  b: readonly Judgement[],
  ids: ReadonlySet<string>,
): string {
  const first = new Map(a.map((one) => [one.id, isGood(one)]));
  const both = b.filter(({ id }) => first.has(id) && ids.has(id));
  const same = both.filter((one) => first.get(one.id) === isGood(one)).length;
  return `the judges agree on ${share(same, both.length)}`;
}

/** "12 / 20 = 60.0 % (95 % interval 38.7–78.1 %)". */
export function share(hits: number, total: number): string {
  const interval = wilson(hits, total);
  if (!interval) return '0 / 0';
  const percent = (value: number) => (100 * value).toFixed(1);
  return `${hits} / ${total} = ${percent(hits / total)} % (95 % interval ${percent(interval[0])}–${percent(interval[1])} %)`;
}
