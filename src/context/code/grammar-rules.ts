import type { DefinitionKind } from './definition.ts';
import { partsOf, type SyntaxNode } from './syntax-node.ts';

/** How a kind of node defines something. */
export interface DefinitionRule {
  kind: DefinitionKind;
  /** Its name; undefined: this one defines nothing (a call that is no test, a declaration of a variable). */
  name(node: SyntaxNode): string | undefined;
  /** What is left out of the signature, and holds the members. */
  body(node: SyntaxNode): SyntaxNode | null | undefined;
  /** Members of the body are definitions of their own, under this name. */
  members?: boolean;
  /** The type a method belongs to, where it does not stand in it. */
  owner?(node: SyntaxNode): string | undefined;
}

/** Where something stands that may be exported. */
export interface ExportPlace {
  name: string;
  /** The definition it is a member of. */
  parent: string | null;
  wrappers: readonly SyntaxNode[];
  text: string;
}

/** How the trees of one grammar are read. */
export interface GrammarRules {
  /** File name of the grammar: `tree-sitter-<grammar>.wasm`. */
  grammar: string;
  comments: readonly string[];
  imports: readonly string[];
  /** Imports that are ordinary statements in their language. */
  isImport?(node: SyntaxNode): boolean;
  /** Nodes around a definition that belong to it: export, decorator, template, a group in brackets. */
  wrappers: readonly string[];
  /** Nodes whose children stand as if at the top. */
  transparent: readonly string[];
  definitions: Readonly<Record<string, DefinitionRule>>;
  /** True when other files may use it; of a member, when its class or module is exported as well. */
  exported(node: SyntaxNode, place: ExportPlace): boolean;
}

/** The first of these fields that a node has. */
export const field =
  (...names: string[]) =>
  (node: SyntaxNode): SyntaxNode | null => {
    for (const name of names) {
      const found = node.childForFieldName(name);
      if (found) return found;
    }
    return null;
  };
/** The text of a node's `name`. */
export const nameField = (node: SyntaxNode) => node.childForFieldName('name')?.text;
const body = field('body');

/** A definition named by its `name`, with its `body` left out of the signature. */
export const rule = (kind: DefinitionKind, more: Partial<DefinitionRule> = {}): DefinitionRule => ({
  kind,
  name: nameField,
  body,
  ...more,
});
/** The same, of something that has members. */
export const holder = (kind: DefinitionKind, more: Partial<DefinitionRule> = {}) =>
  rule(kind, { members: true, ...more });

/** Names of functions that tests are written with. */
export const testCalls =
  /^(?:describe|suite|context|it|test|bench|beforeEach|beforeAll|afterEach|afterAll|before|after|setup|specify|feature|scenario|xit|fit)(?:\.\w+)*$/;

/** True when a modifier of the declaration says so. */
export const modifierSays = (node: SyntaxNode, word: RegExp) =>
  partsOf(node).some(({ type, text }) => /modifier/.test(type) && word.test(text));

/** A holder where it has a body: without one it is only named. */
export const withBody = (kind: DefinitionKind) =>
  holder(kind, { name: (node) => (node.childForFieldName('body') ? nameField(node) : undefined) });

/** What has no body is its own signature. */
export const noBody = () => null;
