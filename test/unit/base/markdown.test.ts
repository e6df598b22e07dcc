import fc from 'fast-check';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { describe, expect, it } from 'vitest';
import {
  codeSpan,
  escapeMarkdown,
  formatTable,
  mermaidLabel,
  tableCell,
} from '../../../src/base/markdown.ts';

interface Node {
  type: string;
  value?: string;
  url?: string;
  children?: Node[];
}
const parse = (text: string) => unified().use(remarkParse).use(remarkGfm).parse(text) as Node;
/** Node types, but for links to the web and mail: this parser makes them of bare addresses even when escaped. */
const types = (node: Node): string[] =>
  node.type === 'link' && /^(https?|mailto):/.test(node.url ?? '')
    ? []
    : [node.type, ...(node.children ?? []).flatMap(types)];
const textOf = (node: Node): string => (node.value ?? '') + (node.children ?? []).map(textOf).join('');

/** Text with plenty of the characters Markdown gives a meaning to. */
const nasty = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ab1 .-+*_`~#=|<>[]()!\\&$:/@"\'\n\t{}%'), maxLength: 40 }),
  fc.constantFrom(
    '<img src=x onerror=alert(1)><script>x</script>',
    '[a](javascript:alert(1)) <javascript:alert(1)>',
    'see https://evil.invalid and www.evil.invalid',
    '1. list',
    '- [ ] task',
    '+ plus',
    '> quote',
    '# h',
    '---',
    '===',
    '    code',
    '```js',
    '&lt;b&gt;',
    '$x$',
    '![](https://e.invalid/x)',
    'a | b\n|---|\n| injected | x |',
    '[^1]: note',
    '[x]: https://e.invalid',
    '\\',
    'end\\',
    '*a* _b_ ~~c~~',
  ),
  fc.string(),
);

describe('escapeMarkdown', () => {
  it('gives one paragraph of plain text that reads as the original', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const tree = parse(escapeMarkdown(text));
        const kinds = new Set(types(tree));
        for (const kind of ['root', 'paragraph', 'text']) kinds.delete(kind);
        expect([...kinds]).toEqual([]);
        expect(escapeMarkdown(text)).not.toMatch(/[<\n\r\u001b]/);
        if (/^[\x20-\x7e\n\t]*$/.test(text)) expect(textOf(tree)).toBe(text.replace(/\s+/g, ' ').trim());
      }),
      { numRuns: 500 },
    );
  });

  it('breaks dangerous schemes and shows hidden characters', () => {
    expect(escapeMarkdown('JaVaScRiPt:alert(1) data:text/html')).not.toMatch(/javascript:|data:text/i);
    expect(escapeMarkdown('a\u001b[2Jb\u202ec\u200bd')).toBe('a�\\[2Jb�c�d');
    expect(escapeMarkdown('<img onerror=x>')).toBe('&lt;img onerror\\=x&gt;');
  });

  it('leaves ordinary text readable', () => {
    expect(escapeMarkdown('Run pnpm test -- --run in packages/api (not npm).')).toBe(
      'Run pnpm test -- --run in packages/api (not npm).',
    );
  });
});

describe('tableCell and formatTable', () => {
  it('keeps the number of rows and columns whatever the cells hold', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(nasty, nasty), { minLength: 1, maxLength: 5 }), (rows) => {
        const text = formatTable(
          ['a', 'b'],
          rows.map(([a, b]) => [tableCell(a), codeSpan(b, { inTable: true })]),
        );
        const table = parse(text).children ?? [];
        expect(table.map((node) => node.type)).toEqual(['table']);
        expect(table[0]?.children).toHaveLength(rows.length + 1);
        for (const row of table[0]?.children ?? []) expect(row.children).toHaveLength(2);
      }),
      { numRuns: 300 },
    );
  });

  it('cuts by code points and says so', () => {
    expect(tableCell('😀'.repeat(10), 4)).toBe('😀😀😀…');
    expect(tableCell('  ')).toBe('–');
  });

  it('marks numeric columns', () => {
    expect(formatTable(['k', 'n'], [['x', '1']], [1])).toBe('| k | n |\n| --- | ---: |\n| x | 1 |');
  });
});

describe('codeSpan', () => {
  it('cannot be closed from inside', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const paragraph = parse(codeSpan(text)).children?.[0];
        if (text.trim() === '') return;
        expect(paragraph?.children?.map((node) => node.type)).toEqual(['inlineCode']);
      }),
      { numRuns: 300 },
    );
  });
});

describe('mermaidLabel', () => {
  it('holds allow-listed characters only', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(mermaidLabel(text)).toMatch(/^[\p{L}\p{M}\p{N} .,_/+-]+$/u);
      }),
    );
  });

  it('lets no statement or directive out', () => {
    const label = mermaidLabel(
      'A["</text><script>x</script>"]; click A href "x"\n%%{init: {}}%%\nclassDef x fill:red}',
      200,
    );
    expect(label).not.toMatch(/%%\{|click A|classDef x|["<>;[\]{}]/);
    expect(mermaidLabel('***')).toBe('-');
  });
});
