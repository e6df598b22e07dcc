import { wilson } from '../../src/base/statistics/proportion.ts';
import type { Execution } from '../../src/metrics/agents/executions/execution.ts';
import { analyseAgent } from '../../src/metrics/optimizer/analyse-agent.ts';
import type { FindingType } from '../../src/metrics/optimizer/finding.ts';
import type { AgentLimits } from '../../src/metrics/optimizer/targets.ts';
import { type Bench, type BenchFigure, median } from './figure.ts';
import { type AgentTruth, firstMonday, simulateAgent } from './simulate-agent.ts';

const dayMs = 86_400_000;

/** An agent to look at week by week. */
export interface Case {
  name: string;
  truth: Omit<AgentTruth, 'seed' | 'weeks'>;
  limits?: AgentLimits;
  /** Days from look to look; 7 when left out. */
  everyDays?: number;
  windowDays?: number;
}

/** The first week (from 1) whose look gives a finding, and of which type; undefined when none of the looks does. */
export function firstFinding(
  one: Case,
  seed: number,
  weeks = 50,
): { week: number; type: FindingType } | undefined {
  const executions = simulateAgent({ ...one.truth, seed, weeks });
  for (let day = 7; day <= 7 * weeks; day += one.everyDays ?? 7) {
    const { findings } = analyseAgent(
      { agent: 'simulated', executions, limits: one.limits },
      {
        today: new Date(firstMonday + (day - 1) * dayMs).toISOString().slice(0, 10),
        windowDays: one.windowDays ?? 30,
        min: 10,
        seedCompat: false,
      },
    );
    const [first] = findings;
    if (first) return { week: Math.ceil(day / 7), type: first.type };
  }
  return undefined;
}

/** Agents that do not change and meet their targets, most of them only just. */
export const stable: readonly Case[] = [
  {
    name: 'exactly on its targets, 10 runs a week',
    truth: {
      perWeek: 10,
      success: 0.9,
      medianS: 600,
      quality: 0.8,
      tokens: 200_000,
      primary: { value: 0.9, target: 0.9 },
      errorKinds: 8,
    },
    limits: { successRate: 0.9, executionTimeS: 600, qualityScore: 0.8, tokens: 200_000 },
  },
  {
    name: 'no targets, 10 runs a week',
    truth: { perWeek: 10, quality: 0.8, tokens: 200_000, primary: { value: 0.95 }, errorKinds: 8 },
  },
  { name: 'no targets, 3 runs a week', truth: { perWeek: 3, quality: 0.8, tokens: 200_000 } },
  {
    name: 'no targets, 25 runs a week, heavy-tailed times',
    truth: { perWeek: 25, logSd: 1.2, quality: 0.8, tokens: 200_000 },
  },
  {
    name: 'neighbouring runs alike (lag-1 correlation 0.3)',
    truth: { perWeek: 10, correlation: 0.3, quality: 0.8 },
  },
  {
    name: 'neighbouring runs very much alike (0.6)',
    truth: { perWeek: 10, correlation: 0.6, quality: 0.8 },
  },
  {
    name: 'a new version every ten weeks, scores in five grades',
    truth: { perWeek: 15, versionWeeks: 10, quality: 0.8, grades: 0.2, tokens: 200_000 },
    limits: { successRate: 0.9, qualityScore: 0.8 },
  },
  {
    name: 'looked at daily, with a window of 14 days',
    truth: { perWeek: 10, quality: 0.8, tokens: 200_000 },
    limits: { successRate: 0.9, executionTimeS: 600 },
    everyDays: 1,
    windowDays: 14,
  },
  {
    name: 'one run in ten lacks fields, one in 25 is ten times longer',
    truth: { perWeek: 10, missing: 0.1, heavy: 0.04, quality: 0.8, tokens: 200_000 },
  },
];

/** What changes after ten quiet weeks of ten runs, for the table of delays. */
const changeWeek = 10;
const base = { perWeek: 10, success: 0.9, quality: 0.8, tokens: 200_000 } as const;
export const changes: readonly Case[] = [
  ...[0.8, 0.7, 0.6, 0.4].map((success) => ({
    name: `success 90 % → ${100 * success} % (target 90 %)`,
    truth: { ...base, change: { week: changeWeek, success } },
    limits: { successRate: 0.9 },
  })),
  ...[0.8, 0.7, 0.6, 0.4].map((success) => ({
    name: `success 90 % → ${100 * success} % (no target)`,
    truth: { ...base, change: { week: changeWeek, success } },
  })),
  ...[1.25, 1.5, 2, 4].map((time) => ({
    name: `time × ${time} (target: the median before)`,
    truth: { ...base, change: { week: changeWeek, time } },
    limits: { executionTimeS: 600 },
  })),
  ...[1.25, 1.5, 2, 4].map((time) => ({
    name: `time × ${time} (no target)`,
    truth: { ...base, change: { week: changeWeek, time } },
  })),
  ...[-0.04, -0.08, -0.16].map((quality) => ({
    name: `quality ${quality.toFixed(2).replace('-', '−')} (sd 0.08, no target)`,
    truth: { ...base, change: { week: changeWeek, quality } },
  })),
  ...[1.5, 2].map((tokens) => ({
    name: `tokens × ${tokens} (no target)`,
    truth: { ...base, change: { week: changeWeek, tokens } },
  })),
  { name: 'spread of times × 3', truth: { ...base, change: { week: changeWeek, logSd: 1.8 } } },
];

