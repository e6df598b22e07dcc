import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KaizenError } from '../../../../src/base/errors.ts';
import { closeSession, logLines } from '../../../../src/knowledge/agent-memory/close-session.ts';
import { fixMemory } from '../../../../src/knowledge/agent-memory/fix-memory.ts';
import { lintMemory } from '../../../../src/knowledge/agent-memory/lint-memory.ts';
import { countLoggedSessions, logHolds } from '../../../../src/knowledge/agent-memory/log-line.ts';
import { formatMemory, parseMemory } from '../../../../src/knowledge/agent-memory/parse-memory.ts';
import { makeBrief } from '../../../../src/metrics/agents/brief/brief.ts';
import { oddDocuments } from './odd-documents.ts';

/** Lines of memory files in any order, with every kind of line end. */
const lines = fc.constantFrom(
  ...[
    '---',
    'agent: a',
    'session_count: 2',
    'session_count: 3',
    'last_updated: 2026-01-02',
    'project: p',
    '',
    '',
  ],
  ...[
    '## Session Log',
    '# Session Log',
    'Session Log',
    '-----',
    '=====',
    '## Open Threads',
    '## Watch Points',
    '### x',
  ],
  ...[
    '- 2026-01-02 · #1 · green <!-- session: aaaaaaaa-1 -->',
    '- 2026-01-03 · #2 · red',
    '* 2026-01-03 · #2 · red',
  ],
  ...[
    '2026-01-04 · #3 · done',
    '- 2026-01 · 3 sessions · #1 ×3 · green ×3 <!-- sessions: bbbbbbbb cccccccc -->',
  ],
  ...[
    '| 2026-01-05 | #4 | ok |',
    '| --- | --- | --- |',
    '- item',
    '  - nested',
    '1. one',
    '> quote',
    '```',
    '~~~',
    '<!--',
  ],
  ...[
    '-->',
    '<div>',
    '    code',
    '<<<<<<< HEAD',
    '=======',
    '>>>>>>> x',
    '||||||| base',
    'text',
    '\ttab',
    '[a]: b',
    '***',
  ],
);
const document = fc
  .tuple(
    fc.constantFrom('', '\ufeff'),
    fc.array(fc.tuple(lines, fc.constantFrom('\n', '\n', '\r\n', '\r')), { maxLength: 18 }),
  )
  .map(([bom, parts]) => bom + parts.map((part) => part.join('')).join(''));

/** What hunts with other seeds found. */
const examples: [string][] = [
  ['\ufeff<<<<<<< HEAD\n'],
  ['---\n---\n---\n'],
  ['\n---\r---\r'],
  ['## Watch Points\n2026-01-04 · #3 · done\n'],
];

const closing = {
  path: 'memory.md',
  agent: 'a',
  project: 'p',
  session: 'dddddddd-1',
  today: '2026-11-20',
  day: '2026-11-20',
  issue: '#9',
  outcome: 'green',
  notes: [{ section: 'Watch Points' as const, text: 'a new watch point' }],
};

/** Without what closing may write: its own lines, the fields and headings it adds, blank lines. */
const kept = (text: string) =>
  text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .filter(
      (line) =>
        !/2026-11-20 · #9|a new watch point|^(?:agent|project|last_updated|session_count):|^---$|^## (?:Session Log|Watch Points)$|^[ \t]*$/.test(
          line,
        ),
    );

describe('any text as a memory', () => {
  it('is closed once, and keeps every line it had', () => {
    fc.assert(
      fc.property(document, (text) => {
        let once: ReturnType<typeof closeSession>;
        try {
          once = closeSession(parseMemory(text), text, closing);
        } catch (error) {
          expect(error).toBeInstanceOf(KaizenError);
          return;
        }
        const after = formatMemory(once.memory);
        expect(kept(after)).toEqual(kept(text));
        expect(logHolds(logLines(once.memory), closing.session)).toBe(true);
        expect(countLoggedSessions(logLines(once.memory))).toBe(
          countLoggedSessions(logLines(parseMemory(text))) + 1,
        );
        const again = closeSession(parseMemory(after), after, closing);
        expect(again.logged).toBe(false);
        expect(formatMemory(again.memory)).toBe(after);
      }),
      { numRuns: 80, examples },
    );
  });

  it('is mended once, and then has nothing left to mend', () => {
    const context = { agent: 'a', project: 'p', day: '2026-11-20' };
    fc.assert(
      fc.property(document, (text) => {
        const { text: fixed } = fixMemory(text, context);
        expect(fixMemory(fixed, context)).toEqual({ text: fixed, done: [] });
        const left = lintMemory(parseMemory(fixed), fixed, {
          agent: 'a',
          now: new Date('2026-11-20'),
          findSecret: () => undefined,
        });
        const unreadable = left.some(({ code }) => code === 'conflict-marks' || code === 'bad-front-matter');
        if (!unreadable) expect(left.filter(({ fixable }) => fixable)).toEqual([]);
      }),
      { numRuns: 80, examples },
    );
  });

  it('is a brief between one pair of fences', () => {
    fc.assert(
      fc.property(fc.oneof(document, fc.constantFrom(...Object.values(oddDocuments))), (text) => {
        const brief = makeBrief({
          agent: 'a',
          now: new Date('2026-11-20'),
          memory: { text, document: parseMemory(text) },
          disabled: false,
          executions: [],
          notes: [],
          budget: { tokens: 300, characters: 9000 },
          last: 3,
          redact: (same) => same,
        });
        expect(brief.tokens).toBeLessThanOrEqual(300);
        expect(brief.text.match(/<\/?kaizen-context>/g)).toHaveLength(2);
      }),
      { numRuns: 60 },
    );
  });
});
