import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { enqueueClosing } from '../../io/closing-queue.ts';
import { appendHookLog } from '../../io/hook-log.ts';
import { locateStore } from '../../io/locate-store.ts';
import { problemOfAgentName } from '../../metrics/agents/agent-name.ts';

/** What a host says on stdin when a session or a sub-agent ends; every field may be missing. */
interface HostInput {
  session_id?: unknown;
  transcript_path?: unknown;
  cwd?: unknown;
  hook_event_name?: unknown;
  /** The agent a session was started with, or the sub-agent that ended. */
  agent_type?: unknown;
  agent_id?: unknown;
  agent_transcript_path?: unknown;
}

/**
 * The answer to the hook at the end of a session: when it was one of an agent that is defined here, a note of at most
 * 1 KiB for the next harvest. Reads no transcript, starts no process, never throws: what went wrong stands in the hook
 * log.
 */
export async function enqueueEndedSession(call: {
  cwd: string;
  now: Date;
  input: Promise<string>;
}): Promise<void> {
  try {
    const text = await call.input;
    const input = (text.trim() === '' ? {} : JSON.parse(text)) as HostInput;
    const ended = endedSession(input);
    if (!ended) return;
    const cwd = typeof input.cwd === 'string' && isAbsolute(input.cwd) ? input.cwd : call.cwd;
    const { root, localDir } = await locateStore(cwd);
    const isDefined = [`.kaizen/agents/${ended.agent}/agent.md`, `.claude/agents/${ended.agent}.md`].some(
      (path) => existsSync(join(root, path)),
    );
    if (!isDefined) return;
    if (!enqueueClosing(localDir, { ...ended, at: call.now.toISOString() }))
      await appendHookLog(call, `a session of ${ended.agent} is not noted: its transcript path is too long`);
  } catch (error) {
    await appendHookLog(call, `the end of a session is not noted: ${(error as Error).message}`);
  }
}

function endedSession(
  input: HostInput,
): { agent: string; sessionId: string; transcript: string } | undefined {
  const isSubAgent = input.hook_event_name === 'SubagentStop';
  const agent = input.agent_type;
  const sessionId = isSubAgent ? input.agent_id : input.session_id;
  const transcript = isSubAgent ? input.agent_transcript_path : input.transcript_path;
  if (typeof agent !== 'string' || problemOfAgentName(agent) !== undefined) return undefined;
  if (typeof sessionId !== 'string' || typeof transcript !== 'string' || !isAbsolute(transcript))
    return undefined;
  return { agent, sessionId, transcript };
}
