import { describeChange } from '../base/change.ts';
import { terminalSafe } from '../base/text.ts';
import type { InstallReceipt, PackagedAgent, RemoveReceipt } from '../flows/agents/agent-install.ts';
import { closingCommand, settingsPath } from '../metrics/agents/host-hooks.ts';
import { wrapText } from './wrap-text.ts';

/** The packaged agents, each with when to use it. */
export function renderPackaged(agents: readonly PackagedAgent[]): string {
  return [
    ...agents.flatMap(({ name, description }) => [name, ...wrapText(description, 76, '  ')]),
    '',
    'Install one with `kaizen agent init <name>`, for Claude Code with --claude-code.',
  ].join('\n');
}

/** What an install did, and what to do with it. */
export function renderInstall(receipt: InstallReceipt, dryRun: boolean): string {
  const { name, path, file, hooks, changes } = receipt;
  const said = {
    written: `${name} ${dryRun ? 'would be' : 'is'} installed as ${path}.`,
    updated: `${path} ${dryRun ? 'is an older version and would be' : 'was an older version and is'} renewed.`,
    unchanged: `${path} is there already.`,
    kept: `${path} says something else than the packaged agent and is kept: it is yours.`,
  }[file];
  const hooked = {
    added: `${settingsPath} ${dryRun ? 'would note' : 'notes'} the end of its sessions; \`kaizen harvest\` makes their records.`,
    there: `${settingsPath} has the hooks already.`,
    none: `After a session: \`kaizen agent close ${name} --session <id>\`.`,
  }[hooks];
  return terminalSafe([said, hooked, ...changeLines(changes, dryRun)].join('\n'));
}

/** What a removal did. */
export function renderRemoval(receipt: RemoveReceipt, dryRun: boolean): string {
  const { path, file, hooks, changes } = receipt;
  const said = {
    removed: `${path} ${dryRun ? 'would be' : 'is'} removed.`,
    kept: `${path} was edited since, or was there before: it is yours and stays.`,
    gone: `${path} was gone already.`,
  }[file];
  const hooked = {
    removed: [`${settingsPath} ${dryRun ? 'would be' : 'is'} without the hooks again.`],
    kept: ['The hooks stay for the other agents of Claude Code.'],
    by_hand: [`${settingsPath} can no longer be edited safely: take out \`${closingCommand}\` by hand.`],
    none: [],
  }[hooks];
  return terminalSafe(
    [said, ...hooked, 'Its memory and metrics stay.', ...changeLines(changes, dryRun)].join('\n'),
  );
}

function changeLines(changes: Parameters<typeof describeChange>[0][], dryRun: boolean): string[] {
  if (changes.length === 0) return [];
  const lines = changes.map((change) => `  ${describeChange(change)}`);
  return dryRun ? ['Dry run, nothing was written:', ...lines] : lines;
}
