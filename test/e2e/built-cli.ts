import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { cleanEnvironment } from '../integration/temp-repository.ts';

/** The built program; `npm test` builds it first. */
export const cliFile = resolve('dist/cli/main.js');
if (!existsSync(cliFile)) throw new Error('dist/ is not built: run `npm run build` first');

/** The environment of a person without settings, colours or debuggers. */
export function builtEnvironment(home: string): NodeJS.ProcessEnv {
  const { NO_COLOR, FORCE_COLOR, NODE_OPTIONS, ...env } = cleanEnvironment(home);
  return env;
}

/** Runs the built program to its end. */
export function kaizen(
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; input?: string; nodeArgs?: string[] },
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [...(options.nodeArgs ?? []), cliFile, ...args], {
    cwd: options.cwd,
    env: options.env ?? builtEnvironment(options.cwd),
    input: options.input ?? '',
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** Starts the built program and leaves it running; stdin stays open. */
export function startKaizen(args: readonly string[], cwd: string) {
  return spawn(process.execPath, [cliFile, ...args], {
    cwd,
    env: builtEnvironment(cwd),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
