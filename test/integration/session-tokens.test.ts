import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listSessions } from '../../src/flows/list-sessions.ts';
import { findTranscripts } from '../../src/io/find-transcripts.ts';
import { readSessionSummary } from '../../src/io/read-session.ts';
import { openRedactor } from '../../src/sessions/redact.ts';
import { ccusageProgram, corpus, hasCorpus, jsonlBelow } from './session-files.ts';
import { cleanEnvironment, temporaryFolder } from './temp-repository.ts';

const program = ccusageProgram() ?? '';
const numbers = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;

/** What ccusage counts in some files: input, output, cache read, cache write. */
function ccusage(agent: 'claude-code' | 'codex', files: readonly string[]): number[] {
  const home = temporaryFolder();
  const projects = join(home, 'claude', 'projects', 'shop');
  const sessions = join(home, 'codex', 'sessions', '2026', '11', '02');
  for (const folder of [projects, sessions]) mkdirSync(folder, { recursive: true });
  for (const [at, file] of files.entries()) {
    const target =
      agent === 'codex'
        ? join(sessions, `rollout-2026-11-02T00-00-00-${at}.jsonl`)
        : join(projects, `${at}.jsonl`);
    copyFileSync(file, target);
  }
  const output = execFileSync(program, ['session', '--json', '--offline'], {
    env: {
      ...cleanEnvironment(home),
      CLAUDE_CONFIG_DIR: join(home, 'claude'),
      CODEX_HOME: join(home, 'codex'),
    },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const { totals } = JSON.parse(output);
  return [totals.inputTokens, totals.outputTokens, totals.cacheReadTokens, totals.cacheCreationTokens];
}

/** Where the two differ, and why: src/transcripts/README.md, "Tokens". */
const explained = [
  // One response, written once with and once without its request id: ccusage counts it twice.
  'slopus__happy/duplicate-assistant-response.jsonl',
  // JSON with spaces after colons: ccusage does not see it.
  'moredip__session-share/session-viewer_test_INTEGRATION_fixtures_read-tool-variants.jsonl',
];

describe.skipIf(!hasCorpus || program === '')('token counts beside ccusage (../shared/corpus)', () => {
  const claude = hasCorpus ? jsonlBelow(join(corpus, 'claude-code')) : [];
  const codex = hasCorpus ? jsonlBelow(join(corpus, 'codex')) : [];

  it.each([
    ...claude.map((file) => ['claude-code', file] as const),
    ...codex.map((file) => ['codex', file] as const),
  ])('%s %s', async (agent, file) => {
    const { tokens } = await readSessionSummary(file);
    const ours = numbers.map((name) => tokens?.[name] ?? 0);
    if (explained.some((name) => file.endsWith(name))) expect(ours).not.toEqual(ccusage(agent, [file]));
    else expect(ours).toEqual(ccusage(agent, [file]));
  });

  it.each([['claude-code', claude] as const, ['codex', codex] as const])(
    'agree on the sum over all of %s within a hundredth',
    async (agent, files) => {
      const options = { redactor: openRedactor({ key: 'k' }) };
      const { totals } = await listSessions(await findTranscripts(files), options);
      const ours = numbers.map((name) => totals.tokens[name]);
      for (const [at, theirs] of ccusage(agent, files).entries()) {
        expect(Math.abs((ours[at] ?? 0) - theirs), numbers[at]).toBeLessThanOrEqual(theirs * 0.01);
      }
    },
  );
});
