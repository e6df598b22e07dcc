import type { ContextExposed, KaizenEvent, SessionObserved } from '../../src/base/events.ts';
import type { Fact } from '../../src/knowledge/fact.ts';
import { errorFingerprint } from '../../src/sessions/error-fingerprint.ts';

/** A made-up fleet with a known truth. Everything not given is a quiet fleet in which facts change nothing. */
export interface FleetTruth {
  sessions: number;
  seed: number;
  /** Share by which showing a fact lowers the chance of its own error. */
  factEffect?: number;
  /** Change of ln minutes for a session with facts (−0.22: a fifth faster). */
  minutesEffect?: number;
  /** Change of ln minutes a session, for reasons that have nothing to do with facts. */
  drift?: number;
  /** Chance of a chosen fact's own error in a session that is not shown the fact. */
  errorRate?: number;
  /** Sessions before the first injection. */
  before?: number;
  /** Share of facts withheld; 0 turns the hold-out off. */
  withheld?: number;
  /** Log standard deviation of minutes, and lag-1 correlation between sessions. */
  sd?: number;
  correlation?: number;
}

const words =
  'amber birch cedar delta ember fjord gravel harbor indigo juniper kelp lilac meadow nectar onyx pollen quartz raven saffron tundra umber velvet willow xenon yarrow zephyr basalt coral dusk echo'.split(
    ' ',
  );
/** Facts of the fleet; each is about one error. */
export const fleetFacts: readonly Fact[] = words.map((word, index) => factAbout(word, index));
const otherErrors = words.map((word) => errorFingerprint(`error: the ${word} pump is not connected`).key);
const factErrors = words.map((word) => errorFingerprint(errorOf(word)).key);
const perSession = 12;

function errorOf(word: string): string {
  return `error: cannot open the ${word} gate`;
}

function factAbout(word: string, index: number): Fact {
  const id = `${word}aaaaaaaaaa`.slice(0, 10);
  return {
    id,
    title: `The ${word} gate opens only with its key`,
    category: 'pitfall',
    scope: 'repo:acme/app',
    status: 'active',
    trust: 'user',
    confidence: 0.8,
    tags: [],
    paths: [],
    keywords: [],
    firstSeen: '2025-01-01',
    lastConfirmed: '2025-01-01',
    supersedes: [],
    contradicts: [],
    holds: [],
    pinned: false,
    subject: null,
    aliases: [],
    generated: null,
    body: `Fetch the ${word} key first.`,
    sources: [
      {
        session: `claude-code/seed${index}`,
        line: 1,
        quote: errorOf(word),
        commit: null,
        date: '2025-01-01',
        tier: 'user',
        proven: true,
        confidence: 0.8,
      },
    ],
  };
}

/** Uniform numbers from a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The events of a simulated fleet, ten sessions a day, in time order. */
export function simulateFleet(truth: FleetTruth): KaizenEvent[] {
  const {
    factEffect = 0,
    minutesEffect = 0,
    drift = 0,
    errorRate = 0.15,
    before = 60,
    withheld = 0.1,
    sd = 0.8,
    correlation = 0.2,
  } = truth;
  const random = randomFrom(truth.seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const events: KaizenEvent[] = [];
  let noise = normal();
  for (let i = 0; i < truth.sessions; i += 1) {
    const startedAt = new Date(Date.UTC(2025, 5, 1) + i * 8_640_000).toISOString();
    const sessionId = `${truth.seed}-${i}-session`;
    const repo = Math.floor(random() * 4);
    const exposed = i >= before;
    noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * normal();
    const minutes = Math.exp(3 + 0.3 * repo + sd * noise + drift * i + (exposed ? minutesEffect : 0));
    const chosen = sample(random, words.length, perSession);
    const held = chosen.map(() => random() < withheld);
    const errors: Record<string, number> = {};
    chosen.forEach((fact, at) => {
      const shown = exposed && !held[at];
      if (random() < errorRate * (shown ? 1 - factEffect : 1))
        errors[factErrors[fact] as string] = 1 + Math.floor(random() * 2);
    });
    for (const key of otherErrors) if (random() < 0.02) errors[key] = 1;
    if (exposed) events.push(exposure(i, sessionId, startedAt, chosen, held, 1 - withheld));
    events.push(observation(i, sessionId, startedAt, minutes, repo, errors));
  }
  return events;
}

function sample(random: () => number, from: number, count: number): number[] {
  const all = Array.from({ length: from }, (_, i) => i);
  for (let i = 0; i < count; i += 1) {
    const other = i + Math.floor(random() * (from - i));
    [all[i], all[other]] = [all[other] as number, all[i] as number];
  }
  return all.slice(0, count);
}

function exposure(
  i: number,
  sessionId: string,
  at: string,
  chosen: readonly number[],
  held: readonly boolean[],
  q: number,
): ContextExposed {
  const would = chosen.map((fact, rank) => ({
    id: fleetFacts[fact]?.id as string,
    rank: rank + 1,
    score: 1,
    tokens: 50,
    held: held[rank] as boolean,
    q,
  }));
  return {
    v: 1,
    id: `x${sessionId}`,
    at,
    type: 'context.exposed',
    session: `claude-code/${sessionId.slice(0, 8)}`,
    sessionId,
    agent: 'claude-code',
    repo: 'acme/app',
    channel: 'hook',
    storeCommit: null,
    stock: 20 + Math.floor(i / 10),
    selector: 'v1',
    budgetTokens: 2000,
    packetTokens: 600,
    would,
    delivered: would.filter((one) => !one.held).map((one) => one.id),
    leftOut: 0,
  };
}

function observation(
  i: number,
  sessionId: string,
  startedAt: string,
  minutes: number,
  repo: number,
  errors: Record<string, number>,
): SessionObserved {
  const count = Object.values(errors).reduce((sum, one) => sum + one, 0);
  return {
    v: 1,
    id: `o${sessionId}`,
    at: startedAt,
    type: 'session.observed',
    session: `claude-code/${sessionId.slice(0, 8)}`,
    sessionId,
    agent: 'claude-code',
    agentVersion: null,
    models: ['m'],
    repo: `acme/repo-${repo}`,
    startedAt,
    endedAt: startedAt,
    activeMs: Math.round(minutes * 60_000),
    turns: 1 + (i % 4),
    toolCalls: 20,
    errors: count,
    retries: 0,
    interruptions: 0,
    rejections: 0,
    corrections: 0,
    tokens: { input: 1000, output: 500, cacheRead: 9000, cacheWrite: 100 },
    termination: 'clean',
    contentSha256: sessionId,
    bytes: 1000,
    errorFingerprints: errors,
    errorTemplates: {},
    firstCheck: i % 3 === 0 ? 'red' : 'green',
    lastCheck: 'green',
    usedFacts: [],
  };
}
