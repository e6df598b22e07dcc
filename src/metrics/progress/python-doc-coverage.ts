import { partsOf, type SyntaxNode } from '../../context/code/syntax-node.ts';
import { type DocCoverage, docCoverageOf } from './doc-coverage.ts';

/** The flags of interrogate, under its names; `nestedAsync` is ours. */
export interface PythonDocRules {
  ignoreInitMethod: boolean;
  ignoreInitModule: boolean;
  ignoreMagic: boolean;
  ignoreModule: boolean;
  ignorePrivate: boolean;
  ignoreSemiprivate: boolean;
  ignorePropertyDecorators: boolean;
  ignorePropertySetters: boolean;
  ignoreOverloadedFunctions: boolean;
  ignoreNestedFunctions: boolean;
  ignoreNestedClasses: boolean;
  /** `google`: a class and its `__init__` are covered when one of them is. */
  docstringStyle: 'sphinx' | 'google';
  /** Whether ignoring nested functions reaches `async` ones too; interrogate misses them. */
  nestedAsync: boolean;
}

/** What interrogate does without settings. */
export const defaultPythonDocRules: PythonDocRules = {
  ignoreInitMethod: false,
  ignoreInitModule: false,
  ignoreMagic: false,
  ignoreModule: false,
  ignorePrivate: false,
  ignoreSemiprivate: false,
  ignorePropertyDecorators: false,
  ignorePropertySetters: false,
  ignoreOverloadedFunctions: false,
  ignoreNestedFunctions: false,
  ignoreNestedClasses: false,
  docstringStyle: 'sphinx',
  nestedAsync: true,
};

interface PythonNode {
  kind: 'Module' | 'ClassDef' | 'FunctionDef' | 'AsyncFunctionDef';
  name: string;
  line: number;
  documented: boolean;
  parent: PythonNode | null;
}

/**
 * Modules, classes and functions with a docstring, by the rules of interrogate 1.7 (checked on its own counts).
 * undefined for a file whose every node is ignored. A blank docstring does not count.
 */
export function pythonDocCoverage(
  root: SyntaxNode,
  fileName: string,
  rules: PythonDocRules = defaultPythonDocRules,
): DocCoverage | undefined {
  if (rules.ignoreInitModule && fileName === '__init__.py') return undefined;
  const top: PythonNode = {
    kind: 'Module',
    name: fileName,
    line: 1,
    documented: hasDocstring(root),
    parent: null,
  };
  const nodes = [top];
  collect(root, top, rules, nodes);
  const kept = nodes.filter((node) => !(rules.ignoreModule && node === top) && !isNestedAway(node, rules));
  if (kept.length === 0) return undefined;
  if (rules.docstringStyle === 'google') shareInitDocs(kept);
  return docCoverageOf(kept);
}

function collect(node: SyntaxNode, parent: PythonNode, rules: PythonDocRules, into: PythonNode[]): void {
  for (const child of partsOf(node)) {
    const decorated = child.type === 'decorated_definition';
    const definition = decorated ? child.childForFieldName('definition') : child;
    const isClass = definition?.type === 'class_definition';
    if (!definition || (!isClass && definition.type !== 'function_definition')) {
      collect(child, parent, rules, into);
      continue;
    }
    const name = definition.childForFieldName('name')?.text ?? '';
    const body = definition.childForFieldName('body');
    const decorators = decorated ? partsOf(child).filter(({ type }) => type === 'decorator') : [];
    // What is ignored takes along what stands in it.
    if (isIgnoredName(name, rules) || (!isClass && isIgnoredFunction(name, decorators, rules))) continue;
    const found: PythonNode = {
      kind: isClass ? 'ClassDef' : definition.text.startsWith('async') ? 'AsyncFunctionDef' : 'FunctionDef',
      name,
      line: definition.startPosition.row + 1,
      documented: body !== null && hasDocstring(body),
      parent,
    };
    into.push(found);
    if (body) collect(body, found, rules, into);
  }
}

function isIgnoredName(name: string, rules: PythonDocRules): boolean {
  if (name.endsWith('__')) return false;
  if (name.startsWith('__')) return rules.ignorePrivate;
  return name.startsWith('_') && rules.ignoreSemiprivate;
}

