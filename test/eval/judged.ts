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
  reason: string;
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

/** Precision of the judged facts that a harvest still gives, as lines for a person. */
export function tellJudgements(judgements: readonly Judgement[], ids: ReadonlySet<string>): string[] {
  const current = judgements.filter(({ id }) => ids.has(id));
  const good = current.filter(isGood);
  const misses = questions.map((name) => `${name} ${current.filter((one) => !one[name]).length}`).join(', ');
  return [
    `judged: ${current.length} of ${ids.size} facts (${judgements.length - current.length} judgements are of facts no longer found)`,
    `precision (all five): ${share(good.length, current.length)}`,
    `a "no" was said to: ${misses}`,
  ];
}

/** "12 / 20 = 60.0 % (95 % interval 38.7–78.1 %)". */
export function share(hits: number, total: number): string {
  const interval = wilson(hits, total);
  if (!interval) return '0 / 0';
  const percent = (value: number) => (100 * value).toFixed(1);
  return `${hits} / ${total} = ${percent(hits / total)} % (95 % interval ${percent(interval[0])}–${percent(interval[1])} %)`;
}
