import { isAbsolute } from 'node:path';
import { type Bootstrap, type BootstrapRequest, bootstrap } from './bootstrap.ts';

/** What the command line says; the host's input fills what it leaves open. */
export interface HookCall {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  now: Date;
  /** What the host says on stdin. */
  input: Promise<string>;
  /** Throws `usage` for flags that are wrong. */
  request(): Omit<BootstrapRequest, 'projectDir' | 'channel'>;
}

/** What hosts tell a session-start hook; every field may be missing. */
interface HostInput {
  session_id?: unknown;
  cwd?: unknown;
  transcript_path?: unknown;
  hook_event_name?: unknown;
}

/** About a second of reading. Beyond it the index is built in the background, for the next session. */
const mostFiles = 15_000;

/**
 * The JSON a session-start hook prints: the packet as `additionalContext`, in the shape that Claude Code, Codex and
 * Gemini share. Empty when there is nothing to say. Never throws: what went wrong stands in the hook log.
 */
export async function answerHook(call: HookCall): Promise<string> {
  try {
    const input = parseInput(await call.input);
    const request = call.request();
    const result = await bootstrap({
      ...request,
      projectDir: typeof input.cwd === 'string' && isAbsolute(input.cwd) ? input.cwd : call.cwd,
      session: request.session ?? (typeof input.session_id === 'string' ? input.session_id : undefined),
      agent: request.agent ?? guessAgent(input, call.env),
      channel: 'hook',
      mostFiles,
    });
    if (!result || result.wantsIndex) {
      const { buildInBackground } = await import('./build-in-background.ts');
      if (await buildInBackground(request.storeDir))
        await log(call, 'the index is not built yet: building it for the next session');
    }
    if (!result) return '';
    for (const note of result.notes) await log(call, note);
    return formatAnswer(result);
  } catch (error) {
    await log(call, (error as Error).message);
    return '';
  }
}

async function log(call: HookCall, message: string): Promise<void> {
  const { appendHookLog } = await import('../io/hook-log.ts');
  await appendHookLog(call, message);
}

function parseInput(text: string): HostInput {
  if (text.trim() === '') return {};
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as HostInput) : {};
}

/** By the place of its transcript, else by the variable its shell sets. */
function guessAgent(input: HostInput, env: HookCall['env']): string | undefined {
  const path = typeof input.transcript_path === 'string' ? input.transcript_path.replaceAll('\\', '/') : '';
  if (path.includes('/.claude/')) return 'claude-code';
  if (path.includes('/.codex/')) return 'codex';
  if (path.includes('/.gemini/')) return 'gemini-cli';
  return env.CLAUDECODE === '1' ? 'claude-code' : undefined;
}

function formatAnswer({ packet }: Bootstrap): string {
  if (packet.text === '') return '';
  const answer = { hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: packet.text } };
  return `${JSON.stringify(answer)}\n`;
}
