import type { Command } from '../command.ts';
import { close } from './agent/close.ts';
import { init, remove } from './agent/install.ts';
import { lint, list, show } from './agent/look.ts';

export const command: Command = {
  name: 'agent',
  summary: 'Define, install, check and close agents that are measured by what they do',
  description:
    'An agent is a Markdown file: front matter that says what it is measured by, and the prompt below it. Definitions stand in .kaizen/agents/<name>/agent.md or, as Claude Code has them, in .claude/agents/.',
  examples: [['Install the reference agent for Claude Code', 'kaizen agent init tdd-workflow --claude-code']],
  subcommands: [list, show, lint, init, remove, close],
};
