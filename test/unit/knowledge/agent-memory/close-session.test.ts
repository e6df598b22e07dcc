import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanEntry, cleanLogPart } from '../../../../src/knowledge/agent-memory/clean-text.ts';
import {
  type Closing,
  closeSession,
  logLines,
} from '../../../../src/knowledge/agent-memory/close-session.ts';
import { fixMemory } from '../../../../src/knowledge/agent-memory/fix-memory.ts';
import { readHead } from '../../../../src/knowledge/agent-memory/head.ts';
import { lintMemory } from '../../../../src/knowledge/agent-memory/lint-memory.ts';
import {
  countLoggedSessions,
  formatLogLine,
  isSameSession,
  parseLogLine,
} from '../../../../src/knowledge/agent-memory/log-line.ts';
import { newMemory } from '../../../../src/knowledge/agent-memory/new-memory.ts';
import { formatMemory, parseMemory } from '../../../../src/knowledge/agent-memory/parse-memory.ts';
import { oddDocuments, seedDocument } from './odd-documents.ts';

const session = '3d0c6a52-91c4-4b7e-8f21-6a0f5e7b9c11';
const closing = (values: Partial<Closing> = {}): Closing => ({
  path: 'memory.md',
  agent: 'tdd-workflow',
  project: 'acme/api',
  session,
  today: '2026-11-20',
  day: '2026-11-20',
  issue: '#32',
  outcome: 'green, 44 tests passed',
  notes: [],
  ...values,
});
const close = (text: string, values: Partial<Closing> = {}) => {
  const closed = closeSession(parseMemory(text), text, closing(values));
  return { ...closed, text: formatMemory(closed.memory) };
};
const lint = (text: string, now = '2026-11-20T12:00:00Z') =>
  lintMemory(parseMemory(text), text, {
    agent: 'tdd-workflow',
    now: new Date(now),
    findSecret: () => undefined,
  });
const codes = (text: string) => lint(text).map(({ code, line }) => `${code}:${line}`);
const fix = (text: string) =>
  fixMemory(text, { agent: 'tdd-workflow', project: 'acme/api', day: '2026-11-20' });

describe('closing a session', () => {
  it('changes the count, the day and adds one line, nothing else', () => {
    expect(close(seedDocument).text).toBe(
      seedDocument
        .replace('session_count: 2', 'session_count: 3')
        .replace('last_updated: 2026-11-10', 'last_updated: 2026-11-20')
        .replace(
          'red, left open\n',
          `red, left open\n- 2026-11-20 · #32 · green, 44 tests passed <!-- session: ${session} -->\n`,
        ),
    );
  });

  it('is done once, under whatever form of the id', () => {
    const once = close(seedDocument).text;
    for (const id of [session, `claude-code/${session.slice(0, 8)}`, session.toUpperCase()]) {
      const again = close(once, { session: id, day: '2026-12-01' });
      expect(again).toMatchObject({ logged: false, sessionCount: 3, text: once });
    }
    expect(close(once, { session: `${session.slice(0, -1)}2` }).sessionCount).toBe(4);
  });

  it('adds notes in the same step, each once', () => {
    const notes = [
      { section: 'Watch Points' as const, text: 'Port 5432 is taken on CI.' },
      { section: 'Accumulated Findings' as const, text: 'Migrations are run by hand.' },
    ];
    const { text } = close(seedDocument, { notes });
    expect(text).toContain('share a database.\n- Port 5432 is taken on CI.\n\n## Open');
    expect(text.match(/Migrations are run by hand/g)).toHaveLength(1);
    const later = close(text, { notes: [...notes, { section: 'Open Threads', text: '#33: later' }] });
    expect(later.logged).toBe(false);
    expect(later.text).toBe(text.replace('is undecided.\n', 'is undecided.\n- #33: later\n'));
  });

  it('works on a new memory, on an empty file and on one without front matter', () => {
    expect(close(newMemory('tdd-workflow', 'acme/api', '2026-11-01'))).toMatchObject({
      sessionCount: 1,
      logged: true,
    });
    const made = close('').text;
    expect(readHead(parseMemory(made)).fields).toEqual({
      agent: 'tdd-workflow',
      project: 'acme/api',
      last_updated: '2026-11-20',
      session_count: '1',
    });
    const bare = '## Notes\n\nmine\n';
    expect(close(bare).text).toMatch(
      /^---\nagent: tdd-workflow\n[\s\S]*---\n\n## Notes\n\nmine\n\n## Session Log\n\n- 2026/,
    );
  });

  it('leaves front matter alone that it cannot read, and says so', () => {
    const text = seedDocument.replace('project: acme/api', 'project: *x');
    const closed = close(text);
    expect(closed).toMatchObject({ logged: true, sessionCount: null });
    expect(closed.headProblem).toContain('alias');
    expect(closed.text).toContain('session_count: 2\n');
  });

  it('refuses a file with merge conflicts and names the line', () => {
    expect(() => close(oddDocuments['merge conflict'] ?? '')).toThrow(/memory\.md:3: merge conflict/);
  });

  it('heals a count that two branches left behind', () => {
    const [a, b] = ['a', 'b'].map(
      (id) => `- 2026-11-1${id === 'a' ? 1 : 2} · #${id} · green <!-- session: ${id}0000000 -->\n`,
    );
    const merged = seedDocument.replace('session_count: 2', 'session_count: 3') + a + b;
    expect(close(merged)).toMatchObject({ sessionCount: 5, healedFrom: 3 });
    expect(close(merged, { session: 'a0000000' })).toMatchObject({
      logged: false,
      sessionCount: 4,
      healedFrom: 3,
    });
  });

  it('keeps a count above the log: a person may have cut the log', () => {
    expect(close(seedDocument.replace('session_count: 2', 'session_count: 40')).sessionCount).toBe(41);
  });

  it('leaves any odd document as it was but for its own insertions, or refuses', () => {
    for (const [name, text] of Object.entries(oddDocuments)) {
      let after: string;
      try {
        after = close(text).text;
      } catch {
        continue;
      }
      const mine =
        /^\ufeff?(?:[\d)*+.\- \t]*2026-11-20 · #32|## Session Log|-{3} *$|agent:|project:|"?last_updated|"?session_count|\s*$)/;
      const lines = (whole: string) => whole.split(/\r\n|\n|\r/).filter((line) => !mine.test(line));
      expect(lines(after), name).toEqual(lines(text));
    }
  });
});

