import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { optimize } from '../../src/flows/agent-metrics/optimize.ts';
import { decideRecommendation, readRecommendations } from '../../src/flows/agent-metrics/recommendations.ts';
import { openRepository } from '../../src/io/repository.ts';
import { formatExecution } from '../../src/metrics/agents/executions/execution.ts';
import { executions, steady } from '../unit/metrics/optimizer/sample-executions.ts';
import { cleanEnvironment, git, temporaryRepository } from './temp-repository.ts';

const now = new Date('2026-11-20T15:00:00Z');
const call = {
  agent: undefined,
  windowDays: undefined,
  min: undefined,
  seedCompat: false,
  now,
  dryRun: false,
};
const recommendations = '.kaizen/metrics/optimizer/recommendations.jsonl';
const analysis = '.kaizen/metrics/optimizer/analysis.json';

function record(dir: string, agent: string, rows: ReturnType<typeof executions>): void {
  mkdirSync(join(dir, '.kaizen/metrics', agent), { recursive: true });
  writeFileSync(
    join(dir, '.kaizen/metrics', agent, 'executions.jsonl'),
    rows.map((row) => `${formatExecution({ ...row, agent })}\n`).join(''),
  );
}
const config = (dir: string, text: string) => {
  mkdirSync(join(dir, '.kaizen'), { recursive: true });
  writeFileSync(join(dir, '.kaizen/config.yml'), text);
};
const read = (dir: string, path: string) => readFileSync(join(dir, path), 'utf8');

