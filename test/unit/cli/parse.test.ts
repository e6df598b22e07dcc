import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandEntry } from '../../../src/cli/all.ts';
import { parseFully } from '../../../src/cli/build-program.ts';
import type { Command } from '../../../src/cli/command.ts';
import { parseQuickly } from '../../../src/cli/parse-quickly.ts';

const style = { columns: 80, color: false };
const run = async () => ({ data: null, text: '' });
const brew: Command = {
  name: 'brew',
  summary: 'Brew tea',
  args: [
    { name: 'leaf', summary: 'Which', required: true },
    { name: 'more', summary: 'More', variadic: true },
  ],
  flags: [
    { name: 'minutes', short: 'm', value: '<n>', summary: 'How long' },
    { name: 'with', value: '<what>', summary: 'Beside it', repeat: true },
    { name: 'cup', value: '<size>', summary: 'Size', choices: ['small', 'big'] },
    { name: 'no-sugar', summary: 'Without' },
    { name: 'hot', summary: 'Boiling' },
  ],
  writes: true,
  examples: [],
  run,
};
const plain: Command = { name: 'plain', summary: 'Takes nothing', examples: [], run };
const group: Command = {
  name: 'pot',
  summary: 'Pots',
  examples: [],
  subcommands: [brew, { name: 'nest', summary: 'Deeper', examples: [], subcommands: [plain] }],
};
const both: Command = { ...plain, name: 'both', subcommands: [plain] };
const registry: CommandEntry[] = [brew, plain, group, both].map((command) => ({
  name: command.name,
  summary: command.summary,
  group: 'Loop',
  load: async () => ({ command }),
}));

const full = (argv: string[]) => parseFully(argv, style, 'kaizen 1.2.3', registry);

describe('the two parsers', () => {
  const word = fc.constantFrom(
    ...['brew', 'plain', 'pot', 'nest', 'both', 'green', '', '-', '--', '-1', '-x', 'a b', 'small', 'huge'],
    ...[
      '--minutes',
      '-m',
      '-m5',
      '--minutes=5',
      '--minutes=',
      '--with',
      '--with=x',
      '--cup',
      '--no-sugar',
      '--sugar',
    ],
    ...[
      '--hot',
      '--hot=1',
      '--json',
      '-C',
      '-C.',
      '--repo-dir=.',
      '--now',
      '--no-color',
      '--color',
      '--dry-run',
    ],
    ...['--help', '-h', '-V', '--version', '-hV', '--unknown', '--minute'],
  );
  const start = fc.constantFrom(['brew'], ['plain'], ['pot', 'brew'], ['pot', 'nest', 'plain'], ['both'], []);

  it('agree: what the quick one understands, the full one understands the same way', async () => {
    let understood = 0;
    await fc.assert(
      fc.asyncProperty(start, fc.array(word, { maxLength: 6 }), async (path, rest) => {
        const quick = await parseQuickly([...path, ...rest], registry).catch((error) => error);
        if (quick === undefined) return;
        understood++;
        expect(await full([...path, ...rest]).catch((error) => error)).toEqual(quick);
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect(understood).toBeGreaterThan(150);
  });

  it('read every shape of flag', async () => {
    const argv = [
      'pot',
      'brew',
      'green',
      '-m',
      '5',
      '--with=milk',
      '--with',
      'a b',
      '--cup',
      'big',
      '--no-sugar',
      '--json',
      '-C',
      '.',
      'x',
    ];
    const expected = {
      kind: 'run',
      path: ['pot', 'brew'],
      args: ['green', 'x'],
      flags: { minutes: '5', with: ['milk', 'a b'], cup: 'big', noSugar: true },
      globals: { json: true, repoDir: '.' },
    };
    expect(await parseQuickly(argv, registry)).toMatchObject(expected);
    expect(await full(argv)).toMatchObject(expected);
  });
});

describe('mistakes', () => {
  it.each([
    [['brwe'], "unknown command 'brwe' (did you mean brew?)", '`kaizen --help`'],
    [
      ['brew', 'green', '--minute', '5'],
      "unknown flag '--minute' (did you mean --minutes?)",
      '`kaizen brew --help`',
    ],
    [['brew'], "missing required argument 'leaf'", '`kaizen brew --help`'],
    [['plain', 'x'], 'too many arguments. Expected 0 arguments but got 1.', '`kaizen plain --help`'],
    [
      ['brew', 'green', '--cup', 'huge'],
      "--cup cannot be 'huge'; it is one of: small, big",
      '`kaizen brew --help`',
    ],
    [['brew', 'green', '--minutes'], "flag '-m, --minutes <n>' argument missing", '`kaizen brew --help`'],
    [['pot'], '`kaizen pot` needs one of its subcommands: brew, nest', '`kaizen pot --help`'],
    [['pot', 'brw'], "unknown command 'brw' (did you mean brew?)", '`kaizen pot --help`'],
    [['brew', '- green'], "unknown flag '- green'", 'after `--`'],
    [['--jsn'], "unknown flag '--jsn' (did you mean --json?)", '`kaizen --help`'],
  ])('%j says %s', async (argv, message, help) => {
    const error = await full(argv).then(
      () => undefined,
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: 'usage', exitCode: 2, message });
    expect(error.hint).toContain(help);
  });
});

describe('texts', () => {
  it('answers help in every way people ask for it', async () => {
    for (const argv of [
      ['pot', 'brew', '--help'],
      ['pot', 'brew', '-h'],
      ['help', 'pot', 'brew'],
      ['--json', 'pot', 'brew', '-h'],
    ])
      expect(await full(argv)).toMatchObject({
        kind: 'text',
        text: expect.stringContaining('kaizen pot brew – Brew tea'),
      });
    for (const argv of [['--help'], ['--json'], ['help']])
      expect(await full(argv)).toMatchObject({
        kind: 'text',
        text: expect.stringContaining('Usage  kaizen <command> [flags]'),
      });
    expect(await full(['--version'])).toEqual({ kind: 'text', text: 'kaizen 1.2.3\n' });
  });
});
