import type { TaskPhase } from '../../base/event-task.ts';
import type { ToolCall } from '../../sessions/session.ts';
import { type ShellSegment, shellSegments } from '../../sessions/shell-segments.ts';
import { gitVerb } from './find-commits.ts';

/** How far a task is, as its phases depend on it. */
export interface TaskProgress {
  /** A file was changed. */
  hasEdited: boolean;
  /** A commit was made, and no file changed since. */
  isCommitted: boolean;
}

/**
 * The phase a call belongs to, by what it does and how far the task is. The rule, first match wins:
 * tests, build, types, lint: VERIFY · a commit or what stages it: CHECKPOINT · a push, a pull request, a release:
 * FINALIZE · fetching code or dependencies before the first edit: INIT · a review, or looking at the diff after an
 * edit: REVIEW · a change to a file: IMPLEMENT · anything else: PLAN before the first edit, FINALIZE once all is
 * committed, else IMPLEMENT.
 */
export function phaseOfCall(
  call: ToolCall,
  does: { changes: boolean; checks: boolean },
  progress: TaskProgress,
): TaskPhase {
  if (does.checks) return 'VERIFY';
  const segments = call.command === null ? [] : shellSegments(call.command.slice(0, 20_000));
  const verbs = segments.map(gitVerb);
  const has = (...names: string[]) => verbs.some((verb) => verb !== undefined && names.includes(verb));
  if (has('commit', 'add', 'tag', 'stash') || /_commit\b/.test(call.tool)) return 'CHECKPOINT';
  if (has('push') || segments.some(isPublishing)) return 'FINALIZE';
  if (
    !progress.hasEdited &&
    (has('clone', 'fetch', 'pull', 'checkout', 'switch', 'worktree') || segments.some(isInstalling))
  )
    return 'INIT';
  if (does.changes) return 'IMPLEMENT';
  const isLooking = has('diff', 'show', 'log', 'status', 'blame') || segments.some(isLookingAtRequest);
  if (progress.hasEdited && !progress.isCommitted && isLooking) return 'REVIEW';
  if (subAgentTools.has(call.tool)) return phaseOfSubAgent(call, progress);
  return otherwise(progress);
}

/** The phase of what is no call of its own: thinking, an answer. */
export function otherwise({ hasEdited, isCommitted }: TaskProgress): TaskPhase {
  if (isCommitted) return 'FINALIZE';
  return hasEdited ? 'IMPLEMENT' : 'PLAN';
}

/** Tools that hand the work to a sub-agent. */
export const subAgentTools = new Set(['Task', 'Agent', 'Skill', 'spawn_agent']);

function phaseOfSubAgent({ input }: ToolCall, progress: TaskProgress): TaskPhase {
  const words = [input.subagent_type, input.skill, input.agent_type, input.description]
    .filter((word) => typeof word === 'string')
    .join(' ');
  if (/review|audit|critic/i.test(words)) return 'REVIEW';
  if (/\b(?:test|verif)\w*/i.test(words)) return 'VERIFY';
  if (/explore|plan|research|investigat/i.test(words) && !progress.hasEdited) return 'PLAN';
  return otherwise(progress);
}

const isPublishing = ({ words }: ShellSegment) =>
  /^(?:gh|glab|tea)$/.test(words[0] ?? '') &&
  /^(?:pr|mr|release|pulls?)$/.test(words[1] ?? '') &&
  /^(?:create|merge|edit|ready|close|comment)$/.test(words[2] ?? '');

const isLookingAtRequest = ({ words }: ShellSegment) =>
  /^(?:gh|glab|tea)$/.test(words[0] ?? '') &&
  /^(?:pr|mr|pulls?)$/.test(words[1] ?? '') &&
  /^(?:diff|view|checks|review|status)$/.test(words[2] ?? '');

const installers: Record<string, RegExp> = {
  npm: /^(?:i|ci|install|add)$/,
  pnpm: /^(?:i|install|add|fetch)$/,
  yarn: /^(?:install|add)$/,
  bun: /^(?:i|install|add)$/,
  pip: /^install$/,
  pip3: /^install$/,
  uv: /^(?:sync|pip|add|venv)$/,
  poetry: /^(?:install|add)$/,
  cargo: /^(?:fetch|add)$/,
  go: /^(?:mod|get)$/,
  bundle: /^install$/,
  composer: /^(?:install|require)$/,
  apt: /^(?:install|update)$/,
  'apt-get': /^(?:install|update)$/,
  brew: /^install$/,
};

function isInstalling({ words }: ShellSegment): boolean {
  const rest = words[0] === 'sudo' ? words.slice(1) : words;
  const program = rest[0] ?? '';
  return Object.hasOwn(installers, program) && installers[program]?.test(rest[1] ?? '') === true;
}