describe('kaizen metrics optimize', () => {
  it('nine records write no recommendation, ten do; a second call writes nothing', async () => {
    const dir = temporaryRepository();
    config(dir, 'optimizer:\n  agents:\n    tdd-workflow:\n      success_rate: 0.9\n');
    const repository = await openRepository(dir);
    const failing = executions(10, () => ({ success: false }));
    record(dir, 'tdd-workflow', failing.slice(1));
    const nine = await optimize(repository, call);
    expect(nine.agents[0]?.analysis).toMatchObject({ status: 'insufficient_data', n: 9, missing: 1 });
    expect(existsSync(join(dir, recommendations))).toBe(false);
    record(dir, 'tdd-workflow', failing);
    const dry = await optimize(repository, { ...call, dryRun: true });
    expect(dry.changes.map(({ kind }) => kind)).toEqual(['write', 'append']);
    expect(existsSync(join(dir, recommendations))).toBe(false);
    await optimize(repository, call);
    const rows = read(dir, recommendations);
    expect(rows.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(rows)).toMatchObject({
      kind: 'recommendation',
      status: 'open',
      type: 'success_below_target',
    });
    const written = read(dir, analysis);
    expect((await optimize(repository, { ...call, now: new Date('2026-11-21T09:00:00Z') })).changes).toEqual(
      [],
    );
    expect([read(dir, analysis), read(dir, recommendations)]).toEqual([written, rows]);
  });

  it('a decision is appended once, and the data answer after the check date', async () => {
    const dir = temporaryRepository();
    config(dir, 'optimizer:\n  check_after_days: 14\n  agents:\n    docs:\n      execution_time_s: 60\n');
    const repository = await openRepository(dir);
    const slow = executions(20, (i) => ({ executionTimeS: 100 + steady(i) }));
    record(dir, 'docs', slow);
    await optimize(repository, call);
    const [given] = (await readRecommendations(repository)).entries;
    const id = given?.recommendation.id ?? '';
    const env = cleanEnvironment(dir);
    const decision = {
      id: id.slice(4, 10),
      status: 'accepted' as const,
      reason: 'token ghp_aBcD1234aBcD1234aBcD1234aBcD1234aBcD',
    };
    await expect(
      decideRecommendation(repository, { ...decision, id: '' }, { now, dryRun: false, env }),
    ).rejects.toMatchObject({ code: 'not_found' });
    const decided = await decideRecommendation(repository, decision, { now, dryRun: false, env });
    expect(decided.row.checkDate).toBe('2026-12-04');
    expect(read(dir, recommendations)).not.toContain('ghp_aBcD');
    expect((await decideRecommendation(repository, decision, { now, dryRun: false, env })).changes).toEqual(
      [],
    );
    const later = executions(14, (i) => ({ executionTimeS: 40 + steady(i) / 10 }), {
      until: '2026-12-04',
      prefix: 'l',
    });
    record(dir, 'docs', [...slow, ...later]);
    await optimize(repository, { ...call, now: new Date('2026-12-04T20:00:00Z') });
    const [entry] = (await readRecommendations(repository)).entries;
    expect(entry).toMatchObject({ status: 'helped', isOpen: false });
    await expect(
      decideRecommendation(repository, { ...decision, id: 'rec-nope' }, { now, dryRun: false, env }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('targets come from the front matter; a definition that cannot be read does not stop it', async () => {
    const dir = temporaryRepository();
    const repository = await openRepository(dir);
    record(
      dir,
      'docs',
      executions(12, (i) => ({ qualityScore: 0.6 + steady(i) / 1000 })),
    );
    mkdirSync(join(dir, '.kaizen/agents/docs'), { recursive: true });
    const definition = join(dir, '.kaizen/agents/docs/agent.md');
    const text =
      '---\nname: docs\ndescription: Writes documentation.\noptimization:\n  quality_score: 0.8\n---\nWrite.\n';
    writeFileSync(definition, text);
    const [seen] = (await optimize(repository, { ...call, agent: 'docs', dryRun: true })).agents;
    expect(seen?.analysis.findings).toMatchObject([
      { type: 'quality_below_target', reference: { value: 0.8, source: 'front matter' } },
    ]);
    writeFileSync(definition, text.replace('0.8', 'high'));
    const [broken] = (await optimize(repository, { ...call, agent: 'docs', dryRun: true })).agents;
    expect(broken?.definitionProblem).toContain('agent.md:5');
    expect(broken?.analysis).toMatchObject({ status: 'analysed', findings: [] });
    await expect(optimize(repository, { ...call, agent: 'nope' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('branches that both looked merge to one recommendation', async () => {
    const dir = temporaryRepository();
    config(dir, 'optimizer:\n  agents:\n    docs:\n      success_rate: 0.9\n');
    record(
      dir,
      'docs',
      executions(12, () => ({ success: false })),
    );
    git(dir, 'add', '.kaizen');
    git(dir, 'commit', '--quiet', '-m', 'rows');
    const repository = await openRepository(dir);
    for (const [branch, day] of [
      ['a', '2026-11-20'],
      ['b', '2026-11-22'],
    ]) {
      git(dir, 'checkout', '--quiet', '-b', branch as string, 'main');
      // Each branch has another new agent, so that their analyses differ.
      record(
        dir,
        branch as string,
        executions(3, () => ({})),
      );
      await optimize(repository, { ...call, now: new Date(`${day}T15:00:00Z`) });
      git(dir, 'add', '.kaizen');
      git(dir, 'commit', '--quiet', '-m', branch as string);
    }
    git(dir, 'merge', '--quiet', '--no-edit', 'a');
    await optimize(repository, call);
    expect(Object.keys(JSON.parse(read(dir, analysis)).agents)).toEqual(['a', 'b', 'docs']);
    expect(read(dir, recommendations).trim().split('\n')).toHaveLength(2);
    const { entries, skipped } = await readRecommendations(repository);
    expect([entries.length, skipped]).toEqual([1, 0]);
    expect(entries[0]?.recommendation.at).toBe('2026-11-20T15:00:00.000Z');
  });
});

describe('the command line', () => {
  const run = (dir: string, ...args: string[]) =>
    execFileSync(
      process.execPath,
      [join(process.cwd(), 'dist/cli/main.js'), ...args, '--now', '2026-11-20T15:00:00Z'],
      {
        cwd: dir,
        encoding: 'utf8',
        env: cleanEnvironment(dir),
      },
    );
  it.skipIf(!existsSync('dist/cli/main.js'))(
    'optimize, recommendations and decide, in words and as JSON',
    () => {
      const dir = temporaryRepository();
      record(
        dir,
        'docs',
        executions(12, (i) => ({ executionTimeS: 4200 + steady(i) })),
      );
      expect(run(dir, 'metrics', 'optimize')).toContain('Nothing that chance does not do too.');
      expect(run(dir, 'metrics', 'recommendations')).toMatch(/^No recommendation is open\./);
      const seed = run(dir, 'metrics', 'optimize', '--seed-compat');
      expect(seed).toContain('median 4,265 s [4,261–4,267], n 12; seed limit 30 s');
      const listed = JSON.parse(run(dir, 'metrics', 'recommendations', '--json'));
      expect(listed.recommendations).toMatchObject([{ type: 'slow', status: 'open', confidence: null }]);
      const [{ id }] = listed.recommendations;
      expect(run(dir, 'metrics', 'decide', id, 'dismissed', '--reason', 'large tasks')).toContain(
        'as dismissed.',
      );
      expect(run(dir, 'metrics', 'recommendations', id)).toContain('2026-11-20  dismissed: large tasks');
      expect(run(dir, 'metrics', 'optimize', '--seed-compat')).toContain('dismissed before');
    },
  );
});
