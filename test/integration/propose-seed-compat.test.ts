import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FlagValues } from '../../src/cli/command.ts';
import { command } from '../../src/cli/commands/propose.ts';
import { runCommand } from './run-command.ts';
import { temporaryFolder } from './temp-repository.ts';

const error = { message: 'Connection refused' };
const analytics = [1, 2, 3].map((n) => ({ session_id: `s${n}`, repo: 'shop', errors: Array(8).fill(error) }));

/** Runs `propose --seed-compat` as the CLI would; stderr notes are kept. */
function run(cwd: string, flags: FlagValues, options: { dryRun?: boolean } = {}) {
  return runCommand(command, cwd, { flags: { seedCompat: true, ...flags }, ...options });
}

function folderWith(text: string | Uint8Array): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'in.json'), text);
  return folder;
}

describe('propose --seed-compat', () => {
  it('prints the page, or the JSON, of the script', async () => {
    const cwd = folderWith(JSON.stringify({ sessions: analytics }));
    const page = await run(cwd, { input: 'in.json' });
    expect(page.text).toContain(
      '\nGenerated: 2026-11-20T09:00:00+00:00\nBased on analysis of 24 waste events across 1 repos.\n',
    );
    expect(page.text).toContain(
      '## 1. Fix repeated error: Error: connection refused\n\n**Priority:** LOW \n',
    );
    expect(page.exitCode ?? 0).toBe(0);
    const json = await run(cwd, { input: 'in.json', format: 'json', threshold: '1.5' });
    expect(JSON.parse(json.text)).toMatchObject([
      { estimated_monthly_hours_saved: 2, roi_weeks: 18, priority: 'low' },
    ]);
    const none = await run(cwd, { input: 'in.json', format: 'json', threshold: '2.5' });
    expect(none.text).toBe('[]\n');
  });

  it('writes the document where it is told, and nothing in a dry run', async () => {
    const cwd = folderWith(JSON.stringify(analytics));
    const dry = await run(cwd, { input: 'in.json', output: 'out.md' }, { dryRun: true });
    expect([dry.text, dry.notes, readdirSync(cwd)]).toEqual([
      '',
      ['Would write 1 proposals to out.md'],
      ['in.json'],
    ]);
    const written = await run(cwd, { input: 'in.json', output: 'out.md' });
    expect([written.text, written.notes]).toEqual(['', ['Wrote 1 proposals to out.md']]);
    expect(readFileSync(join(cwd, 'out.md'), 'utf8')).toMatch(/^# Improvement Proposals\n/);
    await run(cwd, { input: 'in.json', output: 'out.md', format: 'json' });
    expect(readFileSync(join(cwd, 'out.md'), 'utf8')).toMatch(/\n\]$/);
    expect(readdirSync(cwd).sort()).toEqual(['in.json', 'out.md']);
  });

  it('writes over nothing but plain files', async () => {
    const cwd = folderWith(JSON.stringify(analytics));
    mkdirSync(join(cwd, 'folder'));
    for (const output of ['folder', 'nowhere/out.md', '/dev/null'])
      await expect(run(cwd, { input: 'in.json', output })).rejects.toMatchObject({ code: 'cannot_write' });
    expect(existsSync(join(cwd, 'nowhere'))).toBe(false);
  });

  it('ends with 1 when there are no sessions, and says which input it cannot read', async () => {
    for (const text of ['[]', '{}', '{"sessions":[]}', '{"runs":[1]}']) {
      const result = await run(folderWith(text), { input: 'in.json' });
      expect([result.exitCode, result.text, result.notes]).toEqual([
        1,
        '',
        ['No sessions found in input file.'],
      ]);
    }
    const fails = async (text: string | Uint8Array, flags: FlagValues, error: object) =>
      expect(run(folderWith(text), { input: 'in.json', ...flags })).rejects.toMatchObject(error);
    await fails(
      '[{"errors":null}]',
      {},
      { code: 'bad_input', message: '$[0].errors: expected a list, found null' },
    );
    await fails('\ufeff[]', {}, { code: 'bad_input' });
    await fails(new Uint8Array([0x5b, 0xff, 0x5d]), {}, { code: 'bad_input' });
    await fails('[]', { input: 'other.json' }, { code: 'not_found' });
    await fails('[]', { threshold: 'much' }, { code: 'usage' });
    await fails('[]', { hourlyRate: '5 EUR' }, { code: 'usage' });
    await fails('[]', { input: undefined }, { code: 'usage' });
  });
});
