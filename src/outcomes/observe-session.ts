import type { SessionObserved } from '../base/events.ts';
import { clipEnd, compareText } from '../base/text.ts';
import { checkOutcome } from '../sessions/check-commands.ts';
import { errorFingerprint } from '../sessions/error-fingerprint.ts';
import { harnessNoise } from '../sessions/harness-noise.ts';
import type { Session } from '../sessions/session.ts';
import { changesFiles } from './changes-files.ts';

/** Distinct errors kept of one session: the most frequent. */
const maxFingerprints = 200;

/**
 * What one session looked like, as the event harvest appends. `at` is the session's own end (or start), so observing
 * the same transcript twice is the same row; `now` stands in for transcripts without times. `redact` is applied to
 * the only texts in it, the error templates.
 */
export function observeSession(
  session: Session,
  options: { usedFacts: SessionObserved['usedFacts']; redact: (text: string) => string; now: string },
): Omit<SessionObserved, 'v' | 'id'> {
  const { summary } = session;
  const errors = ownErrors(session);
  const { firstCheck, lastCheck } = findChecks(session);
  return {
    at: summary.endedAt ?? summary.startedAt ?? options.now,
    type: 'session.observed',
    session: summary.key,
    sessionId: summary.id,
    agent: summary.agent,
    agentVersion: summary.agentVersion,
    models: [...summary.models].sort(compareText),
    repo: summary.repo,
    startedAt: summary.startedAt,
    endedAt: summary.endedAt,
    activeMs: summary.activeMs,
    turns: summary.turns,
    toolCalls: summary.toolCalls,
    errors: summary.errors,
    retries: summary.retries,
    interruptions: summary.interruptions,
    rejections: summary.rejections,
    corrections: summary.corrections,
    tokens: summary.tokens,
    termination: summary.termination,
    contentSha256: summary.contentSha256,
    bytes: summary.bytes,
    errorFingerprints: Object.fromEntries(errors.map(({ key, count }) => [key, count])),
    errorTemplates: Object.fromEntries(
      errors.map(({ key, template }) => [key, clipEnd(options.redact(template), 120)]),
    ),
    firstCheck,
    lastCheck,
    usedFacts: options.usedFacts,
  };
}

/** The session's errors by fingerprint, without what the harness stop-list names; by key. */
function ownErrors(session: Session): { key: string; template: string; count: number }[] {
  const said = textsBeforeCalls(session);
  const found = new Map<string, { key: string; template: string; count: number }>();
  for (const call of session.calls) {
    if (!call.result?.isError || harnessNoise(call, said.get(call.id)) !== undefined) continue;
    const { key, template } = errorFingerprint(call.result.text);
    if (template === '') continue;
    const known = found.get(key);
    if (known) known.count += 1;
    else found.set(key, { key, template, count: 1 });
  }
  return [...found.values()]
    .sort((a, b) => b.count - a.count || compareText(a.key, b.key))
    .slice(0, maxFingerprints)
    .sort((a, b) => compareText(a.key, b.key));
}

/** What the agent said since the last call or user message, for each call: a failure may be announced there. */
export function textsBeforeCalls(session: Session): Map<string, string> {
  const before = new Map<string, string>();
  let said = '';
  for (const event of session.events) {
    if (event.kind === 'assistant' && !event.thinking) said += `${event.text}\n`;
    else if (event.kind === 'user') said = '';
    else if (event.kind === 'call') {
      before.set(event.id, said);
      said = '';
    }
  }
  return before;
}

/** Result of the first and of the last check whose result is known; those before the first change do not count. */
function findChecks(session: Session): Pick<SessionObserved, 'firstCheck' | 'lastCheck'> {
  const firstEdit = session.calls.findIndex((call) => changesFiles(call, session.summary.cwd));
  const known = session.calls
    .slice(Math.max(0, firstEdit))
    .map(checkOutcome)
    .filter((outcome) => outcome !== null);
  return { firstCheck: known[0] ?? null, lastCheck: known.at(-1) ?? null };
}
