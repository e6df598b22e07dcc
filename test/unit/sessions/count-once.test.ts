import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SessionBuilder } from '../../../src/sessions/build-session.ts';
import { type CountedSession, countOnce } from '../../../src/sessions/count-once.ts';
import type { TranscriptEvent } from '../../../src/transcripts/event.ts';
import { eventMaker, source } from './events.ts';

function counted(file: string, events: readonly TranscriptEvent[]): CountedSession {
  const builder = new SessionBuilder({ keep: false, ledger: true });
  for (const event of events) builder.add({ ...event, src: { ...event.src, file } });
  const { summary } = builder.finish({ ...source, file });
  const ledger = builder.finishLedger(file);
  if (!ledger) throw new Error('no ledger');
  return { summary, ledger };
}

const { user, call, result, usage } = eventMaker();
const first = [
  user('go'),
  call('a', 'Bash', { command: 'x' }),
  result('a', 'no', { isError: true }),
  usage('msg_0000000000000001', 3, 10),
];
const second = [user('no, stop'), call('b', 'Bash', { command: 'y' }), usage('msg_0000000000000002', 3, 20)];

describe('countOnce', () => {
  it('counts a copied history in one of the files', () => {
    const { summaries, repeats } = countOnce([counted('a', first), counted('b', [...first, ...second])]);
    expect(repeats).toEqual(['a']);
    expect(summaries).toHaveLength(1);
    expect(summaries[0]).toMatchObject({
      file: 'b',
      turns: 2,
      toolCalls: 2,
      errors: 1,
      corrections: 1,
      tokens: { output: 30 },
    });
  });

  it('leaves what one file adds to it', () => {
    const later = [user('and now?'), usage('msg_0000000000000003', 1, 7)];
    const { summaries, repeats } = countOnce([
      counted('a', [...first, ...second]),
      counted('b', [...first, ...later]),
    ]);
    expect(repeats).toEqual([]);
    expect(summaries.map((one) => [one.turns, one.errors, one.tokens?.output])).toEqual([
      [2, 1, 30],
      [1, 0, 7],
    ]);
  });

  it('shares nothing between files without times or with short ids', () => {
    const untimed = first.map((event) => ({ ...event, at: null }));
    expect(countOnce([counted('a', untimed), counted('b', untimed)]).repeats).toEqual([]);
    const short = [usage('r1', 1, 5, { at: null })];
    const { summaries } = countOnce([counted('a', short), counted('b', short)]);
    expect(summaries.map((one) => one.tokens?.output)).toEqual([5, 5]);
  });

  it('keeps an empty transcript', () => {
    expect(countOnce([counted('a', [])])).toMatchObject({ repeats: [], summaries: [{ file: 'a' }] });
  });

  it('gives the same sums in any order of files', () => {
    const files = [
      counted('a', first),
      counted('b', [...first, ...second]),
      counted('c', second),
      counted('d', [...second, user('more')]),
    ];
    const sumsOf = (order: readonly CountedSession[]) => {
      const { summaries } = countOnce(order);
      const sum = (of: (one: (typeof summaries)[number]) => number) =>
        summaries.reduce((total, one) => total + of(one), 0);
      return [sum((one) => one.turns), sum((one) => one.toolCalls), sum((one) => one.tokens?.output ?? 0)];
    };
    const expected = sumsOf(files);
    expect(expected).toEqual([3, 2, 30]);
    fc.assert(
      fc.property(fc.shuffledSubarray(files, { minLength: 4 }), (order) => {
        expect(sumsOf(order)).toEqual(expected);
      }),
    );
  });
});
