import { clipEnd, foldSpace } from '../../base/text.ts';
import type { Definition, LineRange, SourceOutline } from './definition.ts';
import type { DefinitionRule, GrammarRules } from './grammar-rules.ts';
import { partsOf, type SyntaxNode } from './syntax-node.ts';

const signatureLength = 200;
/** A function longer than this is also looked into, for places to cut it at. */
const longFunctionLines = 60;
/** Deeper nesting is not definitions any more. */
const maxDepth = 12;

/** Where a node stands while the tree is walked. */
interface Place {
  parent: string | null;
  /** Of the parent: kept for the members of interfaces, which have no word of their own for it. */
  isExported: boolean;
  isInterface: boolean;
  /** Export, decorator and other nodes around it, outermost first. */
  wrappers: readonly SyntaxNode[];
  inner: boolean;
  depth: number;
}

/** The definitions and imports of a syntax tree, by the rules of its grammar. */
export function outlineTree(root: SyntaxNode, rules: GrammarRules, text: string): SourceOutline {
  const walk = new OutlineWalk(rules, text);
  walk.visit(root, {
    parent: null,
    isExported: true,
    isInterface: false,
    wrappers: [],
    inner: false,
    depth: 0,
  });
  return {
    definitions: walk.definitions.sort((a, b) => a.start - b.start || b.end - a.end),
    imports: joinRanges(walk.imports),
  };
}

class OutlineWalk {
  readonly definitions: Definition[] = [];
  readonly imports: LineRange[] = [];
  private readonly rules: GrammarRules;
  private readonly text: string;

  constructor(rules: GrammarRules, text: string) {
    this.rules = rules;
    this.text = text;
  }

  /** Looks at the children of a node; comments right above one belong to it. */
  visit(node: SyntaxNode, place: Place) {
    if (place.depth > maxDepth) return;
    let noted: LineRange | undefined;
    for (const child of partsOf(node)) {
      const lines = linesOf(child);
      if (this.rules.comments.includes(child.type)) {
        noted = noted && noted.end >= lines.start - 1 ? { start: noted.start, end: lines.end } : lines;
        continue;
      }
      const above = noted && noted.end >= lines.start - 1 ? noted.start : lines.start;
      noted = undefined;
      this.visitChild(child, place, above);
    }
  }

  private visitChild(node: SyntaxNode, place: Place, firstLine: number) {
    const { rules } = this;
    if (rules.imports.includes(node.type) || rules.isImport?.(node)) {
      if (place.depth === 0) this.imports.push(linesOf(node));
      return;
    }
    const deeper = { ...place, depth: place.depth + 1 };
    if (rules.wrappers.includes(node.type)) {
      const before = this.definitions.length;
      this.visit(node, { ...deeper, wrappers: [...place.wrappers, node] });
      this.stretch(before, { start: firstLine, end: linesOf(node).end }, place);
      return;
    }
    const rule = rules.definitions[node.type];
    const name = rule?.name(node);
    if (rule && name && name !== '_') this.define(node, rule, name, place, firstLine);
    else if (rules.transparent.includes(node.type)) this.visit(node, deeper);
    // A statement around a namespace, or around nothing that is known.
    else if (node.type === 'expression_statement') this.visit(node, deeper);
  }

  /** What stands alone in a wrapper reaches as far as the wrapper; of several, the first begins with it. */
  private stretch(from: number, range: LineRange, { parent }: Place) {
    const own = this.definitions.slice(from).filter((one) => one.parent === parent);
    const [first] = own;
    if (!first) return;
    first.start = Math.min(first.start, range.start);
    if (own.length === 1) first.end = Math.max(first.end, range.end);
  }

