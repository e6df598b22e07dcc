import { readFleet } from '../../src/metrics/fleet.ts';
import { estimateHoldout, holdoutUnits } from '../../src/metrics/holdout.ts';
import { recurrenceOf } from '../../src/metrics/recurrence.ts';
import { sessionTrend } from '../../src/metrics/session-trend.ts';
import { type Verdict, verdictOf } from '../../src/metrics/verdict.ts';
import { indexErrors } from '../../src/outcomes/error-keys.ts';
import type { Bench, BenchFigure } from './figure.ts';
import { type FleetTruth, fleetFacts, simulateFleet } from './simulate-fleet.ts';

const errors = indexErrors(fleetFacts);

/** The first verdict other than "flat" and "not enough data" when a fleet is looked at every `every` sessions, and when. */
export function firstVerdict(truth: FleetTruth, every = 50): { verdict: Verdict['verdict']; at: number } {
  const fleet = readFleet(simulateFleet(truth));
  const history = recurrenceOf(fleet.sessions, errors.factsOf);
  const units = holdoutUnits(fleet.sessions, errors);
  let last: Verdict['verdict'] = 'not enough data';
  for (let n = every; n <= history.length; n += every) {
    const seen = history.slice(0, n);
    const trends = [sessionTrend('active minutes', seen), sessionTrend('repeated errors', seen)];
    const day = seen.at(-1)?.session.day ?? '';
    last = verdictOf(estimateHoldout(units.filter((unit) => unit.day <= day)), trends).verdict;
    if (last === 'compounding' || last === 'worse') return { verdict: last, at: n };
  }
  return { verdict: last, at: history.length };
}

/** Shares of each verdict over many fleets of one truth, looked at all along. */
export function verdictShares(
  truth: Omit<FleetTruth, 'seed'>,
  fleets: number,
): Record<Verdict['verdict'], number> & { medianAt: number | null } {
  const counts = { compounding: 0, flat: 0, worse: 0, 'not enough data': 0 };
  const times: number[] = [];
  for (let seed = 1; seed <= fleets; seed += 1) {
    const { verdict, at } = firstVerdict({ ...truth, seed });
    counts[verdict] += 1;
    if (verdict === 'compounding') times.push(at);
  }
  times.sort((a, b) => a - b);
  const share = (count: number) => count / fleets;
  return {
    compounding: share(counts.compounding),
    flat: share(counts.flat),
    worse: share(counts.worse),
    'not enough data': share(counts['not enough data']),
    medianAt: times[Math.floor(times.length / 2)] ?? null,
  };
}

const fleets = 100;
const sessions = 1500;

/** How often the verdict claims a benefit that is not there, and how soon it sees one that is. */
export const bench: Bench = async () => {
  const note = `${fleets} simulated fleets of ${sessions} sessions, looked at every 50`;
  const percent = (share: number) => Math.round(share * 1000) / 10;
  const figure = (name: string, value: number, unit: string): BenchFigure => ({
    name,
    value,
    unit,
    n: fleets,
    note,
  });
  const nothing = verdictShares({ sessions }, fleets);
  const drift = verdictShares({ sessions, drift: -0.51 / sessions }, fleets);
  const helps = verdictShares({ sessions, factEffect: 0.5 }, fleets);
  return [
    figure('“compounding” though facts do nothing', percent(nothing.compounding), '%'),
    figure(
      '“compounding” though sessions got 40 % faster for other reasons',
      percent(drift.compounding),
      '%',
    ),
    figure('“compounding” when facts prevent half of their errors', percent(helps.compounding), '%'),
    figure('… said after, median', helps.medianAt ?? Number.NaN, 'sessions'),
  ];
};

/** Prints the false-verdict table and the power curve. */
function main(): void {
  const fleets = Number(process.argv[2] ?? 200);
  const sessions = Number(process.argv[3] ?? 1500);
  const percent = (value: number) => `${(100 * value).toFixed(1).padStart(5)} %`;
  const row = (name: string, truth: Omit<FleetTruth, 'seed' | 'sessions'>) => {
    const shares = verdictShares({ sessions, ...truth }, fleets);
    console.log(
      `${name.padEnd(44)} ${percent(shares.compounding)} ${percent(shares.flat)} ${percent(shares.worse)} ${percent(shares['not enough data'])}   ${shares.medianAt ?? '–'}`,
    );
  };
  console.log(
    `${fleets} fleets of ${sessions} sessions each, looked at every 50; a verdict once given counts`,
  );
  console.log(`${'truth'.padEnd(44)} compound    flat   worse  no data   median sessions to "compounding"`);
  row('no effect', {});
  row('no effect, strongly correlated sessions', { correlation: 0.6 });
  row('no effect, heavy-tailed minutes (sd 1.2)', { sd: 1.2 });
  row('drift: 20 % faster for other reasons', { drift: -0.22 / sessions });
  row('drift: 40 % faster for other reasons', { drift: -0.51 / sessions });
  row('drift: 40 % slower for other reasons', { drift: 0.34 / sessions });
  for (const factEffect of [0.1, 0.2, 0.3, 0.5])
    row(`facts prevent ${factEffect * 100} % of their errors`, { factEffect });
  row('… 20 %, and sessions 20 % faster', { factEffect: 0.2, minutesEffect: -0.22 });
  row('facts make errors 50 % more likely', { factEffect: -0.5 });
  row('sessions 50 % longer once facts are shown', { minutesEffect: Math.log(1.5) });
  row('sessions twice as long once facts are shown', { minutesEffect: Math.log(2) });
  row('… 50 % prevented, hold-out off', { factEffect: 0.5, withheld: 0 });
}

if (process.argv[1]?.endsWith('verdict.js')) main();
