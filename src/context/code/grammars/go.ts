import { type GrammarRules, noBody, rule } from '../grammar-rules.ts';
import { partOfType } from '../syntax-node.ts';

const goType = rule('type', { body: noBody });

/** Go. */
export const go: GrammarRules = {
  grammar: 'go',
  comments: ['comment'],
  imports: ['import_declaration', 'package_clause'],
  wrappers: ['type_declaration', 'const_declaration', 'var_declaration', 'var_spec_list'],
  transparent: [],
  definitions: {
    function_declaration: rule('function'),
    method_declaration: rule('method', {
      owner: (node) =>
        /([A-Za-z_]\w*)\s*(?:\[[^\]]*\])?\s*\)$/.exec(node.childForFieldName('receiver')?.text ?? '')?.[1],
    }),
    type_spec: {
      ...goType,
      body: (node) => {
        const type = node.childForFieldName('type');
        return type && ['struct_type', 'interface_type'].includes(type.type)
          ? partOfType(type, 'field_declaration_list')
          : null;
      },
    },
    type_alias: goType,
    const_spec: rule('constant', { body: noBody }),
    var_spec: rule('constant', { body: noBody }),
  },
  exported: (_node, { name }) => /^\p{Lu}/u.test(name),
};
