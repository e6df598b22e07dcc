import type { Command } from '../command.ts';
import { command as correlate } from './metrics/correlate.ts';
import { command as decide } from './metrics/decide.ts';
import { command as doctor } from './metrics/doctor.ts';
import { command as exportExecutions } from './metrics/export.ts';
import { command as list } from './metrics/list.ts';
import { command as optimize } from './metrics/optimize.ts';
import { command as prune } from './metrics/prune.ts';
import { command as recommendations } from './metrics/recommendations.ts';
import { command as record } from './metrics/record.ts';
import { command as show } from './metrics/show.ts';

export const command: Command = {
  name: 'metrics',
  summary: 'Record and read what the executions of agents come to',
  description:
    'Each agent has a folder .kaizen/metrics/<agent>/ with executions.jsonl, one execution a line, append-only, and summary.json, which follows from it and is renewed by itself. Branches merge to the union of their executions.',
  examples: [
    ['Record an execution', 'kaizen metrics record tdd-workflow --success --time 812 --quality 0.9'],
    ['What they come to', 'kaizen metrics show tdd-workflow'],
    ['Every agent', 'kaizen metrics list'],
    ['What is wrong with them, beyond chance', 'kaizen metrics optimize'],
  ],
  subcommands: [
    record,
    show,
    list,
    exportExecutions,
    prune,
    correlate,
    doctor,
    optimize,
    recommendations,
    decide,
  ],
};
