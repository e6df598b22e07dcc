import { spearman } from '../../src/base/statistics/trend.ts';
import { parseEventLines } from '../../src/io/event-log.ts';
import { readFleet } from '../../src/metrics/fleet.ts';
import { makeProposals } from '../../src/proposals/make-proposals.ts';
import { observedSpan } from '../../src/proposals/observed-span.ts';
import { pays } from '../../src/proposals/plan-proposals.ts';
import type { Proposal } from '../../src/proposals/proposal.ts';
import { profilesOf, type WorkProfile } from '../../src/proposals/work-profile.ts';
import { type Bench, type BenchFigure, median } from './figure.ts';
import { simulateWaste, usualPlants, wasteRows } from './simulate-waste.ts';

const settings = { hourlyRate: 50, currency: 'USD', horizonWeeks: 12 };

/** The proposals of a simulated fleet, those that do not pay included. */
export function proposalsOf(profiles: readonly WorkProfile[]): Proposal[] {
  return makeProposals(profiles, observedSpan(profiles), settings);
}

/** How well one fleet's proposals tell what was planted in it. */
export function judgeFleet(seed: number, sessions: number): { correlation: number; costErrors: number[] } {
  const { profiles, planted } = simulateWaste({ sessions, seed, plants: usualPlants });
  const proposals = proposalsOf(profiles);
  const found = [...planted.keys()].map((plant) =>
    proposals
      .filter(({ title }) => plant.matches.test(title))
      .reduce((sum, { price }) => sum + price.hours, 0),
  );
  const hours = [...planted.values()];
  return {
    correlation: spearman(hours, found) ?? Number.NaN,
    costErrors: hours.map((planted, index) => Math.abs((found[index] as number) - planted) / planted),
  };
}

/** Proposals worth a file in a fleet in which nothing was planted. */
export function falseProposals(seed: number, sessions: number): Proposal[] {
  return proposalsOf(simulateWaste({ sessions, seed }).profiles).filter((proposal) => pays(proposal, 0));
}

const fleets = 40;
const sessions = 300;
const many = 10_000;

/** Whether proposals find planted waste and its cost, keep quiet on clean data, and how long 10,000 sessions take. */
export const bench: Bench = async () => {
  const seeds = Array.from({ length: fleets }, (_, index) => index + 1);
  const judged = seeds.map((seed) => judgeFleet(seed, sessions));
  const correlations = judged.map(({ correlation }) => correlation);
  const errors = judged.flatMap(({ costErrors }) => costErrors).sort((a, b) => a - b);
  const quiet = seeds.filter((seed) => falseProposals(1000 + seed, sessions).length === 0).length;
  const note = `${fleets} simulated fleets of ${sessions} sessions, ${usualPlants.length} kinds of waste planted`;
  const round = (value: number, digits = 3) => Number(value.toFixed(digits));
  const percentile = (share: number) => errors[Math.floor(share * (errors.length - 1))] as number;
  const figure = (name: string, value: number, unit: string, n = fleets, why = note): BenchFigure => ({
    name,
    value,
    unit,
    n,
    note: why,
  });
  return [
    figure('rank correlation of proposed with planted hours, median', round(median(correlations)), ''),
    figure('rank correlation, worst fleet', round(Math.min(...correlations)), ''),
    figure('cost error, median', round(100 * percentile(0.5), 1), '%', errors.length),
    figure('cost error, 95th percentile', round(100 * percentile(0.95), 1), '%', errors.length),
    figure(
      'clean fleets with a proposal',
      round((100 * (fleets - quiet)) / fleets, 1),
      '%',
      fleets,
      `${fleets} simulated fleets of ${sessions} sessions, nothing planted`,
    ),
    ...timeFigures(),
  ];
};

function timeFigures(): BenchFigure[] {
  const text = logOf(many);
  const rounds = 5;
  const timed = (work: () => void) =>
    median(
      Array.from({ length: rounds }, () => {
        // Time of the processor, not of the clock: other work on the machine does not count.
        const began = process.cpuUsage();
        work();
        const { user, system } = process.cpuUsage(began);
        return (user + system) / 1000;
      }),
    );
  const parseMs = timed(() => {
    for (const line of text.split('\n')) if (line !== '') JSON.parse(line);
  });
  const allMs = timed(() => {
    proposalsOf(profilesOf(readFleet(parseEventLines([text]).events).profiles));
  });
  const note = `${many} sessions, ${Math.round(text.length / 1e6)} MB of events, reading them included`;
  return [
    {
      name: 'proposals from 10,000 sessions, processor time',
      value: Math.round(allMs),
      unit: 'ms',
      n: rounds,
      note,
    },
    {
      name: 'that, as a multiple of parsing the log as JSON',
      value: Number((allMs / parseMs).toFixed(1)),
      unit: '×',
      n: rounds,
      note,
    },
  ];
}

/** A log of so many sessions: four hundred simulated ones, told again under other ids. */
function logOf(sessions: number): string {
  const rows = wasteRows({ sessions: 400, seed: 7, plants: usualPlants }).rows;
  return Array.from({ length: sessions }, (_, index) => {
    const row = rows[index % rows.length] as (typeof rows)[number];
    const startedAt = new Date(Date.UTC(2026, 2, 2) + index * 720_000).toISOString();
    const id = `s${index}`;
    return JSON.stringify({
      v: 1,
      ...row,
      id,
      at: startedAt,
      startedAt,
      sessionId: id,
      session: `claude-code/${id}`,
    });
  }).join('\n');
}