describe('a very long log', () => {
  const long = (n: number, mark: string, ids = true) =>
    Array.from({ length: n }, (_, i) => {
      const day = new Date(Date.UTC(2026, 0, 1) + i * 86_400_000).toISOString().slice(0, 10);
      const id = ids ? ` <!-- session: ${String(i).padStart(8, '0')}-aaaa-bbbb -->` : '';
      return `${mark}${day} · #${i % 3} · ${i % 4 === 0 ? 'red' : 'green'}, ${i} tests${id}\n`;
    }).join('');
  const withLog = (lines: string) => `${newMemory('tdd-workflow', 'acme/api', '2026-11-01')}\n${lines}`;

  it('is folded into months when it grows over a hundred lines', () => {
    const closed = close(withLog(long(100, '- ')));
    expect(closed).toMatchObject({ folded: 51, sessionCount: 101 });
    const lines = logLines(closed.memory);
    expect(lines).toHaveLength(52);
    expect(closed.text).toContain(
      '- 2026-01 · 31 sessions · #0 ×11, #1 ×10, #2 ×10 · green ×23, red ×8 <!-- sessions: ',
    );
    expect(countLoggedSessions(lines)).toBe(101);
    expect(codes(closed.text)).toEqual([]);
  });

  it('folds on into the months that are there, and still knows every session', () => {
    const folded = close(withLog(long(100, '- '))).text;
    const more = Array.from(
      { length: 54 },
      (_, i) =>
        `- 2026-02-0${(i % 9) + 1} · #9 · green <!-- session: ffff${String(i).padStart(4, '0')}-1 -->\n`,
    ).join('');
    const { text } = close(folded + more, { session: 'eeee0000' });
    expect(close(text, { session: 'eeee0000' }).text).toBe(text);
    expect(countLoggedSessions(logLines(parseMemory(text)))).toBe(156);
    expect(logLines(parseMemory(text)).length).toBeLessThanOrEqual(106);
    expect(text.match(/- 2026-02 · /g)).toHaveLength(1);
    expect(close(text, { session: '00000003-aaaa-bbbb' }).logged).toBe(false);
    expect(close(text, { session: 'ffff0001-1' }).logged).toBe(false);
  });

  it('keeps what a person wrote between the lines', () => {
    const lines = long(100, '').replace('2026-01-20', 'A note of mine.\n2026-01-20');
    const spread = long(100, '- ').replaceAll('\n', '\n\n');
    for (const text of [
      withLog(lines),
      withLog(spread),
      withLog(long(100, '* ', false)).replaceAll('\n', '\r\n'),
    ]) {
      const closed = close(text);
      expect(closed.folded).toBe(51);
      expect(closed.text.includes('A note of mine.')).toBe(text.includes('A note of mine.'));
      expect(close(closed.text).text).toBe(closed.text);
      expect(closed.sessionCount).toBe(101);
    }
  });
});

