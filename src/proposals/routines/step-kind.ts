import { isLookingShape } from '../../outcomes/call-shape.ts';

/**
 * What kind of step a call is: it **acts** (a build, a push, a click), it **asks** for a state in words that are always
 * the same (`git status`), or it is **free**: what is read, searched, written or told to another agent is thought up
 * for the occasion. A script can take over the first two.
 */
export type StepKind = 'acts' | 'asks' | 'free';

const askingCommand =
  /^\$ (?:ls|pwd|date|env|df|git (?:status|diff|log|branch|rev-parse|merge-base|remote|ls-files)|gh (?:\w+ )?(?:view|list|status|checks|diff)|(?:docker|kubectl|podman) (?:ps|logs|get|describe|inspect))$/;
const freeCommand =
  /^\$ (?:nl|less|more|echo|printf|ps|which|sleep|cd|git (?:show|blame|grep|cat-file|reflog)|gh search|script|.* (?:-[a-z]*[ce]|--eval|-Command))$/;
/** How the names of tools begin that only look, wait, plan or ask a person, in every agent's spelling. */
const looking =
  /^(?:mcp__[\w-]+?__)?(?:browser_)?(?:read|view|open_file|grep|glob|ls|list|search|find|fetch|get|look|show|query|todo|update_?plan|think|process_thoughts|ask|question|wait|monitor|schedule|tool_?search|web_?search|web_?fetch|bash_?output|task_?(?:output|create|update|list|get)|(?:exit|enter)_?plan\w*|skill|semantic|codebase|scroll|snapshot|screenshot|take_screenshot|console|network|preview_logs)/i;
/** The same of tools whose input is the work itself: files written, code run, agents told what to do. */
const writing =
  /^(?:edit|write|multi_?edit|notebook_?edit|apply_?patch|patch|str_?replace|create_?file|insert|replace|undo_?edit|task|agent|delegate|spawn|javascript|mcp__[\w-]+?__(?:javascript|computer|browser_(?:evaluate|run_code)))/i;

/** The kind of a call's shape, as `callShape` makes it. */
export function stepKind(shape: string): StepKind {
  if (!shape.startsWith('$ ')) return looking.test(shape) || writing.test(shape) ? 'free' : 'acts';
  if (askingCommand.test(shape)) return 'asks';
  return isLookingShape(shape) || freeCommand.test(shape) ? 'free' : 'acts';
}
