import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutElement,
  insertElement,
  type JsonNode,
  layoutOf,
  parseJsonTree,
} from '../../../src/base/json-tree.ts';

function valueOfNode(node: JsonNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'array') return node.items.map(valueOfNode);
  return Object.fromEntries(node.members.map(({ key, value }) => [key, valueOfNode(value)]));
}

const written = fc
  .tuple(
    fc.jsonValue(),
    fc.constantFrom(0, 1, 2, '\t'),
    fc.constantFrom('', '\ufeff'),
    fc.constantFrom('', '\n', ' '),
  )
  .map(([value, indent, mark, end]) => mark + JSON.stringify(value, null, indent) + end);

describe('a JSON tree', () => {
  it('says what JSON.parse says, and where', () => {
    fc.assert(
      fc.property(written, (text) => {
        const tree = parseJsonTree(text);
        expect(valueOfNode(tree)).toEqual(JSON.parse(text.replace(/^\ufeff/, '')));
        expect(text.slice(tree.start, tree.end)).toBe(text.replace(/^\ufeff/, '').trim());
      }),
    );
  });

  it('refuses what is no strict JSON', () => {
    for (const text of [
      '',
      '{',
      '{"a":1,}',
      '// x\n{}',
      '{"a":1,"a":2}',
      `${'['.repeat(300)}${']'.repeat(300)}`,
    ])
      expect(() => parseJsonTree(text), text.slice(0, 20)).toThrow(SyntaxError);
  });

  it('takes an element at the end of any list, and gives the text back when exactly that is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 4 }), fc.constantFrom(0, 2, '\t'), (list, indent) => {
        const text = JSON.stringify({ list }, null, indent);
        const tree = parseJsonTree(text);
        const container = tree.kind === 'object' ? (tree.members[0]?.value as JsonNode) : tree;
        const done = insertElement(text, container, { value: { added: [1] } }, layoutOf(text));
        expect(JSON.parse(done.text)).toEqual({ list: [...JSON.parse(text).list, { added: [1] }] });
        expect(done.text.slice(0, done.at) + done.text.slice(done.at + done.inserted.length)).toBe(text);
      }),
    );
  });

  it('loses one element, and nothing else', () => {
    const text = '{ "a": [1, 2,\n 3] }';
    const tree = parseJsonTree(text);
    const list = tree.kind === 'object' ? (tree.members[0]?.value as JsonNode) : tree;
    expect([0, 1, 2, 3].map((at) => cutElement(text, list, at))).toEqual([
      '{ "a": [2,\n 3] }',
      '{ "a": [1,\n 3] }',
      '{ "a": [1, 2] }',
      text,
    ]);
  });
});
