import { type GrammarRules, holder, modifierSays, noBody, rule } from '../grammar-rules.ts';

/** Java. */
export const java: GrammarRules = {
  grammar: 'java',
  comments: ['line_comment', 'block_comment'],
  imports: ['import_declaration', 'package_declaration'],
  wrappers: [],
  transparent: ['enum_body_declarations'],
  definitions: {
    class_declaration: holder('class'),
    interface_declaration: holder('interface'),
    enum_declaration: holder('enum'),
    record_declaration: holder('class'),
    annotation_type_declaration: holder('interface'),
    method_declaration: rule('method'),
    constructor_declaration: rule('method'),
    compact_constructor_declaration: rule('method'),
    field_declaration: rule('constant', {
      name: (node) =>
        modifierSays(node, /\bstatic\b/)
          ? node.childForFieldName('declarator')?.childForFieldName('name')?.text
          : undefined,
      body: noBody,
    }),
  },
  exported: (node) => modifierSays(node, /\b(?:public|protected)\b/) || !modifierSays(node, /\bprivate\b/),
};
