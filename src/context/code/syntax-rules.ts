import type { DefinitionKind } from './definition.ts';
import { partOfType, partsOf, type SyntaxNode } from './syntax-node.ts';

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

const field =
  (...names: string[]) =>
  (node: SyntaxNode): SyntaxNode | null => {
    for (const name of names) {
      const found = node.childForFieldName(name);
      if (found) return found;
    }
    return null;
  };
const nameField = (node: SyntaxNode) => node.childForFieldName('name')?.text;
const body = field('body');

const rule = (kind: DefinitionKind, more: Partial<DefinitionRule> = {}): DefinitionRule => ({
  kind,
  name: nameField,
  body,
  ...more,
});
const holder = (kind: DefinitionKind, more: Partial<DefinitionRule> = {}) =>
  rule(kind, { members: true, ...more });

const functionValues = ['arrow_function', 'function_expression', 'generator_function', 'class'];
const testCalls =
  /^(?:describe|suite|context|it|test|bench|beforeEach|beforeAll|afterEach|afterAll|before|after|setup|specify|feature|scenario|xit|fit)(?:\.\w+)*$/;

/** The function a call is given, as tests are written. */
function callbackOf(call: SyntaxNode): SyntaxNode | undefined {
  const given = call.childForFieldName('arguments');
  return given ? partsOf(given).findLast((one) => functionValues.includes(one.type)) : undefined;
}

function scriptCall(statement: SyntaxNode): SyntaxNode | undefined {
  const call = partOfType(statement, 'call_expression');
  return call && testCalls.test(call.childForFieldName('function')?.text.split('(')[0] ?? '')
    ? call
    : undefined;
}

function scriptStatementName(statement: SyntaxNode): string | undefined {
  const call = scriptCall(statement);
  if (call) {
    const given = call.childForFieldName('arguments');
    const title = given && partOfType(given, 'string', 'template_string')?.text.slice(1, -1);
    return callbackOf(call) ? (title ?? call.childForFieldName('function')?.text) : undefined;
  }
  const assigned = partOfType(statement, 'assignment_expression');
  const value = assigned?.childForFieldName('right');
  if (!assigned || !value || ![...functionValues, 'object'].includes(value.type)) return undefined;
  const left = assigned.childForFieldName('left')?.text ?? '';
  return /^[\w$.]+$/.test(left) ? left.replace(/^(?:module\.)?exports\./, '') : undefined;
}

function scriptStatementBody(statement: SyntaxNode): SyntaxNode | null | undefined {
  const call = scriptCall(statement);
  if (call) return callbackOf(call)?.childForFieldName('body');
  return valueBody(partOfType(statement, 'assignment_expression')?.childForFieldName('right'));
}

/** What a value holds that is a body: of a function, a class, or an object with methods. */
function valueBody(value: SyntaxNode | null | undefined): SyntaxNode | null | undefined {
  return value?.type === 'object' ? value : value?.childForFieldName('body');
}

