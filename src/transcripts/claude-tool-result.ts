/** What the text of a Claude Code tool result says about the call beyond its error flag. */
export interface ResultReading {
  denied: 'person' | 'rule' | null;
  deniedSaid: string | null;
  collateral: boolean;
}

const personRefused =
  /^(?:The user doesn't want to (?:proceed with|take) this (?:tool use|action)|User rejected )/;
const userSaid = /the user said:\s*([\s\S]+)$/;
const afterword = /\n\nNote: The user's next message may contain a correction[\s\S]*$/;
const ruleRefused =
  /^(?:Permission for this (?:action|tool use|command) (?:was|has been) denied|Permission to use \S+ (?:with .{1,200} )?has been denied|Claude requested permissions? to .{1,400}, but you haven't granted it yet|\S+ hook error: .{0,200}BLOCKED|BLOCKED by )/;
const notItsOwn =
  /^(?:<tool_use_error>)?(?:Sibling tool call errored|Cancelled: parallel tool call|\[Request interrupted by user|Permission prompt was aborted|Tool (?:use|execution) was (?:interrupted|cancelled|aborted))/i;

/** `kind` is the line's `toolDenialKind`, where there is one. */
export function readResultText(text: string, kind: unknown): ResultReading {
  const byPerson = kind === 'user-rejected' || personRefused.test(text);
  if (byPerson) {
    const said = userSaid.exec(text)?.[1]?.replace(afterword, '').trim();
    return { denied: 'person', deniedSaid: said ? said : null, collateral: false };
  }
  if (kind === 'permission-rule' || ruleRefused.test(text))
    return { denied: 'rule', deniedSaid: null, collateral: false };
  return { denied: null, deniedSaid: null, collateral: notItsOwn.test(text) };
}

const shellTools = new Set(['Bash', 'PowerShell']);
const exitLine = /^(?:Error: )?Exit code (\d{1,10})\b/;

/**
 * Exit code of a shell call. Claude Code writes it only before a failed result; a shell result without error ended
 * with 0, unless the harness called a non-zero code harmless (`interpreted`) or the command runs on in the background.
 */
export function claudeExitCode(call: {
  tool: string | undefined;
  text: string;
  isError: boolean;
  interpreted: boolean;
}): number | null {
  const { tool, text, isError, interpreted } = call;
  if (tool !== undefined && !shellTools.has(tool)) return null;
  if (isError) {
    const code = exitLine.exec(text)?.[1];
    return code === undefined ? null : Number(code);
  }
  if (tool === undefined || interpreted || /^Command (?:running|was moved|did not complete)/.test(text))
    return null;
  return 0;
}
