import { describe, expect, it } from 'vitest';
import { planDerivedFiles } from '../../../src/knowledge/derived-files.ts';
import { digestMark } from '../../../src/knowledge/digest.ts';
import type { Fact, StoredFact } from '../../../src/knowledge/fact.ts';
import { formatFact } from '../../../src/knowledge/fact-file.ts';
import { factPath } from '../../../src/knowledge/fact-path.ts';
import { formatIndex } from '../../../src/knowledge/index-file.ts';
import { generatedFact, sampleFact, sampleSource } from './sample-fact.ts';

const stored = (fact: Fact): StoredFact => ({ fact, path: factPath(fact), text: formatFact(fact) });
const fresh = (facts: readonly StoredFact[]) => planDerivedFiles(facts, new Map()).changes;
const textOf = (facts: readonly StoredFact[], path: string): string => {
  const change = fresh(facts).find((one) => one.path === path);
  if (change?.kind !== 'write') throw new Error(`${path} is not written`);
  return change.text;
};

const trust = stored(sampleFact());
const docker = stored(
  sampleFact({
    id: 'aaaaaaaaaa',
    title: 'Integration tests need `docker` | running [now](http://evil.invalid) <b>',
    category: 'pitfall',
    trust: 'human',
    confidence: 0.91,
    pinned: true,
    sources: [sampleSource(), sampleSource({ session: 'human/ada', line: 0, tier: 'human', quote: '' })],
    body: 'Integration tests need `docker` | running [now](http://evil.invalid) <b>. Start it first.\n# No heading',
  }),
);
const waiting = stored(generatedFact({ id: 'bbbbbbbbbb', status: 'candidate', title: 'Waits' }));
const disputed = stored(
  sampleFact({ id: 'cccccccccc', status: 'disputed', title: 'Doubted', contradicts: ['k7f3q2m9xw'] }),
);
const retired = stored(sampleFact({ id: 'dddddddddd', status: 'archived', title: 'Gone' }));

describe('the page of a scope', () => {
  it('reads well and lets nothing out of the facts', () => {
    expect(
      textOf([trust, docker, waiting, disputed, retired], 'knowledge/repos/acme__shop.md'),
    ).toBe(`${digestMark}

# acme/shop

2 facts in use · 1 disputed · 1 waiting for review · last confirmed 2026-08-02

## Pitfalls

- [**Integration tests need \`docker\` \\| running \\[now\\](http\\://evil.invalid) &lt;b&gt;**](acme__shop/integration-tests-need-docker-running-now-http-evil-invalid-aaaaaaaaaa.md)\\
  Start it first. \\# No heading\\
  confidence 0.91 · confirmed 2026-08-02 · 1 session · vouched for by a person · pinned

## Tool quirks

- [**mise refuses to run tasks in a fresh worktree until \`mise trust\`**](acme__shop/mise-refuses-to-run-tasks-in-a-fresh-worktree-until-mise-k7f3q2m9xw.md)\\
  In a new clone or worktree run \`mise trust\` once before any \`mise run …\`; the error names the fix.\\
  confidence 0.7 · confirmed 2026-08-02 · 1 session

## Disputed

- [**Doubted**](acme__shop/doubted-cccccccccc.md)\\
  In a new clone or worktree run \`mise trust\` once before any \`mise run …\`; the error names the fix.\\
  confidence 0.7 · confirmed 2026-08-02 · 1 session · contradicts \`k7f3q2m9xw\`

## Waiting for review

1 claim waits for a person to look at; no agent is given them before. Go through them with \`kaizen knowledge review --scope repo:acme/shop\`, or set \`status: "active"\` in their files in a pull request.
`);
  });

  it('links from every kind of page to its files', () => {
    const everywhere = stored(sampleFact({ scope: 'global', title: 'A' }));
    const agent = stored(sampleFact({ scope: 'agent:codex', title: 'B' }));
    expect(textOf([everywhere], 'knowledge/global.md')).toMatch(
      /# Everywhere\n[\s\S]*\(global\/a-k7f3q2m9xw\.md\)/,
    );
    expect(textOf([agent], 'knowledge/agents/codex.md')).toMatch(
      /# Agent codex\n[\s\S]*\(codex\/b-k7f3q2m9xw\.md\)/,
    );
    const moved = { ...everywhere, path: 'knowledge/global/a (1)).md' };
    expect(textOf([moved], 'knowledge/global.md')).toContain('(global/a%20%281%29%29.md)');
  });
});