const scriptDefinitions: GrammarRules['definitions'] = {
  function_declaration: rule('function'),
  generator_function_declaration: rule('function'),
  function_signature: rule('function'),
  class_declaration: holder('class'),
  abstract_class_declaration: holder('class'),
  interface_declaration: rule('interface'),
  type_alias_declaration: rule('type', { body: () => null }),
  enum_declaration: rule('enum'),
  internal_module: holder('module'),
  module: holder('module', { name: (node) => nameField(node)?.replace(/^["']|["']$/g, '') }),
  method_definition: rule('method'),
  abstract_method_signature: rule('method'),
  public_field_definition: rule('method', {
    name: (node) =>
      functionValues.includes(node.childForFieldName('value')?.type ?? '') ? nameField(node) : undefined,
    body: (node) => node.childForFieldName('value')?.childForFieldName('body'),
  }),
  pair: rule('method', {
    name: (node) =>
      functionValues.includes(node.childForFieldName('value')?.type ?? '')
        ? node.childForFieldName('key')?.text
        : undefined,
    body: (node) => node.childForFieldName('value')?.childForFieldName('body'),
  }),
  variable_declarator: holder('constant', {
    name: (node) => (node.childForFieldName('name')?.type === 'identifier' ? nameField(node) : undefined),
    body: (node) => valueBody(node.childForFieldName('value')),
  }),
  expression_statement: holder('test', { name: scriptStatementName, body: scriptStatementBody }),
};

function scriptExported(node: SyntaxNode, { name, parent, wrappers, text }: ExportPlace): boolean {
  if (wrappers.some(({ type }) => type === 'export_statement')) return true;
  const isMember = parent !== null && wrappers.length === 0;
  if (isMember) return !name.startsWith('#') && !/^(?:private|protected)\b/.test(node.text);
  if (!/^[\w$]+$/.test(name)) return name === 'module.exports';
  const word = name.replaceAll('$', '\\$');
  return new RegExp(
    `\\bexport\\s*\\{[^}]{0,2000}\\b${word}\\b|\\bexports\\.${word}\\b|\\bexport default ${word}\\b`,
  ).test(text);
}

const script = (grammar: string): GrammarRules => ({
  grammar,
  comments: ['comment', 'decorator'],
  imports: ['import_statement'],
  wrappers: ['export_statement', 'ambient_declaration', 'lexical_declaration', 'variable_declaration'],
  transparent: [],
  definitions: scriptDefinitions,
  isImport: (node) =>
    /^(?:lexical|variable)_declaration$/.test(node.type) &&
    partsOf(node).every((one) =>
      /^(?:await )?(?:require|import)\(/.test(one.childForFieldName('value')?.text ?? ''),
    ),
  exported: scriptExported,
});

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

const withBody = (kind: DefinitionKind) =>
  holder(kind, { name: (node) => (node.childForFieldName('body') ? nameField(node) : undefined) });

const goType = rule('type', { body: () => null });

const rubyCall = holder('test', {
  name: (node) => {
    const method = node.childForFieldName('method')?.text ?? '';
    if (!testCalls.test(method) || !node.childForFieldName('block')) return undefined;
    const given = node.childForFieldName('arguments');
    return (given && partsOf(given)[0]?.text.replace(/^["']|["']$/g, '')) ?? method;
  },
  body: (node) => node.childForFieldName('block')?.childForFieldName('body'),
});

const modifierSays = (node: SyntaxNode, word: RegExp) =>
  partsOf(node).some(({ type, text }) => /modifier/.test(type) && word.test(text));

/** The rules by the language's shown name. */
export const syntaxRules: Readonly<Record<string, GrammarRules>> = {
  TypeScript: script('tsx'),
  JavaScript: script('javascript'),
  Python: {
    grammar: 'python',
    comments: ['comment'],
    imports: ['import_statement', 'import_from_statement', 'future_import_statement'],
    wrappers: ['decorated_definition'],
    transparent: [
      'if_statement',
      'else_clause',
      'elif_clause',
      'try_statement',
      'except_clause',
      'block',
      'with_statement',
    ],
    definitions: {
      function_definition: rule('function'),
      class_definition: holder('class'),
      expression_statement: rule('constant', {
        name: (node) => {
          const left = partOfType(node, 'assignment')?.childForFieldName('left');
          return left?.type === 'identifier' ? left.text : undefined;
        },
        body: () => null,
      }),
    },
    exported: (_node, { name }) => !name.startsWith('_') || /^__\w+__$/.test(name),
  },
  Go: {
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
      const_spec: rule('constant', { body: () => null }),
      var_spec: rule('constant', { body: () => null }),
    },
    exported: (_node, { name }) => /^\p{Lu}/u.test(name),
  },
  Rust: {
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
      const_item: rule('constant', { body: () => null }),
      static_item: rule('constant', { body: () => null }),
      type_item: rule('type', { body: () => null }),
    },
    exported: (node) => node.type === 'impl_item' || partOfType(node, 'visibility_modifier') !== undefined,
  },
  Java: {
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
        body: () => null,
      }),
    },
    exported: (node) => modifierSays(node, /\b(?:public|protected)\b/) || !modifierSays(node, /\bprivate\b/),
  },
  'C#': {
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
      delegate_declaration: rule('type', { body: () => null }),
      method_declaration: rule('method'),
      constructor_declaration: rule('method'),
      operator_declaration: rule('method', { name: (node) => node.childForFieldName('operator')?.text }),
      property_declaration: rule('method', { body: field('accessors', 'value') }),
    },
    exported: (node) => modifierSays(node, /\b(?:public|protected|internal)\b/),
  },
  Ruby: {
    grammar: 'ruby',
    comments: ['comment'],
    imports: [],
    isImport: (node) => node.type === 'call' && /^(?:require|require_relative|autoload)\b/.test(node.text),
    wrappers: [],
    transparent: ['begin', 'if', 'unless', 'body_statement'],
    definitions: {
      module: holder('module'),
      class: holder('class'),
      singleton_class: holder('class', { name: () => 'self' }),
      method: rule('method'),
      singleton_method: rule('method'),
      call: rubyCall,
      assignment: rule('constant', {
        name: (node) => {
          const left = node.childForFieldName('left');
          return left?.type === 'constant' ? left.text : undefined;
        },
        body: () => null,
      }),
    },
    exported: () => true,
  },
  PHP: {
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
        body: () => null,
      }),
    },
    exported: (node) => !modifierSays(node, /\b(?:private|protected)\b/),
  },
  'C++': {
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
        body: () => null,
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
      alias_declaration: rule('type', { body: () => null }),
      concept_definition: rule('type', { body: () => null }),
      preproc_def: rule('constant', { body: () => null }),
      preproc_function_def: rule('function', { body: field('value') }),
    },
    exported: (node) =>
      !partsOf(node).some(({ type, text }) => type === 'storage_class_specifier' && text === 'static'),
  },
};

/** The rules for a language by its shown name; C is read as C++. */
export function syntaxRulesOf(language: string): GrammarRules | undefined {
  return syntaxRules[language === 'C' ? 'C++' : language];
}
