import { describe, expect, it } from 'vitest';
import { marksOfFact } from '../../../src/outcomes/marks-of-fact.ts';
import { findUsedFacts, injectedFacts } from '../../../src/outcomes/use-of-facts.ts';
import { factOf, type Step, sessionOf } from './sessions.ts';

const e2e = factOf({
  id: 'e2eabcdefg',
  title: 'The e2e suite needs the seeded database',
  body: 'Run `pnpm --filter e2e db:seed` before the e2e suite; `npm test` does not seed. Set `E2E_SEED_DIR`.',
  paths: ['tests/e2e/seed/users.sql'],
});
const used = (steps: Step[], fact = e2e, at: string | null = null) =>
  findUsedFacts(sessionOf(steps), [{ fact, at }]).map((use) => use.how);

describe('marksOfFact', () => {
  it('keeps what is distinctive and drops what any session does', () => {
    expect(marksOfFact(e2e)).toEqual({
      commands: [['pnpm', '--filter', 'e2e', 'db:seed']],
      values: ['E2E_SEED_DIR'],
      paths: ['tests/e2e/seed/users.sql'],
    });
    const common = factOf({
      title: 'Use `npm test` and `git status`, see `README.md`, `src/index.ts`, `--help`, `test`, `NODE_ENV`',
      body: 'Run `cargo build` and `ls -la` in `src`.',
      paths: ['package.json', 'src', 'src/index.ts'],
    });
    expect(marksOfFact(common)).toEqual({ commands: [], values: [], paths: [] });
  });
  it('leaves out what the fact warns against', () => {
    const fact = factOf({
      title: 'Stash instead of `git checkout -- src/app.ts`',
      body: 'Never run `terraform apply -auto-approve`. `rsync --delete-excluded x` fails here. Use `git stash push -m wip`.',
    });
    expect(marksOfFact(fact).commands).toEqual([['git', 'stash', 'push', '-m', 'wip']]);
  });
});

