import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../../src/cli/all.ts';
import type { Command } from '../../../../src/cli/command.ts';
import { flagsOf } from '../../../../src/cli/invocation.ts';
import { parseAgentDefinition } from '../../../../src/metrics/agents/agent-definition.ts';

const folder = 'src/templates/agents';
const names = readdirSync(folder).map((file) => file.replace('.md', ''));

describe('the packaged agents', () => {
  it('are those a fleet needs', () => {
    expect(names).toEqual([
      'coach',
      'debugging',
      'docs',
      'optimization',
      'refactor',
      'release',
      'reviewer',
      'tdd-workflow',
    ]);
  });

  it.each(names)('%s names only commands and flags that exist', async (name) => {
    const text = readFileSync(`${folder}/${name}.md`, 'utf8');
    const lines = [...text.matchAll(/`(kaizen [^`]+)`/g)].map((match) => match[1] as string);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) {
      const entry = commands.find((one) => one.name === line.split(' ')[1]);
      expect(entry, line).toBeDefined();
      let command = (await entry?.load())?.command as Command;
      const sub = command.subcommands?.find((one) => one.name === line.split(' ')[2]);
      if (sub) command = sub;
      else expect(command.run, line).toBeDefined();
      const known = flagsOf(command).map((flag) => `--${flag.name}`);
      for (const flag of line.match(/--[a-z-]+/g) ?? []) expect(known, line).toContain(flag);
    }
  });

  it.each(names)('%s is a definition with a whole protocol, and short', (name) => {
    const text = readFileSync(`${folder}/${name}.md`, 'utf8');
    const definition = parseAgentDefinition(`${name}.md`, text);
    expect(definition.name).toBe(name);
    expect(definition.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(definition.description).toMatch(/^Use (?:to|for|when|at) /);
    const headings = [...definition.body.matchAll(/^## (.*)$/gm)].map((match) => match[1]);
    for (const wanted of ['When to use', 'Inputs', 'Evidence', 'Stop conditions', 'Hand-off'])
      expect(headings).toContain(wanted);
    expect(text.split('\n').length - 1).toBeGreaterThanOrEqual(60);
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(120);
  });
});
