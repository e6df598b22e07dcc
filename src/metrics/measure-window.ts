import { dayMs } from '../base/calendar.ts';
import { clusteredShare } from '../base/statistics/clusters.ts';
import { median, medianInterval, varianceOf } from '../base/statistics/describe.ts';
import { poissonInterval, wilson } from '../base/statistics/proportion.ts';
import type { Fact } from '../knowledge/fact.ts';
import type { DefinitionId } from './definitions.ts';
import { hitsOf } from './fact-use.ts';
import type { Figure, Measured } from './figure.ts';
import { deliveredTo, type FleetSession } from './fleet.ts';
import type { SessionRecurrence } from './recurrence.ts';
import type { Window } from './window.ts';

/** What one window is measured from. `history` holds the recurrence of its sessions only. */
export interface WindowMaterial {
  window: Window;
  history: readonly SessionRecurrence[];
  facts: ReadonlyMap<string, Fact>;
  /** False for a window whose store is not at hand: what the facts were like then is not known. */
  isCurrentStore: boolean;
}

/** Active facts a repository needs to count as covered. */
const coveredFrom = 10;

/** Every figure of one window, in the order of the dashboard. Utility is not here: it needs the whole history. */
export function measureWindow(material: WindowMaterial): Measured[] {
  const sessions = material.history.map((entry) => entry.session);
  const acting = sessions.filter(({ row }) => row.toolCalls > 0);
  const injected = sessions.filter((session) => deliveredTo(session).length > 0);
  const checked = sessions.filter(({ row }) => row.firstCheck !== null);
  const coverageOf = (usable: number) => ({ usable, total: sessions.length });
  const measured = [
    plainCount('sessions', sessions.length, 'sessions', coverageOf(sessions.length)),
    ...recurrenceFigures(material.history),
    share('first_try', checked.filter(({ row }) => row.firstCheck === 'green').length, checked.length, {
      of: 'sessions with a known first verification',
      coverage: coverageOf(checked.length),
      missing: 'no session had a verification whose result is known',
    }),
    share('completion', acting.filter(isComplete).length, acting.length, {
      of: 'sessions with a tool call',
      coverage: coverageOf(acting.length),
      missing: 'no session made a tool call',
    }),
    share('corrected', acting.filter(wasCorrected).length, acting.length, {
      of: 'sessions with a tool call',
      coverage: coverageOf(acting.length),
      missing: 'no session made a tool call',
    }),
    activeMinutes(sessions),
    errorRate(material.history),
    share(
      'hit_rate',
      injected.filter((session) => hitsOf(session, material.facts).length > 0).length,
      injected.length,
      {
        of: 'sessions with an injected fact',
        coverage: coverageOf(injected.length),
        missing: 'no session had a fact injected',
      },
    ),
    ...velocity(material, sessions),
    repositoriesCovered(material, sessions),
    knowledgeAge(material),
  ];
  return sessions.length === 0 ? measured.map(sayNoSession) : measured;
}

/** Without a session every reason that speaks of "no session" with something is true and says too little. */
function sayNoSession({ figure, raw }: Measured): Measured {
  const isAboutSessions =
    figure.value === null && figure.coverage.total === 0 && figure.id !== 'knowledge_age';
  return { figure: isAboutSessions ? { ...figure, reason: 'no session in the window' } : figure, raw };
}

function isComplete({ row }: FleetSession): boolean {
  return (row.termination === 'clean' || row.termination === 'awaiting_user') && row.lastCheck !== 'red';
}

function wasCorrected({ row }: FleetSession): boolean {
  return row.corrections + row.rejections + row.interruptions > 0;
}

interface ShareWords {
  of: string;
  coverage: Figure['coverage'];
  missing: string;
}

function share(id: DefinitionId, hits: number, units: number, words: ShareWords): Measured {
  const interval = wilson(hits, units) ?? null;
  return {
    figure: {
      id,
      value: units === 0 ? null : hits / units,
      unit: 'share',
      n: units,
      of: words.of,
      interval,
      reason: units === 0 ? words.missing : null,
      coverage: words.coverage,
    },
    raw: { kind: 'share', hits, units },
  };
}

function plainCount(id: DefinitionId, value: number, of: string, coverage: Figure['coverage']): Measured {
  return {
    figure: { id, value, unit: 'count', n: value, of, interval: null, reason: null, coverage },
    raw: { kind: 'count' },
  };
}

function recurrenceFigures(history: readonly SessionRecurrence[]): Measured[] {
  const withErrors = history.filter((entry) => entry.events > 0);
  const figure = (id: DefinitionId, hitsOfEntry: (entry: SessionRecurrence) => number): Measured => {
    const result = clusteredShare(
      withErrors.map((entry) => ({ hits: hitsOfEntry(entry), units: entry.events })),
    );
    const coverage = { usable: withErrors.length, total: history.length };
    if (!result)
      return share(id, 0, 0, { of: 'error events', coverage, missing: 'no error event in the window' });
    return {
      figure: {
        id,
        value: result.share,
        unit: 'share',
        n: result.units,
        of: 'error events',
        interval: result.interval,
        reason: null,
        coverage,
      },
      raw: { kind: 'share', hits: result.share * result.effective, units: result.effective },
    };
  };
  return [
    figure('recurrence', (entry) => entry.known + entry.unknown),
    figure('recurrence_known', (entry) => entry.known),
    figure('recurrence_unknown', (entry) => entry.unknown),
  ];
}

