import type { Change } from '../../../base/change.ts';
import type { KnowledgeCall } from '../../../flows/knowledge/knowledge-store.ts';
import type { CommandContext, FlagSpec } from '../../command.ts';

/** What the knowledge flows need of a command's world. */
export function callOf(ctx: CommandContext): KnowledgeCall {
  return { dir: ctx.cwd, now: ctx.now, env: ctx.env, dryRun: ctx.dryRun };
}

/** Changes in a --json document: what happened to which path, without the texts. */
export function changesForJson(changes: readonly Change[]): { kind: Change['kind']; path: string }[] {
  return changes.map(({ kind, path }) => ({ kind, path }));
}

export const byFlag: FlagSpec = {
  name: 'by',
  value: '<name>',
  summary: "Who decides (default: Git's user.name)",
};

export const reasonFlag: FlagSpec = {
  name: 'reason',
  value: '<text>',
  summary: 'Why; kept in the event log',
};

export const scopeFlag: FlagSpec = {
  name: 'scope',
  value: '<scope>',
  repeat: true,
  summary: 'Only of global, <owner>/<name>, agent:<name>, or . (this repository)',
};
