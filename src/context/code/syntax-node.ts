/** What is read of a node of a syntax tree; offsets are into the text, rows count from 0. */
export interface SyntaxNode {
  readonly type: string;
  readonly text: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly startPosition: { readonly row: number };
  readonly endPosition: { readonly row: number; readonly column: number };
  readonly namedChildren: readonly (SyntaxNode | null)[];
  childForFieldName(name: string): SyntaxNode | null;
}

/** Its children that stand for something, without punctuation. */
export function partsOf(node: SyntaxNode): SyntaxNode[] {
  return node.namedChildren.filter((child) => child !== null);
}

/** The first child of one of the types. */
export function partOfType(node: SyntaxNode, ...types: string[]): SyntaxNode | undefined {
  return partsOf(node).find((child) => types.includes(child.type));
}