describe('a log line', () => {
  it('reads the same as it is written', () => {
    const part = fc.string({ maxLength: 40 }).map((text) => cleanLogPart(text, (same) => same, '-'));
    fc.assert(
      fc.property(part, part, fc.option(fc.uuid()), (issue, outcome, id) => {
        const line = { kind: 'session' as const, day: '2026-11-20', issue, outcome, session: id };
        expect(parseLogLine(`- ${formatLogLine(line)}`)).toEqual(line);
      }),
    );
  });

  it('is understood in the forms people write', () => {
    expect(parseLogLine('* **2026-01-02** · #7 · green · all of it')).toMatchObject({
      day: '2026-01-02',
      issue: '#7',
      outcome: 'green · all of it',
    });
    expect(parseLogLine('2026-01-02 — #7 — done')).toMatchObject({ issue: '#7', outcome: 'done' });
    expect(parseLogLine('| 2026-01-02 | #7 | done |')).toMatchObject({ issue: '#7', outcome: 'done' });
    expect(parseLogLine('- 2026-01-02 · a · |')).toMatchObject({ outcome: '|' });
    expect(parseLogLine('on 2026-01-02 we met')).toBeUndefined();
    expect(countLoggedSessions(logLines(parseMemory(oddDocuments['a table for a log'] ?? '')))).toBe(2);
  });

  it('knows a session by its key and by its id', () => {
    expect(isSameSession('claude-code/3d0c6a52', session)).toBe(true);
    expect(isSameSession('3d0c', session)).toBe(false);
    expect(isSameSession(session, `${session}0`)).toBe(true);
  });
});

describe('new text', () => {
  it('is one line without hidden characters or comments, and redacted', () => {
    const redact = (text: string) => text.replace(/ghp_\w+/, '[TOKEN]');
    expect(cleanEntry('a\u200b key\n\n ghp_abc <!-- session: x --> end', redact)).toBe(
      'a key [TOKEN] ‹!-- session: x --› end',
    );
    expect(cleanLogPart(' · ', redact, 'none')).toBe('-');
    expect(cleanLogPart('  ', redact, 'none')).toBe('none');
  });
});

describe('linting', () => {
  it('has nothing to say about the layout of the seed and a new memory', () => {
    expect(lint(seedDocument)).toEqual([]);
    expect(lint(newMemory('tdd-workflow', 'acme/api', '2026-11-20'))).toEqual([]);
  });

  it('names what is wrong, with its line', () => {
    expect(codes(oddDocuments['merge conflict'] ?? '')).toEqual(['conflict-marks:3']);
    expect(codes('## Project Context\n').filter((code) => !code.startsWith('missing-section'))).toEqual([
      'no-front-matter:1',
    ]);
    expect(codes(seedDocument.replace('session_count: 2', 'session_count: 9'))).toEqual(['wrong-count:5']);
    expect(codes(seedDocument.replace('session_count: 2', 'session_count: many'))).toEqual(['wrong-count:5']);
    expect(codes(seedDocument.replace('2026-11-10\n', '2027-01-01\n'))).toEqual(['future-date:4']);
    expect(codes(seedDocument.replace('- 2026-11-10 ·', '- 2026-11-31 ·'))).toEqual(['bad-date:32']);
    expect(codes(seedDocument.replace('- 2026-11-10 ·', '- 2028-11-10 ·'))).toEqual(['future-date:32']);
    expect(codes(seedDocument.replace('agent: tdd', 'agent: ttd'))).toEqual(['wrong-agent:2']);
    expect(codes(seedDocument.replace('project: acme/api\n', ''))).toEqual(['missing-field:1']);
    expect(codes(`${seedDocument}\n## Watch points\n`)).toEqual(['duplicate-section:34']);
    expect(codes(seedDocument.replace('- Migrations', '- Migra\u200btions'))).toEqual([
      'hidden-characters:15',
    ]);
    expect(codes(seedDocument.replace('- 2026-11-10 · #31 · red', '- on the 10th'))).toContain(
      'unreadable-line:32',
    );
    expect(codes(seedDocument.replace('agent: tdd', 'agent: &x tdd'))).toEqual(['bad-front-matter:1']);
  });

  it('lets a person east of Greenwich write their own day', () => {
    const text = seedDocument.replace('- 2026-11-10 ·', '- 2026-11-21 ·');
    expect(lint(text, '2026-11-20T09:59:00Z').map(({ code }) => code)).toEqual(['future-date']);
    expect(lint(text, '2026-11-20T10:00:00Z')).toEqual([]);
  });
});