describe('findUsedFacts', () => {
  it('sees a cited id, a distinctive command, value or path in what the agent did', () => {
    expect(used([{ user: 'go' }, { says: 'As noted in [e2eabcdefg], seeding first.' }])).toEqual(['cited']);
    expect(used([{ runs: 'cd app && pnpm --filter e2e db:seed | tail -3' }])).toEqual(['command']);
    expect(used([{ runs: 'E2E_SEED_DIR=/x npm run e2e' }])).toEqual(['command']);
    expect(
      used([{ tool: 'Edit', input: { file_path: '/home/a/app/tests/e2e/seed/users.sql', new_string: 'x' } }]),
    ).toEqual(['path']);
    expect(used([{ runs: 'cat tests/e2e/seed/users.sql' }])).toEqual(['path']);
  });
  it('does not take a part of a word, of a path or of a command for it', () => {
    expect(
      used([{ runs: 'pnpm --filter e2e db:seed:all' }, { runs: 'echo "pnpm --filter e2e db:seed"' }]),
    ).toEqual([]);
    expect(used([{ runs: 'MY_E2E_SEED_DIR_OLD=1 x' }])).toEqual([]);
    expect(used([{ tool: 'Read', input: { file_path: '/x/other-tests/e2e/seed/users.sql.bak' } }])).toEqual(
      [],
    );
    expect(used([{ says: 'xe2eabcdefg e2eabcdefgx' }])).toEqual([]);
    expect(used([{ runs: 'npm test' }, { says: 'I seed the e2e database and run the suite.' }])).toEqual([]);
  });
  it('does not count text that repeats the injection', () => {
    expect(used([{ says: '<kaizen-context>\n[e2eabcdefg] …' }])).toEqual([]);
    expect(used([{ says: 'Noted: [e2eabcdefg] The e2e suite needs the seeded database.' }])).toEqual([]);
    expect(
      used([
        {
          tool: 'Write',
          input: { file_path: 'notes.md', content: 'The e2e suite needs the seeded database: E2E_SEED_DIR' },
        },
      ]),
    ).toEqual([]);
    const wordy = factOf({
      id: 'wordywordy',
      body: 'Start the local registry before the integration tests of the gateway.',
    });
    expect(
      used(
        [{ says: '[wordywordy] Start the local registry before the integration tests of the gateway.' }],
        wordy,
      ),
    ).toEqual([]);
    expect(used([{ says: 'Per wordywordy the registry has to run first.' }], wordy)).toEqual(['cited']);
    const many = ['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc'].map((id) => ({
      fact: factOf({ id, title: `Fact number ${id}` }),
      at: null,
    }));
    expect(
      findUsedFacts(sessionOf([{ says: 'I have aaaaaaaaaa, bbbbbbbbbb and cccccccccc.' }]), many),
    ).toEqual([]);
  });
  it('does not count what the output of a tool had named before', () => {
    const error = 'Error: no users. Run pnpm --filter e2e db:seed first.';
    expect(
      used([{ runs: 'npm run e2e', gives: error, exitCode: 1 }, { runs: 'pnpm --filter e2e db:seed' }]),
    ).toEqual([]);
    expect(
      used([
        { runs: 'ls -R tests', gives: 'tests/e2e/seed/users.sql' },
        { tool: 'Read', input: { file_path: 'tests/e2e/seed/users.sql' } },
      ]),
    ).toEqual([]);
    // Named only afterwards, or by our own packet or search.
    expect(used([{ runs: 'pnpm --filter e2e db:seed', gives: '> pnpm --filter e2e db:seed' }])).toEqual([
      'command',
    ]);
    expect(
      used([
        { runs: 'kaizen search seed', gives: 'e2eabcdefg Run `pnpm --filter e2e db:seed`' },
        { runs: 'pnpm --filter e2e db:seed' },
      ]),
    ).toEqual(['command']);
  });
  it('does not count what a person named, or what the agent did before it was told', () => {
    expect(
      used([{ user: 'please run pnpm --filter e2e db:seed' }, { runs: 'pnpm --filter e2e db:seed' }]),
    ).toEqual([]);
    const steps: Step[] = [
      { runs: 'pnpm --filter e2e db:seed' },
      { runs: 'ls' },
      { runs: 'pnpm --filter e2e db:seed' },
    ];
    expect(used(steps, e2e, '2026-03-02T10:01:30.000Z')).toEqual([]);
    expect(used(steps.slice(1), e2e, '2026-03-02T10:00:30.000Z')).toEqual(['command']);
    expect(used([{ runs: 'kaizen knowledge dispute e2eabcdefg --reason old' }])).toEqual([]);
  });
  it('never counts a fact newer than the session, nor one only this session gave', () => {
    const run: Step[] = [{ runs: 'pnpm --filter e2e db:seed' }];
    expect(used(run, { ...e2e, firstSeen: '2026-03-03' })).toEqual([]);
    expect(used(run, { ...e2e, firstSeen: '2026-03-02' })).toEqual(['command']);
    const own = { ...(e2e.sources[0] as (typeof e2e.sources)[0]), session: 'claude-code/aaaaaaaa' };
    expect(used(run, { ...e2e, sources: [own] })).toEqual([]);
    // Confirmed by this session, but known before it.
    expect(used(run, { ...e2e, sources: [own, ...e2e.sources] })).toEqual(['command']);
  });
  it('ignores marks that many injected facts share', () => {
    const many = ['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc'].map((id) => ({
      fact: { ...e2e, id, title: `Fact ${id}` },
      at: null,
    }));
    expect(findUsedFacts(sessionOf([{ runs: 'pnpm --filter e2e db:seed' }]), many)).toEqual([]);
  });
  it('does not repeat the origin’s error: common words of 29 facts are no hits', () => {
    // The system before counted a session as hit when any word of a fact occurred in its text: 67 % of sessions.
    const words = ['test', 'src', 'build', 'docker', 'config', 'git', 'cache', 'error', 'npm', 'path'];
    const facts = Array.from({ length: 29 }, (_, i) =>
      factOf({
        id: `fact${String(i).padStart(6, '0')}`.replace(/\d/g, (d) => 'abcdefghij'[Number(d)] as string),
        title: `${words[i % 10]} ${words[(i + 3) % 10]} needs care in \`${words[i % 10]}\``,
        body: `Check the ${words[(i + 1) % 10]} before \`npm test\`. See \`src/index.ts\`.`,
        paths: ['src', 'package.json'],
        keywords: [words[i % 10] as string],
      }),
    );
    const sessions = Array.from({ length: 30 }, (_, i) =>
      sessionOf(
        [
          { user: `fix the ${words[i % 10]} problem` },
          { says: `I look at the ${words[(i + 2) % 10]} and run the tests.` },
          { runs: 'npm test', gives: 'src/index.ts error: path not found in cache config' },
          {
            tool: 'Edit',
            input: { file_path: 'src/index.ts', old_string: 'docker', new_string: 'git build' },
          },
        ],
        { id: `${i}aaaaaaaaaa` },
      ),
    );
    const injected = facts.map((fact) => ({ fact, at: null }));
    const naive = sessions.filter((session) => {
      const text = JSON.stringify(session.events).toLowerCase();
      return facts.some((fact) => fact.keywords.some((word) => text.includes(word)));
    });
    expect(naive.length / sessions.length).toBeGreaterThan(0.6);
    expect(sessions.filter((session) => findUsedFacts(session, injected).length > 0)).toEqual([]);
  });
});

describe('injectedFacts', () => {
  it('takes each delivered fact once, with its first time', () => {
    const facts = new Map([['e2eabcdefg', e2e]]);
    const exposures = [
      { at: '2026-03-02T11:00:00Z', delivered: ['e2eabcdefg', 'gonegonego'] },
      { at: '2026-03-02T10:00:00Z', delivered: ['e2eabcdefg'] },
    ];
    expect(injectedFacts(exposures, facts)).toEqual([{ fact: e2e, at: '2026-03-02T10:00:00Z' }]);
  });
});
