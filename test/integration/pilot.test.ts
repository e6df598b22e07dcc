import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeSpan, formatTable, tableCell } from '../../src/base/markdown.ts';
import { renderAgent } from '../../src/cli/render-agents.ts';
import { pilotSteps, renderPilot } from '../../src/cli/render-pilot.ts';
import { describeAgent } from '../../src/flows/agents/agent-overview.ts';
import { planSessions } from '../../src/flows/pilot/plan-sessions.ts';
import { type PilotReport, runPilot } from '../../src/flows/pilot.ts';
import { readEvents } from '../../src/io/event-log.ts';
import { openRepository } from '../../src/io/repository.ts';
import { checkAgentDefinition } from '../../src/metrics/agents/agent-definition.ts';
import { sessionMeasures } from '../../src/metrics/agents/session-measures.ts';
import { cleanEnvironment, git, temporaryFolder } from './temp-repository.ts';

const now = new Date('2026-11-20T18:00:00Z');

function pilot(n: number, seed = 7, agent = 'tdd-workflow'): Promise<PilotReport> {
  const home = temporaryFolder();
  return runPilot({
    n,
    seed,
    agent,
    into: join(home, 'pilot'),
    now,
    env: { ...cleanEnvironment(home), USER: 'tester' },
    signal: new AbortController().signal,
  });
}

/** The steps as printed, with the folder of this run taken out. */
const printed = (report: PilotReport) =>
  renderPilot(report, { color: false }).replaceAll(report.root, '<repository>');

describe('the pilot', () => {
  it('lets two sessions add up', async () => {
    const report = await pilot(2);
    expect(report.metrics.summary.executions).toBe(2);
    expect(report.hook).toEqual({ calls: 3, queued: 2 });
    expect(report.harvest.closings.closed.map(({ outcome }) => outcome)).toEqual(['recorded', 'recorded']);
  });

  it('is decided by its seed alone', async () => {
    const [one, same, other] = await Promise.all([pilot(3, 3), pilot(3, 3), pilot(3, 4)]);
    expect(printed(same)).toBe(printed(one));
    expect(printed(other)).not.toBe(printed(one));
  });

  let nine: Promise<PilotReport> | undefined;
  const ofNine = () => {
    nine ??= pilot(9);
    return nine;
  };

  it('gives no recommendation on nine sessions, and one on ten', async () => {
    const [few, enough] = [(await ofNine()).optimized, (await pilot(10)).optimized];
    expect(few.agents[0]?.analysis).toMatchObject({ status: 'insufficient_data', n: 9, missing: 1 });
    expect(few.ledger).toEqual([]);
    expect(enough.agents[0]?.analysis).toMatchObject({ status: 'analysed', n: 10 });
    expect(enough.ledger.map(({ recommendation }) => recommendation.agent)).toContain('tdd-workflow');
  });

  it('joins real commits: the green sessions have a time to verified commit', async () => {
    const { root, sessions, metrics } = await ofNine();
    const { events } = await readEvents(root);
    const verified = events.filter((event) => event.type === 'task.observed' && event.checkpoint?.verified);
    expect(verified).toHaveLength(sessions.green + sessions.deletesTest);
    const ids = git(root, 'rev-list', 'HEAD').split('\n');
    for (const event of verified)
      expect(ids.some((id) => event.type === 'task.observed' && id === event.checkpoint?.commit)).toBe(true);
    expect(metrics.summary.secondaryMetrics.cycle_time_s?.n).toBe(verified.length);
  });

  it('flags the session that deletes the failing test, and no other', async () => {
    const { harvest, root } = await ofNine();
    const flagged = harvest.closings.closed.filter(({ testLoss }) => testLoss !== null);
    const deleting = planSessions(9, 7, now).filter(({ end }) => end === 'deletes_test');
    expect(flagged.map(({ session }) => session?.id)).toEqual(deleting.map(({ id }) => id));
    const agent = await describeAgent(await openRepository(root), 'tdd-workflow');
    expect(agent.flagged.map(({ sessionUid }) => sessionUid)).toEqual(deleting.map(({ id }) => id));
    expect(agent.findings).toEqual([]);
    expect(renderAgent(agent, { color: false, columns: 100 })).toMatch(
      /Flagged .*a better rate with fewer tests/,
    );
  });

  it('refuses an agent that is not measured by its checks, before anything is made', async () => {
    await expect(pilot(2, 1, 'reviewer')).rejects.toMatchObject({
      code: 'usage',
      message: /not recorded from/,
    });
    await expect(pilot(2, 1, 'nobody')).rejects.toMatchObject({ code: 'usage', hint: /tdd-workflow/ });
  });
});

