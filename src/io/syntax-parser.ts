import { createRequire } from 'node:module';
import type { Language as Grammar, Parser } from 'web-tree-sitter';
import type { SyntaxNode } from '../context/code/syntax-node.ts';

/** Longer texts cost more than their outline is worth. */
const maxTextLength = 400_000;

/** Gives the syntax tree of a text to `read`; undefined when there is no grammar for it, or it cannot be parsed. */
export type ReadTree = <T>(
  text: string,
  grammar: string,
  read: (root: SyntaxNode) => T,
) => Promise<T | undefined>;

/**
 * The parser, loaded with its first use; grammars (1–5 MB each) are loaded when a text asks for them. After a failure
 * of the WebAssembly runtime nothing more is parsed: it may be damaged, and callers have a way without it.
 */
export function openSyntaxParser(): ReadTree {
  const require = createRequire(import.meta.url);
  const grammars = new Map<string, Promise<Grammar | undefined>>();
  let parser: Promise<Parser> | undefined;
  let broken = false;
  const load = async (name: string): Promise<Grammar> => {
    const { Language } = await import('web-tree-sitter');
    return Language.load(require.resolve(`@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`));
  };
  return async (text, grammar, read) => {
    if (broken || text.length > maxTextLength) return undefined;
    parser ??= startParser();
    try {
      const engine = await parser;
      // A grammar this build does not have is no damage.
      if (!grammars.has(grammar))
        grammars.set(
          grammar,
          load(grammar).catch(() => undefined),
        );
      const language = await grammars.get(grammar);
      if (!language) return undefined;
      engine.setLanguage(language);
      const tree = engine.parse(text);
      if (!tree) return undefined;
      try {
        return read(tree.rootNode);
      } finally {
        tree.delete();
      }
    } catch {
      // The runtime aborted: light patterns do instead.
      broken = true;
      return undefined;
    }
  };
}

async function startParser(): Promise<Parser> {
  const { Parser } = await import('web-tree-sitter');
  await Parser.init();
  return new Parser();
}
