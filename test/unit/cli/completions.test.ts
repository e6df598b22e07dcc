import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { renderCompletions } from '../../../src/cli/render-completions.ts';
import { everyCommand } from './every-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'kaizen-completions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const real = (await everyCommand()).filter((one) => one.path.length === 1).map((one) => one.command);
/** Beside the real commands: one that has every shape, so that the tests do not depend on what a command is like. */
const tea = {
  name: 'tea',
  summary: "Brew: it's [hot]",
  examples: [],
  subcommands: [
    {
      name: 'brew',
      summary: 'Brew a pot',
      examples: [],
      writes: true,
      args: [{ name: 'leaves', summary: 'Files', variadic: true }],
      flags: [
        { name: 'cup', value: '<size>', summary: "The cup's: size [of it]", choices: ['small', 'big'] },
      ],
    },
  ],
};
const all = [...real, tea];

function scriptFile(shell: 'bash' | 'zsh' | 'fish'): string {
  const file = join(folder, `kaizen.${shell}`);
  writeFileSync(file, renderCompletions(shell, all));
  return file;
}

function hasShell(shell: string): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}

describe('bash', () => {
  const file = scriptFile('bash');
  const complete = (...words: string[]): string[] => {
    const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kaizen; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const out = execFileSync('bash', ['-c', script, 'bash', file, 'kaizen', ...words], {
      encoding: 'utf8',
      cwd: folder,
    });
    return out.split('\n').filter(Boolean);
  };

  it('offers commands, subcommands, flags and choices', () => {
    expect(complete('')).toEqual(expect.arrayContaining(['completions', 'tea', '--json', '--version']));
    expect(complete('te')).toEqual(['tea']);
    expect(complete('tea', '')).toEqual(expect.arrayContaining(['brew']));
    expect(complete('tea', 'brew', '--c')).toEqual(['--cup']);
    expect(complete('tea', 'brew', '--d')).toEqual(['--dry-run']);
    expect(complete('tea', 'brew', '--cup', '')).toEqual(['small', 'big']);
    expect(complete('tea', 'brew', '--cup', '=')).toEqual(['small', 'big']);
    expect(complete('tea', 'brew', '--cup', '=', 'b')).toEqual(['big']);
    expect(complete('tea', 'brew', 'nothing-like-it')).toEqual([]);
  });

  it('knows every command', () => {
    for (const command of real) expect(complete(command.name)).toContain(command.name);
  });
});

describe.skipIf(!hasShell('zsh'))('zsh', () => {
  it('loads and names every command', () => {
    const out = execFileSync('zsh', [
      '-fc',
      `autoload -U compinit; compinit -u -d ${folder}/dump; source ${scriptFile('zsh')}; print $_comps[kaizen]`,
    ]);
    expect(out.toString().trim()).toBe('_kaizen');
  });
});

describe.skipIf(!hasShell('fish'))('fish', () => {
  const complete = (line: string): string[] =>
    execFileSync(
      'fish',
      ['--no-config', '-c', `source ${scriptFile('fish')}; complete -C ${JSON.stringify(line)}`],
      { encoding: 'utf8' },
    )
      .split('\n')
      .map((row) => row.split('\t')[0] ?? '')
      .filter(Boolean);

  it('offers commands, subcommands, flags and choices', () => {
    expect(complete('kaizen te')).toEqual(['tea']);
    expect(complete('kaizen tea ')).toContain('brew');
    expect(complete('kaizen tea brew --c')).toContain('--cup');
    expect(complete('kaizen tea brew --cup ')).toEqual(['big', 'small']);
  });
});
