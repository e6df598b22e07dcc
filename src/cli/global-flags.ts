import type { FlagSpec } from './command.ts';

/** Flags every command understands, before or after its name. No command may reuse these names (a test keeps that). */
export const globalFlags: readonly FlagSpec[] = [
  { name: 'json', summary: 'Print one JSON document on stdout (schema_version 1)' },
  {
    name: 'repo-dir',
    short: 'C',
    value: '<folder>',
    summary: 'Work as if started in this folder',
    default: '.',
  },
  {
    name: 'now',
    value: '<iso>',
    summary: 'Take this as the time, e.g. 2026-11-20T09:00:00Z',
    default: 'the clock',
  },
  { name: 'no-color', summary: 'No colours (so does NO_COLOR=1; FORCE_COLOR=1 keeps them in a pipe)' },
  { name: 'help', short: 'h', summary: 'Show help and leave' },
  { name: 'version', short: 'V', summary: 'Show the version and leave' },
];

/** Given to every command that writes. */
export const dryRunFlag: FlagSpec = {
  name: 'dry-run',
  summary: 'Print what would be written; write nothing',
};
