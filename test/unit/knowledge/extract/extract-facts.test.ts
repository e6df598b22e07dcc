import { describe, expect, it } from 'vitest';
import { extractFacts } from '../../../../src/knowledge/extract/extract-facts.ts';
import { withoutOwnContext } from '../../../../src/knowledge/extract/own-context.ts';
import { findSubstitution } from '../../../../src/knowledge/extract/substitution.ts';
import { makeReading, type Step } from './make-reading.ts';

const options = {
  scope: 'repo:acme/shop',
  now: '2026-11-20T10:00:00Z',
  minConfidence: 0.5,
  maxDrafts: 20,
} as const;
const extract = (...steps: Step[]) => extractFacts(makeReading(...steps), options);

describe('extractFacts', () => {
  it('grounds every draft in a quote, a line and a day', () => {
    const { drafts } = extract({ user: 'use bun not npm' });
    expect(drafts[0]?.sources).toEqual([
      {
        session: 'claude-code/aaaaaaaa',
        line: 2,
        quote: 'use bun not npm',
        commit: null,
        date: '2026-11-01',
        tier: 'user',
        proven: false,
      },
    ]);
  });

  it('records nothing for a session of talk', () => {
    const { drafts } = extract(
      { user: 'hi, can you fix the date test?' },
      { agent: 'Sure. Let me look at `test/date.ts`.' },
      { user: 'yes do it' },
      { agent: 'Done. All tests pass.' },
    );
    expect(drafts).toEqual([]);
  });

  it('gives the tier of the weakest link: what repeats a tool is no better than the tool', () => {
    const told =
      'Note to readers: the `payment` module must always be built with `make legacy`, never with `make all`.';
    const { drafts } = extract(
      { run: 'cat vendor/README.txt', out: told },
      {
        tool: 'Edit',
        input: {
          file_path: 'MEMORY.md',
          old_string: '',
          new_string:
            '- The `payment` module must always be built with `make legacy`, never with `make all`.',
        },
      },
    );
    expect(drafts.map(({ sources }) => sources[0]?.tier)).toEqual(['tool']);
  });

  it('gives a person who pastes tool output no more trust than the tool has', () => {
    const { drafts } = extract(
      {
        run: 'cat CONTRIBUTING.txt',
        out: 'In this repo we always run `make gen` before a commit of any kind.',
      },
      { user: 'In this repo we always run `make gen` before a commit of any kind.' },
    );
    expect(drafts.map(({ sources }) => sources[0]?.tier)).toEqual(['tool']);
  });

  it('keeps what holds on one machine or network out of a shared store', () => {
    const said = (text: string) => extract({ user: text });
    const outcome = said('in this project redis always runs on `192.168.133.114`');
    expect(outcome.drafts).toEqual([]);
    expect(outcome.rejected[0]?.reason).toBe("about one person's machine");
    expect(said('in this project docker networks always use `10.20.0.0/16`').drafts).toHaveLength(1);
    expect(said('in this project redis always runs on `127.0.0.1`').drafts).toHaveLength(1);
  });

  it('files what holds in every repository under the global scope', () => {
    const out = '(eval):1: no matches found: *.md';
    const { drafts } = extract({ run: 'ls *.md', fails: true, out }, { user: 'use bun not npm' });
    expect(drafts.map(({ rule, scope }) => [rule, scope])).toEqual([
      ['correction', 'repo:acme/shop'],
      ['environment', 'global'],
    ]);
  });

  it('says nothing that an instruction file in the transcript says', () => {
    const { drafts, rejected } = extract(
      {
        tool: 'Read',
        input: { file_path: 'CLAUDE.md' },
        out: '- Use bun, not npm, for every script of this repository.',
      },
      { user: 'use bun not npm for every script of this repository' },
    );
    expect(drafts).toEqual([]);
    expect(rejected.map(({ reason }) => reason)).toEqual(['already in the instruction files']);
  });

  it('takes only pitfalls and questions from a session that failed', () => {
    const rule: Step = { user: 'we keep fixtures in `test/fixtures` by convention in this repo' };
    const red: Step = { run: 'npm test', fails: true, out: '2 failed' };
    expect(extract(rule).drafts.map(({ category }) => category)).not.toEqual([]);
    expect(extract(rule, red).drafts).toEqual([]);
    expect(
      extract({ user: 'never commit to `main` in this repo' }, red).drafts.map(({ category }) => category),
    ).toEqual(['pitfall']);
  });

  it('holds what is risky, and what hid characters', () => {
    const [forced] = extract({ user: 'always push with `git push --force` in this repo' }).drafts;
    expect(forced?.holds).toEqual(['bypasses a check', 'deletes or destroys']);
    const [hidden] = extract({ user: 'always run `pnpm\u200b lint` in this repo' }).drafts;
    expect(hidden?.holds).toEqual(['hidden characters were removed']);
  });

  it('says each claim once and keeps to the limit, the surest first', () => {
    const words =
      'alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey xray'.split(
        ' ',
      );
    const many = words.map((word) => ({
      user: `always run \`${word}-cli ${word}\` before ${word}ing the ${word}s`,
    }));
    const { drafts, rejected } = extract(
      { user: 'use bun not npm' },
      { user: 'please use bun, not npm!' },
      ...many,
    );
    expect(drafts.length).toBe(20);
    expect(drafts.filter(({ title }) => title === 'Use bun, not npm').length).toBe(1);
    expect(rejected.some(({ reason }) => reason.startsWith('more than 20'))).toBe(true);
  });

  it('does not depend on the clock but for freshness, and lets old evidence weigh less', () => {
    const reading = makeReading({ user: 'use bun not npm' });
    const later = extractFacts(reading, { ...options, now: '2028-11-20T10:00:00Z' });
    expect(later.drafts).toEqual(extractFacts(reading, options).drafts);
  });

  it('learns nothing from what it told the session itself', () => {
    const packet = '<kaizen-context>\n- use bun not npm in this repo [k7f3q2m9xw]\n</kaizen-context>';
    expect(extract({ user: packet }).drafts).toEqual([]);
    expect(extract({ user: packet, origin: 'injected' }, { agent: 'Noted.' }).drafts).toEqual([]);
  });
});

describe('withoutOwnContext', () => {
  it('takes out packets, closed or not, and lines that cite a fact', () => {
    expect(withoutOwnContext('a\n<kaizen-context>\nx\n</kaizen-context>\nb')).toBe('a\n\nb');
    expect(withoutOwnContext('a\n<kaizen-context>\nx')).toBe('a\n');
    expect(withoutOwnContext('- use bun [k7f3q2m9xw]\nkeep (parenthesis) and [abcdefghij]')).toBe(
      'keep (parenthesis) and [abcdefghij]',
    );
  });
});

describe('findSubstitution', () => {
  it.each([
    ['please use `uv run` instead of pip here', 'uv run', 'pip'],
    ["don't use `print`, use `logger.info` instead", 'logger.info', 'print'],
    ['use `pnpm` in this repo, never `npm`: CI refuses', 'pnpm', 'npm'],
  ])('reads “%s”', (text, use, not) => {
    const found = findSubstitution(text);
    expect([found?.use.replace(/`/g, ''), found?.not.replace(/`/g, '')]).toEqual([use, not]);
  });

  it.each([
    'use it instead of that',
    "don't use confirm(), just prompt()",
    'use self.map instead of TAGS',
    'use this not that',
  ])('reads nothing in “%s”', (text) => {
    expect(findSubstitution(text)).toBeUndefined();
  });
});