describe('the index', () => {
  it('is one fact a line, by id, without a clock, and plain JSON', () => {
    const text = textOf([trust, docker], 'knowledge/index.json');
    expect(text).toBe(
      [
        '{"version": 1, "total_facts": 2, "facts": [',
        '{"id":"aaaaaaaaaa","fact":"Integration tests need `docker` | running [now](http://evil.invalid) <b>","category":"pitfall","scope":"repo:acme/shop","status":"active","trust":"human","confidence":0.91,"tags":["mise","worktree"],"source_count":2,"first_seen":"2026-08-02","last_confirmed":"2026-08-02","path":"knowledge/repos/acme__shop/integration-tests-need-docker-running-now-http-evil-invalid-aaaaaaaaaa.md"},',
        '{"id":"k7f3q2m9xw","fact":"mise refuses to run tasks in a fresh worktree until `mise trust`","category":"tool-quirk","scope":"repo:acme/shop","status":"active","trust":"user","confidence":0.7,"tags":["mise","worktree"],"source_count":1,"first_seen":"2026-08-02","last_confirmed":"2026-08-02","path":"knowledge/repos/acme__shop/mise-refuses-to-run-tasks-in-a-fresh-worktree-until-mise-k7f3q2m9xw.md"}',
        ']}',
        '',
      ].join('\n'),
    );
    expect(JSON.parse(text).facts).toHaveLength(2);
    expect(JSON.parse(textOf([], 'knowledge/index.json'))).toEqual({ version: 1, total_facts: 0, facts: [] });
  });

  it('becomes a manifest over one shard a scope above 10,000 facts, and goes back', () => {
    const many = Array.from({ length: 10_001 }, (_, at) => {
      const fact = sampleFact({
        id: `f${String(at).padStart(9, '0')}`,
        scope: at % 2 ? 'global' : 'repo:acme/shop',
        title: `Fact ${at}`,
      });
      return { fact, path: factPath(fact), text: '' };
    });
    const files = formatIndex(many);
    expect([...files.keys()].sort()).toEqual([
      'knowledge/index.json',
      'knowledge/index/global.json',
      'knowledge/index/repos/acme__shop.json',
    ]);
    expect(files.get('knowledge/index.json')).toBe(
      '{"version": 1, "total_facts": 10001, "shards": [\n{"path":"knowledge/index/global.json","total_facts":5000},\n{"path":"knowledge/index/repos/acme__shop.json","total_facts":5001}\n]}\n',
    );
    expect(JSON.parse(files.get('knowledge/index/global.json') ?? '').facts).toHaveLength(5000);
    const back = planDerivedFiles(many.slice(0, 10), files).changes;
    expect(back.filter((change) => change.kind === 'remove').map((change) => change.path)).toEqual([
      'knowledge/index/global.json',
      'knowledge/index/repos/acme__shop.json',
    ]);
  });
});

describe('a plan of derived files', () => {
  const facts = [trust, docker, waiting];
  const made = new Map(
    fresh(facts).flatMap((change) => (change.kind === 'write' ? [[change.path, change.text] as const] : [])),
  );

  it('is empty once it was carried out, and the same in any order of facts', () => {
    expect(planDerivedFiles(facts, made)).toEqual({ changes: [], inTheWay: [] });
    expect(fresh([...facts].reverse())).toEqual(fresh(facts));
  });

  it('removes pages of scopes without facts, and never touches what a person wrote', () => {
    const existing = new Map([
      ...made,
      ['knowledge/agents/codex.md', `${digestMark}\n\n# Agent codex\n`],
      ['knowledge/global.md', '# My notes\n'],
    ]);
    expect(planDerivedFiles(facts, existing).changes).toEqual([
      { kind: 'remove', path: 'knowledge/agents/codex.md', was: `${digestMark}\n\n# Agent codex\n` },
    ]);
    const everywhere = stored(sampleFact({ scope: 'global' }));
    const plan = planDerivedFiles([...facts, everywhere], existing);
    expect(plan.inTheWay).toEqual(['knowledge/global.md']);
    expect(plan.changes.map((change) => change.path)).toEqual([
      'knowledge/agents/codex.md',
      'knowledge/index.json',
    ]);
  });

  it('makes files with merge marks anew', () => {
    const broken = new Map(
      [...made].map(([path, text]) => [path, `<<<<<<< HEAD\n${text}=======\n>>>>>>> other\n`]),
    );
    expect(planDerivedFiles(facts, broken).changes.map((change) => change.path)).toEqual(
      [...made.keys()].sort(),
    );
  });
});
