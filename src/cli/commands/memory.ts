import type { Command } from '../command.ts';
import { command as append } from './memory/append.ts';
import { command as brief } from './memory/brief.ts';
import { command as clear } from './memory/clear.ts';
import { command as close } from './memory/close.ts';
import { command as init } from './memory/init.ts';
import { command as lint } from './memory/lint.ts';
import { command as show } from './memory/show.ts';

export const command: Command = {
  name: 'memory',
  summary: 'What an agent remembers from session to session, and the brief it starts with',
  description:
    'The memory of an agent is .kaizen/agents/<agent>/memory.md: plain Markdown that people and agents write together. These commands change only what they add; every other byte stays as it was written.',
  examples: [
    ['Give an agent a memory', 'kaizen memory init tdd-workflow'],
    ['What it should know before it starts', 'kaizen memory brief tdd-workflow'],
    ['Check every memory', 'kaizen memory lint'],
  ],
  subcommands: [init, show, append, close, brief, lint, clear],
};
