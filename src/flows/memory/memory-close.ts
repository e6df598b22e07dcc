import { utcDay } from '../../base/calendar.ts';
import type { Change } from '../../base/change.ts';
import { KaizenError } from '../../base/errors.ts';
import { readEvents } from '../../io/event-log.ts';
import { applyPlan } from '../../io/repository.ts';
import { cleanEntry, cleanLogPart } from '../../knowledge/agent-memory/clean-text.ts';
import { type Closed, closeSession } from '../../knowledge/agent-memory/close-session.ts';
import { newMemory } from '../../knowledge/agent-memory/new-memory.ts';
import { formatMemory, parseMemory } from '../../knowledge/agent-memory/parse-memory.ts';
import type { SectionName } from '../../knowledge/agent-memory/sections.ts';
import { sessionKey } from '../../metrics/agents/closing-record.ts';
import type { ExecutionDraft } from '../../metrics/agents/executions/execution.ts';
import { readSessionEvents } from '../agents/agent-close.ts';
import {
  dayOfSession,
  draftSession,
  findSession,
  type KnownSession,
  notKnownYet,
  outcomeOf,
  recordSession,
  type SessionRecord,
  subjectOf,
} from '../agents/record-session.ts';
import { openRepoRedactor } from '../open-redactor.ts';
import { untilApplied } from '../until-applied.ts';
import {
  type MemoryCall,
  memoryChanges,
  noMemory,
  type OpenedMemory,
  openMemory,
  readProject,
} from './memory-store.ts';

/** A session to close. */
export interface CloseRequest {
  /** Id or key of the session. */
  session: string;
  /** What it was about; its branch or first message when left out. */
  issue: string | undefined;
  /** How it ended; what its checks said when left out. Never enters the metrics. */
  outcome: string | undefined;
  notes: readonly { section: SectionName; text: string }[];
}

/** What closing did. */
export interface CloseReceipt extends Omit<Closed, 'memory'> {
  agent: string;
  path: string;
  disabled: boolean;
  /** Id of the session as it stands in the log. */
  session: string;
  /** The line of the log; null when the agent keeps no memory. */
  line: { day: string; issue: string; outcome: string } | null;
  metric: SessionRecord;
  masked: Readonly<Record<string, number>>;
  changes: Change[];
}

/**
 * Closes a session of an agent: its notes and one log line, `session_count`, `last_updated`, and one execution made
 * from what its checks said. Idempotent by session, so a close that stopped between the two is finished by the next.
 */
export function closeMemory(call: MemoryCall, name: string, request: CloseRequest): Promise<CloseReceipt> {
  return untilApplied(() => closeOnce(call, name, request));
}

async function closeOnce(call: MemoryCall, name: string, request: CloseRequest): Promise<CloseReceipt> {
  if (!/^[\w.:/-]{4,160}$/.test(request.session))
    throw new KaizenError('usage', `--session cannot be '${request.session}'`, {
      hint: 'Give the id of the session, or its key as `kaizen session list` shows it.',
    });
  const opened = await openMemory(call.dir, name);
  const { repository, agent, path, definition, disabled } = opened;
  const { events } = await readEvents(repository.root);
  const known =
    findSession(events, request.session) ?? (await findLiveSession(opened, request.session, call));
  const record = draftSession(agent, definition, known, request.session);
  const redactor = await openRepoRedactor(repository, call.env, { makeKey: !call.dryRun });
  const redact = (text: string) => redactor.text(text);
  const line = {
    day: dayToLog(known, call.now),
    issue: cleanLogPart(request.issue ?? (known && subjectOf(known)) ?? '', redact, '-'),
    outcome: cleanLogPart(request.outcome ?? outcomeOf(record, known), redact, '-'),
  };
  const session = known?.id ?? request.session;
  const text = disabled ? '' : await textToClose(opened, utcDay(call.now));
  const closed = closeSession(parseMemory(text), text, {
    path,
    agent,
    project: await readProject(repository),
    session,
    today: utcDay(call.now),
    ...line,
    replaces: request.outcome === undefined ? notKnownYet : undefined,
    notes: request.notes.flatMap((note) => {
      const clean = cleanEntry(note.text, redact);
      return clean === '' ? [] : [{ section: note.section, text: clean }];
    }),
  });
  const changes = disabled ? [] : memoryChanges(opened, formatMemory(closed.memory));
  await applyPlan(repository, changes, call.dryRun);
  const metric = await recordSession(repository, { ...record, draft: onceOnly(record.draft) }, call);
  const { memory: _, ...receipt } = closed;
  return {
    ...receipt,
    agent,
    path,
    disabled,
    session,
    line: disabled ? null : line,
    metric,
    masked: redactor.counts,
    changes,
  };
}

/** An agent that is defined here gets its memory with the first session it closes; any other name may be a slip. */
async function textToClose(
  { text, definition, agent, repository }: OpenedMemory,
  day: string,
): Promise<string> {
  if (text !== undefined) return text;
  if (!definition) throw noMemory(agent);
  return newMemory(agent, await readProject(repository), day);
}

/** The day a session ended, unless its transcript says one that is still to come. */
function dayToLog(known: KnownSession | undefined, now: Date): string {
  const ended = known && dayOfSession(known);
  return ended && ended <= utcDay(now) ? ended : utcDay(now);
}

/** The session as this machine's transcript tells it, for one that no harvest has read yet. */
async function findLiveSession(
  { repository }: OpenedMemory,
  session: string,
  call: MemoryCall,
): Promise<KnownSession | undefined> {
  try {
    const events = await readSessionEvents(repository, { ...call, cwd: call.dir, session });
    const observed = events.find((event) => event.type === 'session.observed');
    return observed && { id: observed.sessionId, events, branch: null };
  } catch (error) {
    const isAbsent = error instanceof KaizenError && ['not_found', 'not_a_transcript'].includes(error.code);
    if (isAbsent) return undefined;
    throw error;
  }
}

/** Closing by session is done once, whatever the definition says of records without a session. */
function onceOnly(draft: ExecutionDraft | null): ExecutionDraft | null {
  if (!draft) return null;
  const { flavour = draft.agent, sessionUid = '' } = draft;
  return {
    ...draft,
    idempotencyKey: draft.idempotencyKey ?? sessionKey({ agent: flavour, sessionId: sessionUid }),
  };
}
