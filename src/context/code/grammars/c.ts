import { field, type GrammarRules, nameField, noBody, rule, withBody } from '../grammar-rules.ts';
import { partsOf, type SyntaxNode } from '../syntax-node.ts';

/** The name inside a C declarator: pointers, references and parameter lists stand around it. */
function fullDeclaratorName(node: SyntaxNode): string | undefined {
  let at: SyntaxNode | null | undefined = node.childForFieldName('declarator');
  for (let depth = 0; at && depth < 8; depth++) {
    const inner: SyntaxNode | null | undefined =
      at.childForFieldName('declarator') ??
      (at.type.endsWith('reference_declarator') ? partsOf(at)[0] : null);
    if (!inner) return at.text.includes('(') ? undefined : at.text;
    at = inner;
  }
  return undefined;
}

function declaratorName(node: SyntaxNode): string | undefined {
  return fullDeclaratorName(node)?.split('::').at(-1);
}

/** The class of a method that is defined outside of it. */
function declaratorOwner(node: SyntaxNode): string | undefined {
  return fullDeclaratorName(node)
    ?.replace(/<[^<>]*>/g, '')
    .split('::')
    .at(-2);
}

/** C and C++. */
export const c: GrammarRules = {
  grammar: 'cpp',
  comments: ['comment'],
  imports: ['preproc_include', 'using_declaration'],
  wrappers: ['template_declaration'],
  transparent: [
    'namespace_definition',
    'declaration_list',
    'linkage_specification',
    'preproc_ifdef',
    'preproc_if',
    'preproc_else',
    'preproc_elif',
    'access_specifier',
  ],
  definitions: {
    function_definition: rule('function', { name: declaratorName, owner: declaratorOwner }),
    declaration: rule('function', {
      name: (node) =>
        node.childForFieldName('declarator')?.type === 'function_declarator'
          ? declaratorName(node)
          : undefined,
      body: noBody,
    }),
    class_specifier: withBody('class'),
    struct_specifier: withBody('class'),
    union_specifier: withBody('class'),
    enum_specifier: rule('enum', {
      name: (node) => (node.childForFieldName('body') ? nameField(node) : undefined),
    }),
    type_definition: rule('type', {
      name: declaratorName,
      body: (node) => node.childForFieldName('type')?.childForFieldName('body'),
    }),
    alias_declaration: rule('type', { body: noBody }),
    concept_definition: rule('type', { body: noBody }),
    preproc_def: rule('constant', { body: noBody }),
    preproc_function_def: rule('function', { body: field('value') }),
  },
  exported: (node) =>
    !partsOf(node).some(({ type, text }) => type === 'storage_class_specifier' && text === 'static'),
};
