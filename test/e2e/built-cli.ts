import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The built program; `npm test` builds it first. */
export const cliFile = resolve('dist/cli/main.js');
if (!existsSync(cliFile)) throw new Error('dist/ is not built: run `npm run build` first');

/** A quiet environment: no colours, no Git settings of this machine, no transcripts of this user. */
export function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(GIT_|CLAUDE|CODEX|XDG_|KAIZEN|NO_COLOR|FORCE_COLOR|NODE_OPTIONS|VITEST)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    GIT_CONFIG_GLOBAL: `${home}/.gitconfig`,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
  };
}

/** Runs the built program to its end. */
export function kaizen(
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; input?: string; nodeArgs?: string[] },
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [...(options.nodeArgs ?? []), cliFile, ...args], {
    cwd: options.cwd,
    env: options.env ?? cleanEnvironment(options.cwd),
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
    env: cleanEnvironment(cwd),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
