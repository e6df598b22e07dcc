import { type GrammarRules, holder, modifierSays, noBody, rule } from '../grammar-rules.ts';
import { partOfType, partsOf } from '../syntax-node.ts';

/** PHP. */
export const php: GrammarRules = {
  grammar: 'php',
  comments: ['comment'],
  imports: ['namespace_use_declaration', 'php_tag'],
  wrappers: [],
  transparent: ['namespace_definition', 'compound_statement', 'if_statement'],
  definitions: {
    class_declaration: holder('class'),
    interface_declaration: holder('interface'),
    trait_declaration: holder('class'),
    enum_declaration: holder('enum'),
    function_definition: rule('function'),
    method_declaration: rule('method'),
    const_declaration: rule('constant', {
      name: (node) => {
        const element = partOfType(node, 'const_element');
        return element && partsOf(element)[0]?.text;
      },
      body: noBody,
    }),
  },
  exported: (node) => !modifierSays(node, /\b(?:private|protected)\b/),
};
