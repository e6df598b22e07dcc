import type { Session, ToolCall } from '../../sessions/session.ts';
import type { Src } from '../../transcripts/event.ts';
import { errorKind } from './error-kinds.ts';
import { areFramed } from './framed-turns.ts';
import { withoutOwnContext } from './own-context.ts';

/** A text of the transcript with its place; redacted, visible characters only, without our own packets. */
export interface Said {
  src: Src;
  at: string | null;
  text: string;
  /** Hidden characters that were removed from it. */
  hidden: number;
  side: boolean;
}

/** One session as the rules read it. All texts are redacted; `line` orders everything. */
export interface Reading {
  session: Session;
  /** What a person typed, each text once (queued prompts are recorded two or three times). */
  person: Said[];
  /** Assistant text, without thinking. */
  agent: Said[];
  /** Summaries an agent wrote when its context was compacted. */
  summaries: Said[];
  /** Text programs put into user turns: instruction files, skills, reminders. */
  injected: Said[];
  /** Lines at which a person interrupted the agent. */
  interrupts: number[];
  calls: ToolCall[];
  /** Results of verification commands, in order; one that its surroundings kept from running is none. */
  checks: { line: number; outcome: 'green' | 'red' }[];
  /** Absolute folders the session worked in, as they read after redaction. */
  folders: string[];
}

/** What reading needs from elsewhere; injected so that the rules stay pure and testable. */
export interface ReadingTools {
  redact(text: string): string;
  redactValue(value: unknown): unknown;
  stripInvisible(text: string): { text: string; removed: number };
  checkOutcome(call: ToolCall): 'green' | 'red' | null;
}

/** Reads a session for the rules: every text redacted before any rule sees it. */
export function readForFacts(session: Session, tools: ReadingTools): Reading {
  const clean = (
    event: { src: Src; at: string | null; side: boolean; text: string; hidden?: number },
    keepAll = false,
  ): Said => {
    const visible = tools.stripInvisible(event.text);
    return {
      src: event.src,
      at: event.at,
      side: event.side,
      hidden: visible.removed + (event.hidden ?? 0),
      text: tools.redact(keepAll ? visible.text : withoutOwnContext(visible.text)),
    };
  };
  const calls = session.calls.map((call) => redactCall(call, tools));
  const reading: Reading = {
    session: { ...session, calls },
    person: [],
    agent: [],
    summaries: [],
    injected: [],
    interrupts: [],
    calls,
    checks: [],
    folders: foldersOf(session, tools),
  };
  const typed = new Set<string>();
  for (const event of session.events) {
    if (event.kind === 'user') {
      const isPerson = (event.origin === 'typed' || event.origin === 'queued') && !event.side;
      // Injected text teaches nothing, but what repeats it is tainted by it: our own packets included.
      const said = clean(event, !isPerson);
      if (!isPerson) reading.injected.push(said);
      else if (!typed.has(fingerprint(said.text))) {
        typed.add(fingerprint(said.text));
        reading.person.push(said);
      }
    } else if (event.kind === 'assistant' && !event.thinking) reading.agent.push(clean(event));
    else if (event.kind === 'compact' && event.text.trim() !== '') reading.summaries.push(clean(event));
    else if (event.kind === 'interrupt') reading.interrupts.push(event.src.line);
  }
  if (areFramed(reading.person.map((said) => said.text)))
    reading.injected.push(...reading.person.splice(0, reading.person.length));
  for (const call of session.calls) {
    const outcome = tools.checkOutcome(call);
    const hindered =
      outcome === 'red' &&
      /^(?:network|permission|program)$/.test(errorKind(call.result?.text ?? '')?.kind ?? '');
    if (outcome && call.result && !hindered) reading.checks.push({ line: call.result.src.line, outcome });
  }
  reading.checks.sort((a, b) => a.line - b.line);
  return reading;
}

function fingerprint(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function redactCall(call: ToolCall, tools: ReadingTools): ToolCall {
  return {
    ...call,
    input: tools.redactValue(call.input) as Record<string, unknown>,
    command: call.command === null ? null : tools.redact(call.command),
    path: call.path === null ? null : tools.redact(call.path),
    result: call.result && {
      ...call.result,
      text: tools.redact(call.result.text),
      deniedSaid: call.result.deniedSaid === null ? null : tools.redact(call.result.deniedSaid),
    },
  };
}

function foldersOf(session: Session, tools: ReadingTools): string[] {
  const folders = new Set<string>();
  for (const event of session.events)
    if (event.kind === 'meta' && event.meta.cwd) folders.add(tools.redact(event.meta.cwd));
  if (session.summary.cwd) folders.add(tools.redact(session.summary.cwd));
  // Longest first: a worktree below the repository is cut off before the repository itself.
  return [...folders]
    .filter((folder) => folder.length > 1)
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

/** True when a verification command passed after `line` and none failed later. */
export function passedAfter(reading: Reading, line: number): boolean {
  const later = reading.checks.filter((check) => check.line > line);
  return later.length > 0 && later[later.length - 1]?.outcome === 'green';
}
