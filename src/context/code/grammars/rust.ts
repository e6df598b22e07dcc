import { type GrammarRules, holder, noBody, rule, withBody } from '../grammar-rules.ts';
import { partOfType } from '../syntax-node.ts';

/** Rust. */
export const rust: GrammarRules = {
  grammar: 'rust',
  comments: ['line_comment', 'block_comment', 'attribute_item'],
  imports: ['use_declaration', 'extern_crate_declaration'],
  wrappers: [],
  transparent: ['foreign_mod_item'],
  definitions: {
    function_item: rule('function'),
    function_signature_item: rule('function'),
    struct_item: rule('class'),
    union_item: rule('class'),
    enum_item: rule('enum'),
    trait_item: holder('interface'),
    impl_item: holder('class', {
      name: (node) => node.childForFieldName('type')?.text.replace(/<.*$/s, ''),
    }),
    mod_item: withBody('module'),
    macro_definition: rule('function', { body: (node) => partOfType(node, 'macro_rule') }),
    const_item: rule('constant', { body: noBody }),
    static_item: rule('constant', { body: noBody }),
    type_item: rule('type', { body: noBody }),
  },
  exported: (node) => node.type === 'impl_item' || partOfType(node, 'visibility_modifier') !== undefined,
};
