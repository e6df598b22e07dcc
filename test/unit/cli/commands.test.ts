import { describe, expect, it } from 'vitest';
import { commands, groups } from '../../../src/cli/all.ts';
import { parseFully } from '../../../src/cli/build-program.ts';
import { dryRunFlag, globalFlags } from '../../../src/cli/global-flags.ts';
import { parseQuickly } from '../../../src/cli/parse-quickly.ts';
import { everyCommand } from './every-command.ts';

const style = { columns: 80, color: false };
const placed = await everyCommand();

describe.each(placed.map((one) => [one.path.join(' '), one] as const))(
  'kaizen %s',
  (name, { path, command }) => {
    it('is named, summed up and shown by examples', () => {
      expect(command.name).toBe(path.at(-1));
      expect(command.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(command.summary).toMatch(/^[A-Z].{10,100}[^.]$/);
      expect(command.examples.length).toBeGreaterThan(0);
    });

    it('documents flags that clash with nothing', () => {
      const taken = new Set(
        [...globalFlags, dryRunFlag].flatMap((flag) => [flag.name, flag.short ?? flag.name]),
      );
      for (const flag of command.flags ?? []) {
        expect(flag.name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
        expect(flag.summary.length).toBeGreaterThan(5);
        for (const name of [flag.name, ...(flag.short ? [flag.short] : [])]) {
          expect(taken.has(name), `--${name} is taken`).toBe(false);
          taken.add(name);
        }
        if (flag.value) expect(flag.value).toMatch(/^<[^<>]+>$/);
        if (flag.short) expect(flag.short).toMatch(/^[A-Za-z]$/);
        if (flag.choices && flag.default !== undefined) expect(flag.choices).toContain(flag.default);
      }
    });

    it('has examples that parse', async () => {
      for (const [what, line] of command.examples) {
        expect(what.length).toBeGreaterThan(5);
        for (const argv of kaizenCallsOf(line)) {
          const invocation = await parseFully(argv, style, 'v');
          expect(invocation.kind, line).toBe('run');
        }
        expect(kaizenCallsOf(line).length, line).toBeGreaterThan(0);
      }
    });

    it('answers --help with everything it takes, at most 80 columns wide', async () => {
      const help = await parseFully([...path, '--help'], style, 'v');
      if (help.kind !== 'text') throw new Error('no help');
      expect(help.text).toContain(`kaizen ${name}`);
      for (const flag of command.flags ?? []) expect(help.text).toContain(`--${flag.name}`);
      for (const arg of command.args ?? []) expect(help.text).toContain(arg.name);
      for (const line of help.text.split('\n'))
        if (!line.startsWith('    $ ')) expect(line.length, line).toBeLessThanOrEqual(80);
      expect(await parseQuickly([...path, '--help'])).toBeUndefined();
    });

    it('refuses a flag it does not know with exit code 2', async () => {
      await expect(parseFully([...path, '--no-such-flag'], style, 'v')).rejects.toMatchObject({
        code: 'usage',
        exitCode: 2,
      });
    });
  },
);

describe('the registry', () => {
  it('says what each command says of itself, in the order of the groups', () => {
    for (const { path, command } of placed.filter((one) => one.path.length === 1)) {
      const entry = commands.find((one) => one.name === path[0]);
      expect(entry?.summary).toBe(command.summary);
    }
    const order = commands.map((entry) => groups.indexOf(entry.group));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(new Set(commands.map((entry) => entry.name)).size).toBe(commands.length);
  });
});

/** The `kaizen …` calls inside an example line, as argument lists; what other programs of the line do is left out. */
function kaizenCallsOf(line: string): string[][] {
  return [...line.matchAll(/(?:^|[\s(;&|])kaizen((?:\s+(?:'[^']*'|"[^"]*"|[^\s'"|<>();&]+)+)*)/g)].map(
    (call) =>
      [...(call[1] ?? '').matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"]+)+/g)].map((word) =>
        word[0].replace(/['"]/g, ''),
      ),
  );
}