describe('fixing', () => {
  const conflict = (ours: string, theirs: string) => `<<<<<<< HEAD\n${ours}=======\n${theirs}>>>>>>> topic\n`;
  const merged = seedDocument
    .replace(
      'last_updated: 2026-11-10\nsession_count: 2\n',
      conflict(
        'last_updated: 2026-11-19\nsession_count: 3\n',
        'last_updated: 2026-11-18\nsession_count: 3\n',
      ),
    )
    .concat(
      conflict(
        '- 2026-11-19 · #40 · green <!-- session: aaaaaaaa-1 -->\n',
        '- 2026-11-18 · #41 · red <!-- session: bbbbbbbb-1 -->\n',
      ),
    );

  it('settles the merge of two branches that both closed a session', () => {
    const { text, done } = fix(merged);
    expect(text).toBe(
      `${seedDocument.replace(
        'last_updated: 2026-11-10\nsession_count: 2\n',
        'last_updated: 2026-11-19\nsession_count: 4\n',
      )}` +
        '- 2026-11-18 · #41 · red <!-- session: bbbbbbbb-1 -->\n- 2026-11-19 · #40 · green <!-- session: aaaaaaaa-1 -->\n',
    );
    expect(done).toEqual(['settled 2 merge conflicts', 'session_count 3 → 4']);
    expect(lint(text)).toEqual([]);
    expect(fix(text)).toEqual({ text, done: [] });
  });

  it('gives the same sessions whichever side is merged into which', () => {
    const turned = merged.replace(
      /<{7} HEAD\n([\s\S]*?)={7}\n([\s\S]*?)>{7} topic\n/g,
      (_all, a: string, b: string) => conflict(b, a),
    );
    expect(fix(turned).text).toBe(fix(merged).text);
  });

  it('keeps both findings, once each, and leaves prose to a person', () => {
    const findings = seedDocument.replace(
      '- Migrations are run by hand.\n',
      conflict('- Migrations are run by hand.\n- A\n', '- Migrations are run by hand.\n- B\n'),
    );
    expect(fix(findings).text).toContain('- Migrations are run by hand.\n- A\n- B\n\n## What');
    const prose = seedDocument.replace('A billing API', `${conflict('A billing\n', 'A payment\n')}API`);
    expect(fix(prose)).toEqual({ text: prose, done: [] });
    expect(codes(prose)).toEqual(['conflict-marks:10']);
  });

  it('keeps one of fields that a union merge left twice', () => {
    const twice = seedDocument.replace(
      'session_count: 2\n',
      'session_count: 2\nlast_updated: 2026-11-12\nsession_count: 3\n',
    );
    expect(codes(twice)).toEqual(['bad-front-matter:1']);
    expect(fix(twice).text).toBe(seedDocument.replace('2026-11-10\n', '2026-11-12\n'));
  });

  it('mends the front matter from the rest of the file', () => {
    const { text } = fix(seedDocument.replace(/---[\s\S]*?---\n\n/, ''));
    expect(readHead(parseMemory(text)).fields).toEqual({
      agent: 'tdd-workflow',
      project: 'acme/api',
      last_updated: '2026-11-10',
      session_count: '2',
    });
    expect(fix(seedDocument.replace('2026-11-10\n', '2031-01-01\n')).text).toBe(seedDocument);
  });
});
