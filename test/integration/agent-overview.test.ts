import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { renderAgent, renderAgentLint, renderAgents } from '../../src/cli/render-agents.ts';
import { readAgentDefinition } from '../../src/flows/agents/agent-definitions.ts';
import { installAgent } from '../../src/flows/agents/agent-install.ts';
import { checkAgents, describeAgent, listDefinedAgents } from '../../src/flows/agents/agent-overview.ts';
import { openRepository } from '../../src/io/repository.ts';
import { temporaryRepository } from './temp-repository.ts';

const style = { color: false, columns: 120 };
const row = (at: number) =>
  `{"id":"e${at}","timestamp":"2026-11-${String(10 + at)}T10:00:00.000Z","agent":"ghost","success":true}`;

it('lists, shows and checks what a repository has', async () => {
  const root = temporaryRepository();
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const repository = await openRepository(root);
  expect(renderAgents(await listDefinedAgents(repository), style)).toContain('`kaizen agent init`');
  await installAgent(repository, 'debugging', { claudeCode: false, hooks: false, dryRun: false });
  put('.claude/agents/team/scout.md', '---\nname: scout\ndescription: Use it when: always\n---\nLook.\n');
  put('.claude/agents/broken.md', '---\nname: broken\ndescription: x\nmemory: perhaps\n---\nLook.\n');
  put('.kaizen/metrics/ghost/executions.jsonl', `${row(0)}\n${row(1)}\n`);
  put('.kaizen/agents/writer/memory.md', '# Memory\n');

  const agents = await listDefinedAgents(repository);
  expect(agents.map(({ name, path }) => [name, path])).toEqual([
    ['broken', '.claude/agents/broken.md'],
    ['debugging', '.kaizen/agents/debugging/agent.md'],
    ['ghost', null],
    ['scout', '.claude/agents/team/scout.md'],
    ['writer', null],
  ]);
  expect(renderAgents(agents, style)).toMatch(/debugging +1\.0\.0 +check_pass_rate ≥ 1 +0 +– +no/);

  expect((await readAgentDefinition(repository, 'scout'))?.description).toBe('Use it when: always');
  await expect(readAgentDefinition(repository, 'broken')).rejects.toMatchObject({
    code: 'bad_agent',
    message: expect.stringMatching(/^\.claude\/agents\/broken\.md:4: memory: must be enabled or disabled/),
  });
  expect(await readAgentDefinition(repository, '../debugging')).toBeUndefined();

  const { definitions, findings } = await checkAgents(repository);
  expect(renderAgentLint(definitions, findings, style).split('\n')).toEqual([
    expect.stringMatching(/^error {2}\.claude\/agents\/broken\.md:4 {2}memory: must be/),
    expect.stringMatching(/^hint {3}\.claude\/agents\/team\/scout\.md:3 {2}frontmatter: /),
    expect.stringMatching(/^hint {3}ghost {2}has 2 records but no definition/),
    expect.stringMatching(/^hint {3}writer {2}has a memory but no definition/),
    '',
    '3 definitions: 1 problem, 3 hints',
  ]);
  expect((await checkAgents(repository, 'debugging')).findings).toEqual([]);
  await expect(checkAgents(repository, 'nobody')).rejects.toMatchObject({ code: 'not_found' });
  await expect(describeAgent(repository, 'nobody')).rejects.toMatchObject({ code: 'not_found' });
  expect(renderAgent(await describeAgent(repository, 'ghost'), style)).toMatch(
    /^ghost\nno definition\n\nRecords\n {2}Executions: 2\n/,
  );
});
