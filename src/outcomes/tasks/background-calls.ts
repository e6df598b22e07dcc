import type { ToolCall } from '../../sessions/session.ts';
import type { TimedEvent } from './hold-clock.ts';

/** A command that went on in the background, as it ended. */
export interface SettledCall {
  /** The call that began it, with the output and the exit code that came later. */
  call: ToolCall;
  /** The call as it stands in the session. */
  begun: ToolCall;
  /** Files were changed meanwhile: a check saw neither the state before nor the one after. */
  isOvertaken: boolean;
}

const wentOn = /^Command (?:running|was moved|is running)[^\n]{0,80}background[^\n]{0,40}\bID: ([\w-]+)/i;

/** Follows commands that an agent lets run on, to the place where the transcript tells how they ended. */
export class BackgroundCalls {
  private readonly open = new Map<string, { call: ToolCall; ms: number | null; edits: number }>();

  /** Notes a command whose result only says that it goes on; `edits`: changes to files so far. */
  begin(call: ToolCall, ms: number | null, edits: number) {
    const id = call.command === null ? undefined : wentOn.exec(call.result?.text ?? '')?.[1];
    if (id !== undefined) this.open.set(id, { call, ms, edits });
  }

  /** The command that this result (of a call that asks for output) or notification ends. */
  end({ event, ms }: TimedEvent, asking: ToolCall | undefined, edits: number): SettledCall | undefined {
    if (this.open.size === 0) return undefined;
    const told =
      event.kind === 'result' && asking
        ? readOutput(event.text, asking)
        : event.kind === 'user' && event.origin === 'injected'
          ? readNotification(event.text)
          : undefined;
    const begun = told && this.open.get(told.id);
    if (!told || !begun?.call.result) return undefined;
    this.open.delete(told.id);
    const durationMs = ms !== null && begun.ms !== null ? ms - begun.ms : null;
    const { exitCode, text } = told;
    const result = { ...begun.call.result, text, exitCode, isError: exitCode !== 0, durationMs };
    return { call: { ...begun.call, result }, begun: begun.call, isOvertaken: edits > begun.edits };
  }
}

interface Told {
  id: string;
  exitCode: number;
  text: string;
}

function readOutput(text: string, { input }: ToolCall): Told | undefined {
  const id = input.task_id ?? input.bash_id ?? input.shell_id;
  const exitCode = /<exit_code>(\d{1,3})<\/exit_code>/.exec(text)?.[1];
  if (
    typeof id !== 'string' ||
    exitCode === undefined ||
    !/<status>(?:completed|failed)<\/status>/.test(text)
  )
    return undefined;
  const outputs = [...text.matchAll(/<(output|stdout|stderr)>\n?([\s\S]*?)(?:<\/\1>|$)/g)].map(
    (match) => match[2],
  );
  return { id, exitCode: Number(exitCode), text: outputs.join('\n') };
}

/** `<task-id>b13</task-id> … completed (exit code 0)`: how it ended, without what it printed. */
function readNotification(text: string): Told | undefined {
  const id = /<task-id>([\w-]+)<\/task-id>/.exec(text)?.[1];
  const exitCode = /\b(?:completed|failed)[^<\n]{0,40}\bexit code (\d{1,3})\b/.exec(text)?.[1];
  return id === undefined || exitCode === undefined
    ? undefined
    : { id, exitCode: Number(exitCode), text: '' };
}