/** How many of `agents` stable agents get a finding within 50 weekly looks, and of which types. */
export function falseFindings(one: Case, agents: number): FindingType[] {
  return Array.from({ length: agents }, (_, seed) => firstFinding(one, seed + 1)?.type ?? []).flat();
}

/** Weeks from the change to the first finding; agents with a finding before it are counted apart. */
export function delays(one: Case, agents: number): { weeks: number[]; early: number } {
  const found = Array.from({ length: agents }, (_, seed) => firstFinding(one, seed + 1)?.week ?? []).flat();
  return {
    weeks: found.filter((week) => week > changeWeek).map((week) => week - changeWeek),
    early: found.filter((week) => week <= changeWeek).length,
  };
}

/** What plain 95 % Wilson intervals of the window would say in the same looks, for comparison. */
export function naiveFindings(one: Case, agents: number, looks = 50): number {
  const target = one.limits?.successRate ?? 0.9;
  return Array.from({ length: agents }, (_, seed) => {
    const all = simulateAgent({ ...one.truth, seed: seed + 1, weeks: looks });
    return Array.from({ length: looks }, (_, week) =>
      lastDays(all, firstMonday + (week + 1) * 7 * dayMs),
    ).some(
      (window) =>
        window.length >= 10 &&
        (wilson(window.filter(({ success }) => success).length, window.length)?.[1] ?? 1) < target,
    );
  }).filter(Boolean).length;
}

const lastDays = (all: readonly Execution[], end: number) =>
  all.filter(({ timestamp }) => Date.parse(timestamp) < end && Date.parse(timestamp) >= end - 30 * dayMs);

const percent = (part: number, of: number) => Math.round((1000 * part) / of) / 10;

/** False alarms of stable agents, and how soon a change is seen. Prints both tables. */
export const bench: Bench = async () => {
  const agents = Number(process.env.OPTIMIZER_AGENTS ?? 100);
  const [worst, naive] = printFalseAlarms(agents);
  const seen = printDelays(agents);
  const rows = simulateAgent({ seed: 1, weeks: 50, perWeek: 200, quality: 0.8, tokens: 200_000 });
  const started = performance.now();
  const look = { today: '2026-12-20', windowDays: 30, min: 10, seedCompat: false };
  analyseAgent({ agent: 'simulated', executions: rows }, look);
  const figure = (name: string, value: number, unit: string, note: string, n = agents): BenchFigure => ({
    name,
    value,
    unit,
    n,
    note,
  });
  const kinds = `worst of ${stable.length} kinds of agents, 50 weeks of looks`;
  return [
    figure('stable agents with any recommendation', worst, '%', kinds),
    figure('… by plain 95 % intervals of success alone', naive, '%', '50 weekly looks'),
    ...told.map((name) => figure(`seen after: ${name}`, seen.get(name) ?? Number.NaN, 'weeks', 'median')),
    figure(
      'one agent analysed',
      Math.round(performance.now() - started),
      'ms',
      '50 weeks of runs',
      rows.length,
    ),
  ];
};

/** The changes whose delay is told outside the table. */
const told = [
  'success 90 % → 60 % (target 90 %)',
  'time × 2 (no target)',
  'quality −0.08 (sd 0.08, no target)',
];

/** Prints the stable agents; the worst share, and that of plain intervals. */
function printFalseAlarms(agents: number): [worst: number, naive: number] {
  console.log(`Stable agents over 50 weeks, looked at weekly (${agents} a line): any recommendation at all`);
  const shares = stable.map((one) => {
    const wrong = falseFindings(one, agents);
    const kinds = [...new Set(wrong)].map((type) => `${type} ${wrong.filter((t) => t === type).length}`);
    const [low, high] = wilson(wrong.length, agents) ?? [0, 1];
    const share = percent(wrong.length, agents);
    console.log(
      `  ${one.name.padEnd(62)} ${String(share).padStart(5)} %  [${percent(low, 1)}–${percent(high, 1)} %]  ${kinds.join(', ')}`,
    );
    return share;
  });
  const naive = percent(naiveFindings(stable[0] as Case, agents), agents);
  console.log(
    `  for comparison, the first line's agents by plain 95 % intervals of success alone: ${naive} %`,
  );
  return [Math.max(...shares), naive];
}

/** Prints how soon changes are seen; the median delays in weeks, by name. */
function printDelays(agents: number): Map<string, number> {
  console.log(
    `\nA change after ${changeWeek} quiet weeks of 10 runs, looked at weekly (${agents} agents a line)`,
  );
  console.log(`  ${'change'.padEnd(46)} % seen by week 4    8   12   40   median delay`);
  const seen = new Map<string, number>();
  for (const one of changes) {
    const { weeks, early } = delays(one, agents);
    const within = (limit: number) =>
      String(Math.round(percent(weeks.filter((week) => week <= limit).length, agents))).padStart(4);
    const never = Array.from({ length: agents - weeks.length - early }, () => Number.POSITIVE_INFINITY);
    const middle = median([...weeks, ...never]);
    if (Number.isFinite(middle)) seen.set(one.name, middle);
    console.log(
      `  ${one.name.padEnd(46)}          ${within(4)} ${within(8)} ${within(12)} ${within(40)}   ${Number.isFinite(middle) ? `${middle} weeks` : 'not within 40 weeks'}`,
    );
  }
  return seen;
}
