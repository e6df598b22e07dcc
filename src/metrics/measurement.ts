import { dayMs, dayOf } from '../base/calendar.ts';
import type { KaizenEvent } from '../base/events.ts';
import type { Fact } from '../knowledge/fact.ts';
import { indexErrors } from '../outcomes/error-keys.ts';
import { compareWindows, type WindowChange } from './compare-windows.ts';
import { definitionsVersion } from './definitions.ts';
import { type FactUse, factUses } from './fact-use.ts';
import type { Figure, Measured } from './figure.ts';
import { type Fleet, readFleet } from './fleet.ts';
import { estimateHoldout, type HoldoutResult, holdoutUnits } from './holdout.ts';
import { type FleetKpi, fleetKpi } from './kpi/fleet-kpi.ts';
import { kpiTasks, withoutCopies } from './kpi/kpi-tasks.ts';
import { measureWindow } from './measure-window.ts';
import { type NextStep, nextSteps } from './next-steps.ts';
import {
  countScopes,
  type HarvestOverview,
  type InjectionOverview,
  type MixRow,
  overviewHarvests,
  overviewInjections,
  type ScopeCounts,
  type StaleFact,
  sessionMix,
  staleFacts,
} from './overview.ts';
import { type RecurrentError, recurrenceOf, recurrentErrors } from './recurrence.ts';
import { type SessionTrend, sessionTrend } from './session-trend.ts';
import { type TimeSeries, timeSeries } from './time-series.ts';
import { type Verdict, verdictOf } from './verdict.ts';
import { isIn, type Window, windowBefore, windowEnding } from './window.ts';

/** What is measured from: everything Git holds of the loop. */
export interface MeasurementInput {
  events: readonly KaizenEvent[];
  facts: readonly Fact[];
  /** UTC day the window ends with. */
  asOf: string;
  windowDays: number;
}

/** A figure in the window, in the window before, and over the whole history. */
export interface FigureRow {
  window: Figure;
  before: Figure;
  all: Figure;
  change: WindowChange;
}

/** Everything the dashboard, the snapshot and `--json` say. The same events in any order give the same. */
export interface Measurement {
  asOf: string;
  definitions: number;
  window: Window;
  before: Window;
  verdict: Verdict;
  holdout: HoldoutResult;
  trends: SessionTrend[];
  figures: FigureRow[];
  store: ScopeCounts[];
  harvest: HarvestOverview;
  injection: InjectionOverview;
  mix: { repositories: MixRow[]; sizes: MixRow[] };
  errors: RecurrentError[];
  used: FactUse[];
  stale: { total: number; facts: StaleFact[] };
  series: TimeSeries;
  /** Tasks that began in the window, in the one before, and ever. Costs are `kaizen kpi`'s: prices are no part of Git's record. */
  kpi: { window: FleetKpi; before: FleetKpi; all: FleetKpi };
  next: NextStep[];
}

const listed = { errors: 10, used: 10, stale: 5 } as const;

/** Measures a fleet as of a day. Sessions of later days do not exist for it. */
export function measureFleet(input: MeasurementInput): Measurement {
  return measureWithMaterial(input).measured;
}

/** The same, with what a comparison of its window with another one needs. */
export function measureWithMaterial(input: MeasurementInput): {
  measured: Measurement;
  material: readonly Measured[];
} {
  const { asOf } = input;
  const fleet = readFleet(input.events);
  fleet.sessions = fleet.sessions.filter((session) => session.day <= asOf);
  const facts = new Map(input.facts.map((fact) => [fact.id, fact]));
  const errors = indexErrors(input.facts, fleet.factErrors);
  const history = recurrenceOf(fleet.sessions, errors.factsOf);
  const injection = overviewInjections(fleet);
  const holdout = describeNone(estimateHoldout(holdoutUnits(fleet.sessions, errors)), injection);
  const trends = [sessionTrend('active minutes', history), sessionTrend('repeated errors', history)];

  const window = windowEnding(asOf, input.windowDays);
  const before = windowBefore(window);
  const firstDay = fleet.sessions[0]?.day ?? asOf;
  const wholeDays = Math.round((Date.parse(asOf) - Date.parse(firstDay)) / dayMs) + 1;
  const measureIn = (one: Window, isCurrentStore = true): Measured[] =>
    measureWindow({
      window: one,
      isCurrentStore,
      history: history.filter(({ session }) => isIn(one, session)),
      facts,
    });
  const [now, earlier, all] = [
    measureIn(window),
    measureIn(before, false),
    measureIn(windowEnding(asOf, wholeDays)),
  ];
  const changes = compareWindows(earlier, now);
  const stale = staleFacts(input.facts, asOf);
  const sessionsOf = (one: Window) => fleet.sessions.filter((session) => isIn(one, session));

  const seen = {
    asOf,
    definitions: definitionsVersion,
    window,
    before,
    verdict: verdictOf(holdout, trends),
    holdout,
    trends,
    figures: now.map(({ figure }, index) => ({
      window: figure,
      before: (earlier[index] as Measured).figure,
      all: (all[index] as Measured).figure,
      change: changes[index] as WindowChange,
    })),
    store: countScopes(input.facts),
    harvest: overviewHarvests(fleet.harvests, asOf),
    injection,
    mix: sessionMix(sessionsOf(window), sessionsOf(before)),
    errors: recurrentErrors(fleet.sessions, errors.factsOf).slice(0, listed.errors),
    used: factUses(fleet.sessions, facts).slice(0, listed.used),
    stale: { total: stale.length, facts: stale.slice(0, listed.stale) },
    series: timeSeries(history),
    kpi: kpiOfWindows(fleet, { window, before, asOf }),
  };
  return { measured: { ...seen, next: nextSteps(seen) }, material: now };
}

function kpiOfWindows(
  fleet: Fleet,
  at: { window: Window; before: Window; asOf: string },
): Measurement['kpi'] {
  const tasks = withoutCopies(kpiTasks(fleet.tasks, fleet.verifications).tasks);
  const between = (from: string, to: string) =>
    fleetKpi(
      tasks.filter(({ startedAt }) => {
        const day = dayOf(startedAt ?? '');
        return day !== null && day >= from && day <= to;
      }),
      null,
    );
  return {
    window: between(at.window.from, at.window.to),
    before: between(at.before.from, at.before.to),
    all: between('', at.asOf),
  };
}

/** Without any pair there are two quite different reasons. */
function describeNone(holdout: HoldoutResult, injection: InjectionOverview): HoldoutResult {
  if (holdout.verdict !== 'none') return holdout;
  const reason =
    injection.chosen === 0
      ? 'No session has been given facts yet, so whether they help is not known.'
      : 'The facts given so far are about no error that came up before, so the hold-out has nothing to count yet.';
  return { ...holdout, reason };
}