function activeMinutes(sessions: readonly FleetSession[]): Measured {
  const timed = sessions.filter(({ row }) => row.activeMs !== null && row.activeMs > 0);
  const values = timed.map(({ row }) => (row.activeMs as number) / 60_000);
  const interval = medianInterval(values) ?? null;
  const reason =
    values.length === 0
      ? 'no session has times'
      : interval === null
        ? 'fewer than 6 sessions: no interval'
        : null;
  return {
    figure: {
      id: 'active_minutes',
      value: median(values) ?? null,
      unit: 'minutes',
      n: values.length,
      of: 'sessions with times',
      interval,
      reason,
      coverage: { usable: timed.length, total: sessions.length },
    },
    raw: {
      kind: 'values',
      values: timed.map(({ row }) => ({
        value: Math.log((row.activeMs as number) / 60_000),
        stratum: `${row.repo ?? ''}\n${sizeOf(row.turns)}`,
      })),
    },
  };
}

/** Size of the task by how often a person spoke: known before the outcome, unlike the number of tool calls. */
export function sizeOf(turns: number): 'one prompt' | '2–5 prompts' | 'more prompts' {
  return turns <= 1 ? 'one prompt' : turns <= 5 ? '2–5 prompts' : 'more prompts';
}

function errorRate(history: readonly SessionRecurrence[]): Measured {
  const timed = history.filter((entry) => (entry.session.row.activeMs ?? 0) > 0);
  const hours = timed.reduce((sum, entry) => sum + (entry.session.row.activeMs as number) / 3_600_000, 0);
  const events = timed.reduce((sum, entry) => sum + entry.events, 0);
  // Errors come in bursts: widen the Poisson interval by the dispersion of counts between sessions.
  const spread = varianceOf(timed.map((entry) => entry.events)) ?? 0;
  const mean = timed.length === 0 ? 0 : events / timed.length;
  const dispersion = Math.max(1, mean > 0 ? spread / mean : 1);
  const [low, high] = poissonInterval(events / dispersion);
  return {
    figure: {
      id: 'error_rate',
      value: hours > 0 ? events / hours : null,
      unit: 'per hour',
      n: events,
      of: 'error events',
      interval: hours > 0 ? [(low * dispersion) / hours, (high * dispersion) / hours] : null,
      reason: hours > 0 ? null : 'no session has times',
      coverage: { usable: timed.length, total: history.length },
    },
    raw: { kind: 'count' },
  };
}

function velocity({ window, facts }: WindowMaterial, sessions: readonly FleetSession[]): Measured[] {
  const fresh = [...facts.values()].filter(
    (fact) =>
      fact.status === 'active' &&
      fact.firstSeen !== null &&
      fact.firstSeen >= window.from &&
      fact.firstSeen <= window.to,
  ).length;
  const metered = sessions.filter(({ row }) => row.tokens !== null);
  const millions =
    metered.reduce(
      (sum, { row }) => sum + (row.tokens ? row.tokens.input + row.tokens.output + row.tokens.cacheWrite : 0),
      0,
    ) / 1e6;
  const [low, high] = poissonInterval(fresh);
  const figure = (
    id: DefinitionId,
    unit: Figure['unit'],
    per: number,
    missing: string,
    usable: number,
  ): Measured => ({
    figure: {
      id,
      value: per > 0 ? fresh / per : null,
      unit,
      n: fresh,
      of: 'new active facts',
      interval: per > 0 ? [low / per, high / per] : null,
      reason: per > 0 ? null : missing,
      coverage: { usable, total: sessions.length },
    },
    raw: { kind: 'count' },
  });
  return [
    figure('velocity_day', 'per day', window.days, 'the window is empty', sessions.length),
    figure('velocity_tokens', 'per million tokens', millions, 'no session says its tokens', metered.length),
  ];
}

const otherStore = 'the facts of that time are not read; see --compare';

function repositoriesCovered(
  { facts, isCurrentStore }: WindowMaterial,
  sessions: readonly FleetSession[],
): Measured {
  const named = sessions.filter(({ row }) => row.repo !== null);
  const worked = new Set(named.map(({ row }) => row.repo as string));
  const active = new Map<string, number>();
  for (const fact of facts.values())
    if (fact.status === 'active') active.set(fact.scope, (active.get(fact.scope) ?? 0) + 1);
  const covered = [...worked].filter((repo) => (active.get(`repo:${repo}`) ?? 0) >= coveredFrom).length;
  return {
    figure: {
      id: 'coverage',
      value: worked.size === 0 || !isCurrentStore ? null : covered / worked.size,
      unit: 'share',
      n: worked.size,
      of: 'repositories worked in',
      interval: null,
      reason: !isCurrentStore ? otherStore : worked.size === 0 ? 'no session names its repository' : null,
      coverage: { usable: named.length, total: sessions.length },
    },
    raw: { kind: 'count' },
  };
}

function knowledgeAge({ window, facts, isCurrentStore }: WindowMaterial): Measured {
  const active = [...facts.values()].filter((fact) => fact.status === 'active');
  const ages = active.flatMap((fact) =>
    fact.lastConfirmed === null
      ? []
      : [Math.max(0, (Date.parse(window.to) - Date.parse(fact.lastConfirmed)) / dayMs)],
  );
  return {
    figure: {
      id: 'knowledge_age',
      value: (isCurrentStore ? median(ages) : undefined) ?? null,
      unit: 'days',
      n: ages.length,
      of: 'active facts with a date',
      interval: null,
      reason: !isCurrentStore ? otherStore : ages.length === 0 ? 'there is no active fact with a date' : null,
      coverage: { usable: ages.length, total: active.length },
    },
    raw: { kind: 'count' },
  };
}
