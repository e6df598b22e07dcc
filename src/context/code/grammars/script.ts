import {
  type ExportPlace,
  type GrammarRules,
  holder,
  nameField,
  noBody,
  rule,
  testCalls,
} from '../grammar-rules.ts';
import { partOfType, partsOf, type SyntaxNode } from '../syntax-node.ts';

const functionValues = ['arrow_function', 'function_expression', 'generator_function', 'class'];
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
  type_alias_declaration: rule('type', { body: noBody }),
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

/** TypeScript and JavaScript by the grammar that reads them. */
export const script = (grammar: string): GrammarRules => ({
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
