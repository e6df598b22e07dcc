import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkAgentDefinition } from '../../../../src/metrics/agents/agent-definition.ts';
import type { Execution } from '../../../../src/metrics/agents/executions/execution.ts';
import {
  type AgentLintMaterial,
  type DefinitionFile,
  lintAgents,
} from '../../../../src/metrics/agents/lint-agents.ts';

function fileOf(path: string, text: string): DefinitionFile {
  const checked = checkAgentDefinition(path, text);
  const definition = 'definition' in checked ? checked.definition : undefined;
  const name = definition?.name ?? (/([^/]+)\.md$/.exec(path)?.[1] as string);
  return { path, text, name, definition, problems: 'problems' in checked ? checked.problems : [] };
}

const definitionText = (metrics: string) =>
  `---\nname: scout\ndescription: Look around.\nmetrics:\n  primary:\n${metrics}\n---\nLook.\n`;
const scout = (metrics: string) => fileOf('.kaizen/agents/scout/agent.md', definitionText(metrics));
const good = '    name: test_pass_rate\n    target: 1.0\n    direction: higher';

const executionsOf = (values: (number | undefined)[]): Execution[] =>
  values.map((value, at) => ({
    id: `e${at}`,
    timestamp: '2026-11-20T10:00:00.000Z',
    agent: 'scout',
    success: true,
    ...(value === undefined ? {} : { primaryMetric: { name: 'test_pass_rate', value, target: 1 } }),
  }));

function lines(material: Partial<AgentLintMaterial>): string[] {
  const whole = { files: [], memories: [], executions: new Map(), ...material };
  return lintAgents(whole).map(
    ({ level, agent, path, line, field, problem }) =>
      `${level} ${path ? `${path}:${line} ${field}` : agent}: ${problem}`,
  );
}

describe('agent lint', () => {
  it('finds nothing wrong with the packaged agents', () => {
    const folder = 'src/templates/agents';
    const files = readdirSync(folder).map((file) =>
      fileOf(`.claude/agents/${file}`, readFileSync(`${folder}/${file}`, 'utf8')),
    );
    expect(files.length).toBeGreaterThanOrEqual(8);
    expect(lines({ files })).toEqual([]);
  });

  it('names every mistake with its line', () => {
    const text = definitionText(good).replace('higher', 'up').replace('name: scout', 'name: scout/../x');
    expect(lines({ files: [fileOf('.claude/agents/a.md', text)] })).toEqual([
      expect.stringMatching(/^error \.claude\/agents\/a\.md:2 name: cannot be/),
      expect.stringMatching(
        /^error \.claude\/agents\/a\.md:8 metrics\.primary\.direction: must be higher or lower/,
      ),
    ]);
  });

  it("only hints at what is wrong with a host's own file that says nothing to Kaizen", () => {
    const text = '---\nname: scout\ndescription: Use it when: always\n---\nLook.\n';
    expect(lines({ files: [fileOf('.claude/agents/scout.md', text)] })).toEqual([
      expect.stringMatching(/^hint \.claude\/agents\/scout\.md:3 frontmatter: /),
    ]);
    expect(lines({ files: [fileOf('.kaizen/agents/scout/agent.md', text)] })[0]).toMatch(/^error/);
  });

  it('knows which way a measured figure is good, and what it can be', () => {
    const found = lines({ files: [scout('    name: test_pass_rate\n    target: 95\n    direction: lower')] });
    expect(found).toEqual([
      expect.stringMatching(
        /^error .*agent\.md:8 metrics\.primary\.direction: test_pass_rate is better higher/,
      ),
      expect.stringMatching(
        /^error .*agent\.md:7 metrics\.primary\.target: 95 cannot be reached: .* share from 0 to 1/,
      ),
    ]);
  });

  it('says that nobody measures a metric', () => {
    const joy = '    name: joy\n    target: 1\n    direction: higher';
    expect(lines({ files: [scout(joy)] })).toEqual([
      expect.stringMatching(
        /^hint .*:6 metrics\.primary\.name: Kaizen does not measure 'joy'.*test_pass_rate/,
      ),
    ]);
    expect(lines({ files: [scout(`${joy}\n  collection: manual`)] })).toEqual([]);
  });

  it('names agents with metrics or memory but no definition', () => {
    const executions = new Map([
      ['ghost', executionsOf([1])],
      ['empty', []],
    ]);
    expect(lines({ memories: ['ghost', 'note-taker'], executions })).toEqual([
      'hint empty: has a metrics folder but no definition in .kaizen/agents/empty/agent.md or .claude/agents/',
      'hint ghost: has 1 record and a memory but no definition in .kaizen/agents/ghost/agent.md or .claude/agents/',
      'hint note-taker: has a memory but no definition in .kaizen/agents/note-taker/agent.md or .claude/agents/',
    ]);
  });

  it('holds targets against the records, once there are ten', () => {
    const with_ = (values: (number | undefined)[]) =>
      lines({ files: [scout(good)], executions: new Map([['scout', executionsOf(values)]]) });
    expect(with_([])).toEqual([]);
    expect(with_(Array(9).fill(0.9))).toEqual([]);
    expect(with_(Array(10).fill(0.9))).toEqual([
      expect.stringContaining(':7 metrics.primary.target: 1 was reached in none of 10 records (median 0.9)'),
    ]);
    expect(with_([...Array(10).fill(0.9), 1])).toEqual([]);
    expect(with_([undefined, undefined])).toEqual([
      expect.stringContaining(':6 metrics.primary.name: none of 2 records has a value of test_pass_rate'),
    ]);
  });

  it('says which of two files counts, and that a folder has another name', () => {
    const twice = [scout(good), fileOf('.claude/agents/scout.md', definitionText(good))];
    expect(lines({ files: twice })).toEqual([
      'hint .claude/agents/scout.md:1 name: scout is defined in .kaizen/agents/scout/agent.md too, and that file counts',
    ]);
    expect(lines({ files: [fileOf('.kaizen/agents/spy/agent.md', definitionText(good))] })).toEqual([
      expect.stringMatching(
        /^error .kaizen\/agents\/spy\/agent\.md:2 name: is 'scout', but the folder is 'spy'/,
      ),
    ]);
  });
});
