import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder, temporaryRepository } from '../integration/temp-repository.ts';
import { ran, typed, writeTranscript } from '../integration/transcript-files.ts';
import { builtEnvironment, cliFile, kaizen } from './built-cli.ts';

it('a session of an installed agent is one record, though the host runs its hook twice', () => {
  const root = temporaryRepository();
  const run = (...args: string[]) => kaizen(args, { cwd: root });
  expect(run('agent', 'init', 'tdd-workflow', '--claude-code').status).toBe(0);
  const transcript = writeTranscript(temporaryFolder(), '5a8e13d7-4c92', [
    typed('round the total'),
    ...ran('npm test', '      Tests  12 passed (12)'),
  ]);
  const input = JSON.stringify({
    session_id: '5a8e13d7-4c92',
    transcript_path: transcript,
    cwd: root,
    hook_event_name: 'SessionEnd',
    reason: 'other',
    agent_type: 'tdd-workflow',
  });
  for (let times = 0; times < 2; times++) expect(runHook(root, input)).toEqual([0, '', '']);
  const { stdout } = run('harvest', transcript, '--json');
  expect(JSON.parse(stdout).closings.closed).toMatchObject([{ outcome: 'recorded' }]);
  expect(run('harvest', transcript).stdout).not.toContain('Sessions of agents');
  const file = join(root, '.kaizen/metrics/tdd-workflow/executions.jsonl');
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1);
  expect(run('agent', 'lint').status).toBe(0);
  expect(run('agent', 'remove', 'tdd-workflow').status).toBe(0);
});

/** Runs the command that stands in the settings as the host does: by a shell, with `kaizen` in its PATH. */
function runHook(root: string, input: string): [number | null, string, string] {
  const settings = JSON.parse(readFileSync(join(root, '.claude/settings.json'), 'utf8'));
  const bin = join(root, '.git', 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'kaizen'), `#!/bin/sh\nexec "${process.execPath}" "${cliFile}" "$@"\n`);
  chmodSync(join(bin, 'kaizen'), 0o755);
  const env = builtEnvironment(root);
  const { status, stdout, stderr } = spawnSync('sh', ['-c', settings.hooks.SessionEnd[0].hooks[0].command], {
    cwd: root,
    env: { ...env, PATH: `${bin}:${env.PATH}` },
    input,
    encoding: 'utf8',
  });
  return [status, stdout, stderr];
}
