import { KaizenError } from '../../base/errors.ts';
import type { Command } from '../command.ts';
import { numberFlag, textFlag } from '../flag-values.ts';

const run: Command = {
  name: 'run',
  summary: 'Simulate the sessions of an agent and run the whole loop on them',
  description:
    'Makes a throw-away repository with a Git history and transcripts of made-up sessions (decided by the seed), installs the agent there, calls its hook as a host would, and runs harvest, metrics, optimizer, brief and proposals on them: the flows that real sessions go through. Some weaknesses are planted (a test that stays red, a database that is down, a session that deletes the failing test), so that there is something to find. Only that repository is written.',
  flags: [
    { name: 'simulate', value: '<n>', summary: 'How many sessions', default: 12 },
    { name: 'seed', value: '<n>', summary: 'Decides what happens in them', default: 1 },
    { name: 'agent', value: '<name>', summary: 'A packaged agent', default: 'tdd-workflow' },
    {
      name: 'into',
      value: '<folder>',
      summary: 'New or empty folder for the repository',
      default: 'a temporary one',
    },
  ],
  examples: [
    ['The loop on twelve sessions', 'kaizen pilot run --simulate 12 --seed 7'],
    ['Nine: too few for a recommendation', 'kaizen pilot run --simulate 9 --seed 7'],
    ['Keep the repository to look around in', 'kaizen pilot run --into ./pilot'],
  ],
  errors: ['usage', 'not_found', 'cannot_write'],
  async run(ctx, _args, flags) {
    const { runPilot } = await import('../../flows/pilot.ts');
    const { pilotForJson, renderPilot } = await import('../render-pilot.ts');
    const { resolve } = await import('node:path');
    const n = numberFlag(flags, 'simulate', { min: 1, max: 500 }) ?? 12;
    const seed = numberFlag(flags, 'seed', { min: 0, max: 2 ** 32 - 1 }) ?? 1;
    const into = textFlag(flags, 'into');
    if (into === '') throw new KaizenError('usage', '--into needs a folder');
    const report = await runPilot({
      n,
      seed,
      agent: textFlag(flags, 'agent') ?? 'tdd-workflow',
      into: into === undefined ? undefined : resolve(ctx.cwd, into),
      now: ctx.now,
      env: ctx.env,
      signal: ctx.signal,
    });
    return { data: pilotForJson(report), text: renderPilot(report, ctx) };
  },
};

export const command: Command = {
  name: 'pilot',
  summary: 'See the loop of a measured agent, from session to proposal, on simulated sessions',
  examples: [['The loop on twelve sessions', 'kaizen pilot run --simulate 12 --seed 7']],
  subcommands: [run],
};
