import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';

/** What a block at the top of a document is; `other` for definitions and whatever else may come. */
export type BlockKind =
  | 'heading'
  | 'paragraph'
  | 'list'
  | 'code'
  | 'html'
  | 'table'
  | 'quote'
  | 'rule'
  | 'other';

/** One block at the top of a Markdown document: offsets are UTF-16 units of the text that was parsed. */
export interface MarkdownBlock {
  kind: BlockKind;
  start: number;
  end: number;
  /** Of a heading, 1–6. */
  depth?: number;
  /** Of a heading: what a reader sees of it, white space folded. */
  title?: string;
  /** Of a list. `start` is where the mark stands. */
  items?: { start: number; end: number }[];
  /** Of a list: blank lines stand between its items. */
  loose?: boolean;
}

interface Node {
  type: string;
  depth?: number;
  value?: string;
  alt?: string | null;
  spread?: boolean | null;
  children?: Node[];
  position?: { start: { offset?: number }; end: { offset?: number } };
}

const kinds: Record<string, BlockKind> = {
  heading: 'heading',
  paragraph: 'paragraph',
  list: 'list',
  code: 'code',
  html: 'html',
  table: 'table',
  blockquote: 'quote',
  thematicBreak: 'rule',
};

const parser = unified().use(remarkParse).use(remarkGfm).freeze();

/**
 * The blocks of a GFM document in order, as CommonMark sees them: a `#` inside a fence, a comment or a list is no
 * heading. Any text is a document, so this never throws. The only door to remark; not for the hook path.
 */
export function parseMarkdownBlocks(text: string): MarkdownBlock[] {
  // A byte-order mark is dropped by the parser, which moves every offset behind it.
  const shift = text.startsWith('\ufeff') ? 1 : 0;
  const root = parser.parse(text.slice(shift)) as Node;
  return (root.children ?? []).map((node) => blockOf(node, shift));
}

function blockOf(node: Node, shift: number): MarkdownBlock {
  const block: MarkdownBlock = { kind: kinds[node.type] ?? 'other', ...rangeOf(node, shift) };
  if (block.kind === 'heading')
    return { ...block, depth: node.depth ?? 1, title: visibleText(node).replace(/\s+/g, ' ').trim() };
  if (block.kind !== 'list') return block;
  const items = node.children ?? [];
  return {
    ...block,
    items: items.map((item) => rangeOf(item, shift)),
    loose: node.spread === true || items.some((item) => item.spread === true),
  };
}

function rangeOf(node: Node, shift: number): { start: number; end: number } {
  return {
    start: (node.position?.start.offset ?? 0) + shift,
    end: (node.position?.end.offset ?? 0) + shift,
  };
}

/** Text, code and the names of images; HTML does not show. */
function visibleText(node: Node): string {
  if (node.type === 'html') return '';
  return node.value ?? node.alt ?? (node.children ?? []).map(visibleText).join('');
}