function isIgnoredFunction(name: string, decorators: readonly SyntaxNode[], rules: PythonDocRules): boolean {
  const isMagic = name.startsWith('__') && name.endsWith('__');
  if (isMagic && (name === '__init__' ? rules.ignoreInitMethod : rules.ignoreMagic)) return true;
  const words = decorators.map(({ text }) => text.slice(1).trim());
  const has = (test: RegExp) => words.some((word) => test.test(word));
  return (
    (rules.ignorePropertyDecorators && has(/^property$|\.(?:setter|deleter)$/)) ||
    (rules.ignorePropertySetters && has(/\.setter$/)) ||
    (rules.ignoreOverloadedFunctions && has(/^(?:typing\.)?overload$/))
  );
}

const isNestedClass = ({ kind, parent }: PythonNode) =>
  kind === 'ClassDef' && parent !== null && parent.kind !== 'Module';

function isNestedAway(node: PythonNode, rules: PythonDocRules): boolean {
  const { kind, parent } = node;
  if (rules.ignoreNestedClasses && (isNestedClass(node) || (parent !== null && isNestedClass(parent))))
    return true;
  const isFunction = (one: PythonNode['kind'] | undefined) =>
    one === 'FunctionDef' || (rules.nestedAsync && one === 'AsyncFunctionDef');
  return rules.ignoreNestedFunctions && isFunction(kind) && isFunction(parent?.kind);
}

function shareInitDocs(nodes: readonly PythonNode[]): void {
  for (const init of nodes) {
    if (init.kind !== 'FunctionDef' || init.name !== '__init__' || init.parent?.kind !== 'ClassDef') continue;
    const documented = init.documented || init.parent.documented;
    init.documented = documented;
    init.parent.documented = documented;
  }
}

/** The first statement is a plain string that holds more than white space. */
function hasDocstring(body: SyntaxNode): boolean {
  const first = partsOf(body).find(({ type }) => type !== 'comment');
  if (first?.type !== 'expression_statement') return false;
  let value = partsOf(first)[0];
  while (value?.type === 'parenthesized_expression') value = partsOf(value)[0];
  if (!value || partsOf(first).length !== 1) return false;
  const strings = value.type === 'concatenated_string' ? partsOf(value) : [value];
  const texts = strings.filter(({ type }) => type !== 'comment').map(textOf);
  return texts.every((text) => text !== undefined) && texts.join('').trim() !== '';
}

/** The text of a string that is neither bytes nor formatted; its blank escapes as white space. */
function textOf(node: SyntaxNode): string | undefined {
  const found = /^([A-Za-z]*)("""|'''|"|')([\s\S]*)\2$/.exec(node.text);
  if (node.type !== 'string' || !found || /[bft]/i.test(found[1] as string)) return undefined;
  const text = found[3] as string;
  return /r/i.test(found[1] as string) ? text : text.replace(/\\[ntrfv\n]/g, ' ');
}

/** The settings under `[tool.interrogate]` of a pyproject.toml, and those that are there but not followed. */
export function parseInterrogateRules(pyproject: string): { rules: PythonDocRules; notFollowed: string[] } {
  const section = /^\[tool\.interrogate\][^\n]*\n([\s\S]*?)(?=^\[|$(?![\s\S]))/m.exec(pyproject)?.[1] ?? '';
  const rules = { ...defaultPythonDocRules };
  const notFollowed: string[] = [];
  for (const [, key = '', value = ''] of section.matchAll(/^([\w-]+)\s*=\s*([^\n#]+)/gm)) {
    const name = key.replace(/[-_](.)/g, (_, letter: string) => letter.toUpperCase());
    if (name === 'style' || name === 'docstringStyle')
      rules.docstringStyle = /google/.test(value) ? 'google' : 'sphinx';
    else if (name in rules && typeof rules[name as keyof PythonDocRules] === 'boolean')
      Object.assign(rules, { [name]: /^(?:true|1)\b/.test(value.trim()) });
    else if (name === 'ignoreRegex' || name === 'exclude') notFollowed.push(key);
  }
  return { rules, notFollowed };
}

/** Names the rules in figures: other flags are another method. */
export function pythonDocMethod(rules: PythonDocRules): string {
  const set = (Object.keys(defaultPythonDocRules) as (keyof PythonDocRules)[]).filter(
    (key) => rules[key] !== defaultPythonDocRules[key],
  );
  const words = set.map((key) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  return ['interrogate-1', ...words].join('+');
}
