import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KaizenError } from '../../../../src/base/errors.ts';
import { addEntry } from '../../../../src/knowledge/agent-memory/add-entry.ts';
import { readHead, setHeadFields } from '../../../../src/knowledge/agent-memory/head.ts';
import {
  entryText,
  findSection,
  formatMemory,
  parseMemory,
} from '../../../../src/knowledge/agent-memory/parse-memory.ts';
import { memorySections } from '../../../../src/knowledge/agent-memory/sections.ts';
import { oddDocuments, seedDocument } from './odd-documents.ts';

const names = (text: string) => parseMemory(text).sections.map(({ title }) => title);

/** Pieces that make odd Markdown when they come together in any order. */
const pieces = fc.constantFrom(
  ...['---\n', '===\n', '```\n', '~~~js\n', '<!--', '-->', '<div>\n', '## Open Threads', '# Session Log'],
  ...['- ', '* a\n', '  - b\n', '1. ', '> ', '    ', '\t', '\n', '\r\n', '\r', '\n\n', ' ', '|', '| - |\n'],
  ...[
    'agent: a\n',
    'session_count: 3\n',
    '2026-01-02 · #1 · green',
    'text',
    '\\',
    '`',
    '🧠',
    '\ufeff',
    '\u0000',
  ],
  ...[
    '<<<<<<< HEAD\n',
    '=======\n',
    '>>>>>>> x\n',
    '[a]: b\n',
    '[^1]: c\n',
    '&amp;',
    '\u2028',
    '<pre>',
    '</pre>\n',
  ],
);
const oddText = fc.oneof(
  { weight: 4, arbitrary: fc.array(pieces, { maxLength: 24 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
);

describe('a memory file', () => {
  it.each(Object.entries(oddDocuments))('is put together again as it was: %s', (_name, text) => {
    expect(formatMemory(parseMemory(text))).toBe(text);
  });

  it('is put together again as it was, whatever it holds', () => {
    fc.assert(
      fc.property(oddText, (text) => {
        expect(formatMemory(parseMemory(text))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('has the sections of the seed', () => {
    const memory = parseMemory(seedDocument);
    expect(memory.sections.map(({ name }) => name)).toEqual(memorySections.map(({ name }) => name));
    const log = findSection(memory, 'Session Log');
    expect(log?.entries.map((entry) => [entry.line, log && entryText(log, entry)])).toEqual([
      [31, '- 2026-11-03 · #28 · green, 41 tests passed'],
      [32, '- 2026-11-10 · #31 · red, left open'],
    ]);
  });

  it('sees headings as a reader does', () => {
    expect(names(oddDocuments['headings in a fence'] ?? '')).toEqual(['Open Threads', 'Session Log']);
    expect(names(oddDocuments['html comments'] ?? '')).toEqual(['Open Threads', 'Session Log']);
    expect(names(oddDocuments['setext headings'] ?? '')).toEqual([
      'Project Context',
      'Open Threads',
      'Session Log',
    ]);
    expect(names(oddDocuments['a quote with a heading'] ?? '')).toEqual(['Project Context']);
    expect(names(oddDocuments['headings with markup'] ?? '')).toEqual(['Open Threads', 'Session Log']);
    expect(names(oddDocuments['level one sections'] ?? '')).toEqual(['Open Threads', 'Session Log']);
    expect(names(oddDocuments['an indented heading'] ?? '')).toEqual(['Open Threads']);
    expect(names(oddDocuments['a fence that is never closed'] ?? '')).toEqual([
      'Open Threads',
      'Watch Points',
    ]);
  });

  it('says the line of an entry whatever ends the lines', () => {
    for (const name of ['windows line ends', 'old mac line ends', 'byte-order mark and windows line ends'])
      expect(
        findSection(parseMemory(oddDocuments[name] ?? ''), 'Session Log')?.entries.map(({ line }) => line),
      ).toEqual([31, 32]);
  });
});

describe('the front matter', () => {
  const set = (text: string, values: Parameters<typeof setHeadFields>[1]) => {
    const edited = setHeadFields(parseMemory(text), values);
    return edited && formatMemory(edited);
  };

  it('changes in the value only', () => {
    expect(
      set(oddDocuments['front matter with comments, quotes and other keys'] ?? '', {
        agent: 'b',
        session_count: '8',
        last_updated: '2026-11-20',
      }),
    ).toBe(
      '---\n# ours\n"agent": \'b\'   # who\nsession_count: "8" # bumped\nlast_updated:   2026-11-20\nteam: [x, y]\n---\n\n## Session Log\n',
    );
  });

  it('gets what is missing, in the line ends of the file', () => {
    expect(set('## Open Threads\r\n\r\n- a\r\n', { agent: 'a', session_count: '1' })).toBe(
      '---\r\nagent: a\r\nsession_count: 1\r\n---\r\n\r\n## Open Threads\r\n\r\n- a\r\n',
    );
    expect(set('---\nagent: a\n---\n', { session_count: '1' })).toBe(
      '---\nagent: a\nsession_count: 1\n---\n',
    );
  });

  it('is left alone where it cannot be read', () => {
    expect(readHead(parseMemory('---\nagent: a\nagent: b\n---\n')).problem).toContain('duplicated');
    expect(set('---\nagent: a\nagent: b\n---\n', { session_count: '1' })).toBeUndefined();
    expect(set('---\nagent: &x a\n---\n', { session_count: '1' })).toBeUndefined();
    expect(set('---\nsession_count: >\n  3\n---\n', { session_count: '4' })).toBeUndefined();
    expect(set(oddDocuments['front matter never closed'] ?? '', { session_count: '4' })).toBeUndefined();
  });

  it('keeps every other byte of any document', () => {
    fc.assert(
      fc.property(oddText, (text) => {
        const before = parseMemory(text);
        const after = setHeadFields(before, { session_count: '7', last_updated: '2026-11-20' });
        if (!after) return;
        expect(readHead(after).fields).toMatchObject({ session_count: '7', last_updated: '2026-11-20' });
        expect(after.sections.map((one) => one.text)).toEqual(before.sections.map((one) => one.text));
        expect(after.preamble.endsWith(before.preamble)).toBe(true);
      }),
      { numRuns: 120 },
    );
  });
});

describe('a new entry', () => {
  const add = (text: string, section: (typeof memorySections)[number]['name'], entry = 'new') =>
    formatMemory(addEntry(parseMemory(text), { path: 'memory.md', section }, entry));

  it('looks like the ones before it', () => {
    expect(add(oddDocuments['indented list'] ?? '', 'Open Threads')).toBe(
      '## Open Threads\n\n  * one\n  * two\n  * new\n\n',
    );
    expect(add(oddDocuments['numbered list'] ?? '', 'Open Threads')).toContain('9. ninth\n10. new\n');
    expect(add(oddDocuments['loose list'] ?? '', 'Accumulated Findings')).toContain('- c\n\n- new\n');
    expect(add(oddDocuments['hard tabs'] ?? '', 'Open Threads')).toContain('-\tb\n- new\n');
    expect(
      add(oddDocuments['a log without list marks'] ?? '', 'Session Log', '2026-01-03 · #3 · green'),
    ).toContain('2026-01-02 · #2 · red\n2026-01-03 · #3 · green\n');
    expect(add(oddDocuments['windows line ends'] ?? '', 'Watch Points')).toContain(
      'share a database.\r\n- new\r\n\r\n## Open Threads',
    );
  });

  it('makes room where there is none', () => {
    expect(add('## Open Threads\n## Session Log', 'Open Threads')).toBe(
      '## Open Threads\n\n- new\n\n## Session Log',
    );
    expect(add('## Open Threads', 'Open Threads')).toBe('## Open Threads\n\n- new\n');
    expect(add('Open Threads\n---\nSession Log\n---\n', 'Open Threads')).toBe(
      'Open Threads\n---\n\n- new\n\nSession Log\n---\n',
    );
  });

  it('brings its section, in the order of the seed', () => {
    expect(add('## Project Context\n\nx\n\n## Session Log\n', 'Watch Points')).toBe(
      '## Project Context\n\nx\n\n## Watch Points\n\n- new\n\n## Session Log\n',
    );
    expect(add('', 'Session Log')).toBe('## Session Log\n\n- new\n');
    expect(add('Just text', 'Session Log')).toBe('Just text\n\n## Session Log\n\n- new\n');
  });

  it('is refused, with the line, where a reader would not see it', () => {
    expect(() => add(oddDocuments['a fence that is never closed'] ?? '', 'Watch Points')).toThrow(
      /memory\.md:7:/,
    );
    expect(() => add(oddDocuments['a comment that is never closed'] ?? '', 'Watch Points')).toThrow(
      KaizenError,
    );
    expect(() => add(oddDocuments['a comment that is never closed'] ?? '', 'Session Log')).toThrow(
      KaizenError,
    );
  });

  it('arrives, or is refused, and changes nothing else in any document', () => {
    fc.assert(
      fc.property(oddText, fc.constantFrom(...memorySections.map(({ name }) => name)), (text, section) => {
        let after: string;
        try {
          after = add(text, section, 'new entry');
        } catch (error) {
          expect(error).toBeInstanceOf(KaizenError);
          return;
        }
        const at = after.indexOf('new entry');
        const found = findSection(parseMemory(after), section);
        const last = found?.entries.at(-1);
        expect(found && last && entryText(found, last)).toContain('new entry');
        // What was there is all there, in order: the new text is one insertion.
        const head = commonStart(text, after);
        expect(text.endsWith(after.slice(after.length - (text.length - head)))).toBe(true);
        expect(at).toBeGreaterThanOrEqual(head);
      }),
      { numRuns: 200 },
    );
  });
});

function commonStart(a: string, b: string): number {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n += 1;
  return n;
}