it('.github/docs/pilot.md is what the pilot prints; `npm run docs` rewrites it', async () => {
  await expect(await pilotPage()).toMatchFileSnapshot('../../.github/docs/pilot.md');
});

it('.github/docs/agents.md lists every figure that is measured', async () => {
  const rows = Object.entries(sessionMeasures).map(([name, { meaning, direction }]) => [
    codeSpan(name, { inTable: true }),
    tableCell(meaning, 200),
    direction,
  ]);
  const table = formatTable(['metric', 'what it is', 'better'], rows);
  const page = readFileSync('.github/docs/agents.md', 'utf8').replace(
    /(<!-- generated: measures -->\n)[\s\S]*?(<!-- end -->)/,
    (_, begin: string, end: string) => `${begin}${table}\n${end}`,
  );
  expect(page).toContain('test_pass_rate` | tests passed');
  const sample = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  expect(checkAgentDefinition('sample', `---\n${sample}---\nPrompt.`)).toHaveProperty('definition');
  await expect(page).toMatchFileSnapshot('../../.github/docs/agents.md');
});

const words: Record<string, string> = {
  'A repository, and the agent in it':
    'The definition says what the agent is measured by: `test_pass_rate` with the target 1.0, and beside it the time from the request to the verified commit and the number of tests. `kaizen agent remove` takes everything out again, to the byte.',
  Sessions:
    'The transcripts are made up; everything that reads them is the product. Weaknesses are planted: a test of the calendar that many sessions leave red, a database that is down at the start, and one session that makes its suite green by deleting the failing test. A hook at the end of a session does no work: it leaves a note.',
  'Harvest makes the records':
    'A record comes from what the checks of a session said after its last change, never from what the agent says. Skipped tests are not passed; no tests found is unknown, not 1.0; a session without a verdict is not recorded. A pass rate that rose while fewer tests ran is flagged: a person looks at the diff.',
  'What the records come to': 'Every figure has its n and, where it is an estimate, its interval.',
  'What the optimizer makes of them':
    'With nine sessions it says that one is missing, and nothing else; from ten on it holds success against what the definition asks for (`success_rate: 0.9`). Each recommendation names its evidence and the day on which the data are asked whether it helped.',
  'What the next session starts with': 'Memory and metrics in one page, as data, within a budget of tokens.',
  'What would pay': 'Waste seen in the same sessions, priced from measured time.',
};

async function pilotPage(): Promise<string> {
  const report = await pilot(12);
  const parts = pilotSteps(report, { color: false }).map(({ title, command, text }, at) => {
    const said = [...(command === null ? [] : [`$ ${command}`]), text]
      .join('\n')
      .replaceAll(report.root, '<repository>');
    expect(words, title).toHaveProperty([title]);
    return `## ${at + 1}. ${title}\n\n${words[title]}\n\n\`\`\`\`text\n${said}\n\`\`\`\`\n`;
  });
  return [
    '# The pilot: a measured agent, from session to proposal',
    '',
    'What follows was printed by',
    '',
    '```sh',
    `kaizen pilot run --simulate 12 --seed 7 --now ${now.toISOString().slice(0, 19)}Z`,
    '```',
    '',
    'and is kept up to date by a test. It runs in a throw-away repository; with `--into <folder>` you can look around in it',
    'afterwards. The same steps on real sessions: `kaizen agent init tdd-workflow --claude-code`, work as usual, and',
    '`kaizen harvest --local` now and then.',
    '',
    ...parts,
  ].join('\n');
}