  private define(node: SyntaxNode, rule: DefinitionRule, name: string, place: Place, firstLine: number) {
    const body = rule.body(node);
    const { end } = linesOf(node);
    const parent = rule.owner?.(node) ?? place.parent;
    const kind = kindOf(rule, body, node, parent);
    // Inside a function only what is long enough to cut at: its variables are no definitions.
    if (place.inner && (kind === 'constant' || kind === 'type')) return;
    const isExported =
      place.isExported &&
      (place.isInterface ||
        this.rules.exported(node, { name, parent, wrappers: place.wrappers, text: this.text }));
    this.definitions.push({
      name: clipEnd(foldSpace(name), 80),
      kind,
      parent,
      signature: signatureOf(this.text, firstNode(node, place.wrappers), node, body),
      start: firstLine,
      end,
      exported: isExported && !place.inner,
      inner: place.inner,
    });
    if (!body) return;
    // A trait's words are its own: who implements it repeats them.
    const isInterface = kind === 'interface' || node.childForFieldName('trait') !== null;
    const deeper = { parent: name, isExported, isInterface, wrappers: [], depth: place.depth + 1 };
    const holds = rule.members && (kind !== 'function' || body.type === 'class_body');
    if (holds) this.visit(body, { ...deeper, inner: place.inner });
    else if (end - firstLine >= longFunctionLines) this.visit(body, { ...deeper, inner: true });
  }
}

/** Rules say what a node usually is; where it stands and what it holds say the rest. */
function kindOf(
  rule: DefinitionRule,
  body: SyntaxNode | null | undefined,
  node: SyntaxNode,
  parent: string | null,
): Definition['kind'] {
  if (rule.kind === 'function' && parent !== null) return 'method';
  if (rule.kind === 'method' && parent === null) return 'function';
  const isValue = node.type === 'variable_declarator' || node.type === 'expression_statement';
  if (isValue && body?.type === 'class_body') return 'class';
  if (node.type === 'variable_declarator' && body && body.type !== 'object') return 'function';
  if (node.type === 'expression_statement' && rule.kind === 'test' && isAssignment(node))
    return body?.type === 'object' ? 'constant' : 'function';
  return rule.kind;
}

function isAssignment(statement: SyntaxNode): boolean {
  return partsOf(statement)[0]?.type === 'assignment_expression';
}

/** Annotations and attributes before a declaration. */
const decoration = /^(?:@(?!interface\b)[\w.]+(?:\([^()]{0,300}\))?|\[[^\]]{0,300}\])\s*/;

/** Where the words of a declaration begin: `export`, `const`, `type`, unless the wrapper holds several or decorators. */
function firstNode(node: SyntaxNode, wrappers: readonly SyntaxNode[]): SyntaxNode {
  let first = node;
  for (const wrapper of wrappers.toReversed()) {
    const parts = partsOf(wrapper).filter(
      ({ type }) => type !== 'comment' && type !== 'template_parameter_list',
    );
    if (parts.length !== 1) break;
    first = wrapper;
  }
  return first;
}

function signatureOf(
  text: string,
  first: SyntaxNode,
  node: SyntaxNode,
  body: SyntaxNode | null | undefined,
): string {
  const to = body ? body.startIndex : Math.min(node.endIndex, first.startIndex + 600);
  let words = foldSpace(text.slice(first.startIndex, Math.max(first.startIndex, to)));
  for (let match = decoration.exec(words); match; match = decoration.exec(words))
    words = words.slice(match[0].length);
  if (node.type === 'expression_statement')
    words = words.replace(/,\s*(?:async\s*)?(?:function\s*)?\([^()]*\)\s*(?:=>)?$/, ')');
  return clipEnd(words.replace(/(?:\s*(?:\{|=>|=|:|;))+$/, ''), signatureLength);
}

/** Some grammars end a node after its line break. */
function linesOf(node: SyntaxNode): LineRange {
  const start = node.startPosition.row + 1;
  const end = node.endPosition.row + (node.endPosition.column === 0 && node.endPosition.row >= start ? 0 : 1);
  return { start, end };
}

function joinRanges(ranges: readonly LineRange[]): LineRange[] {
  const joined: LineRange[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && start <= last.end + 1) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}
