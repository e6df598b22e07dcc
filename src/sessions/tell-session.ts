import { isCorrection } from './correction.ts';
import { meaningfulLine } from './error-fingerprint.ts';
import { harnessNoise } from './harness-noise.ts';
import { isNearSame } from './near-same.ts';
import type { Session, ToolCall } from './session.ts';

/** A message of the person. */
export interface ToldTurn {
  line: number;
  at: string | null;
  /** Typed while the agent worked. */
  queued: boolean;
  /** It corrects the agent. */
  corrects: boolean;
  text: string;
}

/** A call that failed, and the later call that did the same with success. */
export interface ToldFailure {
  line: number;
  tool: string;
  /** Command line or path. */
  what: string;
  exitCode: number | null;
  /** The line of the output that says what went wrong. */
  error: string;
  fixedBy: { line: number; what: string } | null;
}

/** A call the person refused. */
export interface ToldRefusal {
  line: number;
  tool: string;
  what: string;
  said: string | null;
}

/** What happened in a session, as far as a person wants to know it. Texts are not redacted. */
export interface SessionStory {
  turns: ToldTurn[];
  failures: ToldFailure[];
  /** Failures of the agent's own tools, by reason. */
  noise: Record<string, number>;
  refusals: ToldRefusal[];
}

/** How many calls after a failure may hold its fix. */
const fixWindow = 6;

/** Tells a session: the person's messages, failed calls with what fixed them, refusals. */
export function tellSession(session: Session): SessionStory {
  const story: SessionStory = { turns: [], failures: [], noise: {}, refusals: [] };
  for (const event of session.events) {
    if (event.kind !== 'user' || event.side || (event.origin !== 'typed' && event.origin !== 'queued'))
      continue;
    story.turns.push({
      line: event.src.line,
      at: event.at,
      queued: event.origin === 'queued',
      corrects: story.turns.length > 0 && isCorrection(event.text),
      text: event.text,
    });
  }
  for (const [at, call] of session.calls.entries()) {
    const { result } = call;
    if (!result?.isError) continue;
    if (result.denied === 'person') {
      story.refusals.push({
        line: result.src.line,
        tool: call.tool,
        what: whatOf(call),
        said: result.deniedSaid,
      });
      continue;
    }
    const noise = harnessNoise(call);
    if (noise !== undefined) story.noise[noise] = (story.noise[noise] ?? 0) + 1;
    else story.failures.push(tellFailure(call, result, session.calls.slice(at + 1, at + 1 + fixWindow)));
  }
  return story;
}

function tellFailure(
  call: ToolCall,
  result: NonNullable<ToolCall['result']>,
  next: readonly ToolCall[],
): ToldFailure {
  const fix = next.find((later) => later.result?.isError === false && isNearSame(call, later));
  return {
    line: result.src.line,
    tool: call.tool,
    what: whatOf(call),
    exitCode: result.exitCode,
    error: meaningfulLine(result.text),
    fixedBy: fix ? { line: fix.src.line, what: whatOf(fix) } : null,
  };
}

function whatOf(call: ToolCall): string {
  if (call.command !== null) return call.command;
  if (call.path !== null) return call.path;
  const json = JSON.stringify(call.input);
  return json === '{}' ? '' : json.slice(0, 400);
}
