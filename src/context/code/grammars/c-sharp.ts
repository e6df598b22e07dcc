import { field, type GrammarRules, holder, modifierSays, noBody, rule } from '../grammar-rules.ts';

/** C#. */
export const cSharp: GrammarRules = {
  grammar: 'c-sharp',
  comments: ['comment'],
  imports: ['using_directive', 'extern_alias_directive'],
  wrappers: [],
  transparent: [
    'namespace_declaration',
    'file_scoped_namespace_declaration',
    'declaration_list',
    'preproc_if',
    'preproc_region',
  ],
  definitions: {
    class_declaration: holder('class'),
    struct_declaration: holder('class'),
    record_declaration: holder('class'),
    interface_declaration: holder('interface'),
    enum_declaration: rule('enum'),
    delegate_declaration: rule('type', { body: noBody }),
    method_declaration: rule('method'),
    constructor_declaration: rule('method'),
    operator_declaration: rule('method', { name: (node) => node.childForFieldName('operator')?.text }),
    property_declaration: rule('method', { body: field('accessors', 'value') }),
  },
  exported: (node) => modifierSays(node, /\b(?:public|protected|internal)\b/),
};
