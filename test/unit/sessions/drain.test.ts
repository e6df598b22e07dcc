import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type DrainOptions, growDrainTree } from '../../../src/sessions/drain.ts';

const path = new URL('../../../../shared/oracle/extra/drain.json', import.meta.url);
const present = existsSync(path);
if (!present) console.warn('skipped: ../shared/oracle/extra/drain.json is not here');

interface Run {
  config: {
    depth?: number;
    sim_th?: number;
    max_children?: number;
    max_clusters?: number;
    extra_delimiters?: string[];
    parametrize_numeric_tokens?: boolean;
  };
  per_line: [number, string][];
  clusters: { id: number; size: number; template: string }[];
  match: [string, number | null][];
}

const optionsOf = ({ config }: Run): Partial<DrainOptions> => ({
  ...(config.depth === undefined ? {} : { depth: config.depth }),
  ...(config.sim_th === undefined ? {} : { similarity: config.sim_th }),
  ...(config.max_children === undefined ? {} : { maxChildren: config.max_children }),
  ...(config.max_clusters === undefined ? {} : { maxTemplates: config.max_clusters }),
  ...(config.extra_delimiters === undefined ? {} : { delimiters: config.extra_delimiters }),
  ...(config.parametrize_numeric_tokens === undefined
    ? {}
    : { digitsVary: config.parametrize_numeric_tokens }),
});

describe.skipIf(!present)('Drain as drain3 has it', () => {
  const { lines, runs }: { lines: string[]; runs: Run[] } = present
    ? JSON.parse(readFileSync(path, 'utf8'))
    : { lines: [], runs: [] };

  it.each(runs.map((run) => [JSON.stringify(run.config), run] as const))('%s', (_, run) => {
    const tree = growDrainTree(optionsOf(run));
    const words = { created: 'cluster_created', changed: 'cluster_template_changed', none: 'none' };
    const seen = lines.map((line) => {
      const { template, update } = tree.add(line);
      return [template.id, words[update]];
    });
    expect(seen).toEqual(run.per_line);
    const templates = tree
      .templates()
      .map(({ id, size, words }) => ({ id, size, template: words.join(' ') }));
    expect(templates.sort((a, b) => a.id - b.id)).toEqual(run.clusters.sort((a, b) => a.id - b.id));
    for (const [line, id] of run.match) expect(tree.match(line)?.id ?? null).toBe(id);
  });
});

describe('growDrainTree', () => {
  it('turns words that differ into <*>', () => {
    const tree = growDrainTree();
    const first = tree.add('worker alpha stalled after five retries');
    expect(tree.add('worker beta stalled after nine retries')).toEqual({
      template: first.template,
      update: 'changed',
    });
    expect(first.template.words.join(' ')).toBe('worker <*> stalled after <*> retries');
    expect(tree.add('worker gamma stalled after two retries').update).toBe('none');
    expect(tree.match('worker x stalled after y retries')?.size).toBe(3);
    expect(tree.match('worker x stalled after y tries')).toBeUndefined();
  });

  it('forgets the template that was unused for longest', () => {
    const tree = growDrainTree({ maxTemplates: 2 });
    tree.add('one a');
    tree.add('two words more');
    tree.add('one a');
    tree.add('quite another message here');
    expect(tree.templates().map(({ id }) => id)).toEqual([1, 3]);
    expect(tree.add('two words more').template.id).toBe(4);
  });
});
