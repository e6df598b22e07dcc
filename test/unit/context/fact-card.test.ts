import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardOf, countWords } from '../../../src/context/fact-card.ts';
import { soundFacts } from '../knowledge/arbitrary-fact.ts';

const words = (n: number, word = 'word') => Array.from({ length: n }, () => word).join(' ');

describe('cardOf', () => {
  it('is the title and the sentences that fit, none of them cut', () => {
    const body = `First sentence with \`v1.2\`. Second one, e.g. here. Then ${words(70)}. Last.`;
    expect(cardOf({ title: 'A title', body })).toEqual({
      text: 'A title. First sentence with `v1.2`. Second one, e.g. here.',
      whole: false,
    });
  });

  it('is the title alone when the body is one giant sentence', () => {
    expect(cardOf({ title: 'A title', body: words(200) })).toEqual({ text: 'A title.', whole: false });
  });

  it('does not say the same twice', () => {
    const body = 'Use `pnpm`, not npm: the lockfile is pnpm-lock.yaml. CI checks it.';
    expect(cardOf({ title: 'Use pnpm, not npm', body })).toEqual({ text: body, whole: true });
  });

  it('leaves a sentence out that says nothing new, not one that denies', () => {
    const title =
      'Run `docker compose up -d db` when `pnpm test` fails with “the database on port 5433 is down…”';
    const said = '`pnpm test` fails with “the database on port 5433 is down, run docker compose up first”.';
    expect(cardOf({ title, body: `${said} CI starts it by itself.` })).toEqual({
      text: `${title}. CI starts it by itself.`,
      whole: true,
    });
    const denied = 'The database on port 5433 is not down when `pnpm test` fails.';
    expect(cardOf({ title, body: denied }).text).toContain(denied);
  });

  it('keeps the title when the sentence that repeats it is too long', () => {
    expect(cardOf({ title: 'Use pnpm', body: `Use pnpm ${words(80)}.` }).text).toBe('Use pnpm.');
  });

  it('counts characters of scripts without spaces as half words', () => {
    expect(countWords('数据库连接失败')).toBe(1 + 3);
    const body = `${'数据库连接失败。'.repeat(40)}`;
    expect(cardOf({ title: '标题', body }).whole).toBe(false);
  });

  it('holds at most 60 words and one line (property)', () => {
    fc.assert(
      fc.property(soundFacts, (fact) => {
        const { text } = cardOf(fact);
        expect(countWords(text)).toBeLessThanOrEqual(60);
        expect(text).not.toMatch(/[\n\r]/);
      }),
      { numRuns: 300 },
    );
  });
});
