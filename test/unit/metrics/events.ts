import type { ContextExposed, SessionHarvested, SessionObserved } from '../../../src/base/events.ts';

/** A session of one quiet hour on 2026-03-02, with any part replaced; `name` makes its ids. */
export function observed(name: string, part: Partial<SessionObserved> = {}): SessionObserved {
  const startedAt = part.startedAt === undefined ? '2026-03-02T10:00:00.000Z' : part.startedAt;
  const errorFingerprints = part.errorFingerprints ?? {};
  return {
    v: 1,
    id: `observed-${name}`,
    at: startedAt ?? '2026-03-02T12:00:00.000Z',
    type: 'session.observed',
    session: `claude-code/${name.slice(0, 8)}`,
    sessionId: name,
    agent: 'claude-code',
    agentVersion: null,
    models: [],
    repo: 'acme/app',
    startedAt,
    endedAt: startedAt,
    activeMs: 3_600_000,
    turns: 1,
    toolCalls: 5,
    errors: 0,
    retries: 0,
    interruptions: 0,
    rejections: 0,
    corrections: 0,
    tokens: { input: 100_000, output: 100_000, cacheRead: 5_000_000, cacheWrite: 50_000 },
    termination: 'clean',
    contentSha256: `sha-${name}`,
    bytes: 1000,
    errorFingerprints,
    errorTemplates: Object.fromEntries(Object.keys(errorFingerprints).map((key) => [key, `error ${key}`])),
    firstCheck: null,
    lastCheck: null,
    usedFacts: [],
    ...part,
  };
}

/** What a bootstrap gave a session: fact ids, those with a leading `-` withheld. */
export function exposed(
  sessionId: string,
  facts: readonly string[],
  part: Partial<ContextExposed> = {},
): ContextExposed {
  const would = facts.map((id, rank) => ({
    id: id.replace(/^-/, ''),
    rank: rank + 1,
    score: 1,
    tokens: 40,
    held: id.startsWith('-'),
    q: 0.9,
  }));
  return {
    v: 1,
    id: `exposed-${sessionId}`,
    at: '2026-03-02T10:00:00.000Z',
    type: 'context.exposed',
    session: null,
    sessionId,
    agent: 'claude-code',
    repo: 'acme/app',
    channel: 'hook',
    storeCommit: null,
    stock: 30,
    selector: 'v1',
    budgetTokens: 2000,
    packetTokens: 400,
    would,
    delivered: would.filter((one) => !one.held).map((one) => one.id),
    leftOut: 0,
    ...part,
  };
}

/** A ledger row of a harvest on 2026-03-03. */
export function harvested(sessionId: string, part: Partial<SessionHarvested> = {}): SessionHarvested {
  return {
    v: 1,
    id: `harvested-${sessionId}`,
    at: '2026-03-03T09:00:00.000Z',
    type: 'session.harvested',
    session: `claude-code/${sessionId.slice(0, 8)}`,
    sessionId,
    agent: 'claude-code',
    repo: 'acme/app',
    branch: null,
    contentSha256: `sha-${sessionId}`,
    extractor: '1',
    outcome: 'harvested',
    reason: null,
    facts: { new: 0, confirmed: 0, quarantined: 0, rejected: 0 },
    factIds: [],
    factErrors: {},
    ...part,
  };
}

/** ISO time of day `day` (0 is 2026-03-02) at an hour. */
export function timeOf(day: number, hour = 10): string {
  return new Date(Date.UTC(2026, 2, 2 + day, hour)).toISOString();
}
