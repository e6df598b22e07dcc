import { partOfType, partsOf, type SyntaxNode } from '../../context/code/syntax-node.ts';
import { type DocCoverage, docCoverageOf } from './doc-coverage.ts';

/** The rule by which TypeScript and JavaScript are counted, named in every figure. */
export const scriptDocMethod = 'jsdoc-exports-1';

interface Declared {
  name: string;
  line: number;
  documented: boolean;
  hidden: boolean;
}

/**
 * Exported declarations and public members of exported classes with a JSDoc block directly before them. What is
 * re-exported from another file counts there; overloads and other declarations that TypeScript merges under one name
 * count once, and are documented when one of them is; constructors are covered by their class; `@internal`, `@ignore`
 * and `@hidden` take a declaration out, a class with its members. CommonJS exports are not seen.
 */
export function scriptDocCoverage(root: SyntaxNode): DocCoverage {
  const local = new Map<string, Declared[]>();
  const exported: Declared[] = [];
  const named: string[] = [];
  for (const { node, doc } of withDocs(root)) {
    if (node.type !== 'export_statement') {
      for (const one of declaredBy(node, doc))
        local.set(nameOf(one), [...(local.get(nameOf(one)) ?? []), one]);
      continue;
    }
    // `export … from` names what another file declares.
    if (node.childForFieldName('source')) continue;
    const clause = partOfType(node, 'export_clause');
    if (clause) named.push(...partsOf(clause).map((one) => one.childForFieldName('name')?.text ?? ''));
    else exported.push(...exportedBy(node, doc, named));
  }
  for (const name of new Set(named)) exported.push(...(local.get(name) ?? []));
  return docCoverageOf(mergedByName(exported));
}

/** Members carry the name of their class, so that two of one name in two classes stay two. */
const nameOf = ({ name }: Declared) => name.split('.')[0] as string;

const fileWords = /@(?:packageDocumentation|module|file|fileoverview|license|licence|copyright)\b/;
const hiddenWords = /@(?:internal|ignore|hidden)\b/;

/** The parts of a node that are no comments, each with the JSDoc block directly before it. */
function* withDocs(parent: SyntaxNode): Generator<{ node: SyntaxNode; doc: string | null }> {
  let doc: string | null = null;
  for (const node of partsOf(parent)) {
    if (node.type === 'comment') {
      const { text } = node;
      // Line comments between, such as those for a linter, are looked through.
      if (text.startsWith('/**') && text !== '/**/') doc = fileWords.test(text) ? null : text;
      else if (text.startsWith('/*')) doc = null;
    } else if (node.type !== 'decorator') {
      yield { node, doc };
      doc = null;
    }
  }
}

function exportedBy(statement: SyntaxNode, doc: string | null, named: string[]): Declared[] {
  const declaration = statement.childForFieldName('declaration');
  if (declaration) return declaredBy(declaration, doc, 'default');
  const value = partsOf(statement).find(({ type }) => type !== 'comment' && type !== 'decorator');
  if (!value) return [];
  if (value.type === 'identifier') {
    named.push(value.text);
    return [];
  }
  const declared = declaredBy(value, doc, 'default');
  return declared.length > 0 ? declared : [declare('default', statement, doc)];
}

/** What a statement declares; [] for one that declares nothing. */
function declaredBy(node: SyntaxNode, doc: string | null, nameless = ''): Declared[] {
  switch (node.type) {
    case 'ambient_declaration':
    case 'expression_statement':
      // `declare …`, and a namespace, which the grammar takes for an expression.
      return partsOf(node)
        .filter(
          ({ type }) =>
            type.endsWith('declaration') || type === 'function_signature' || type.endsWith('module'),
        )
        .flatMap((inner) => declaredBy(inner, doc));
    case 'lexical_declaration':
    case 'variable_declaration':
      return partsOf(node)
        .filter(({ type }) => type === 'variable_declarator')
        .flatMap((one) => boundNames(one.childForFieldName('name')))
        .map((name) => declare(name.text, name, doc));
    case 'class':
    case 'class_declaration':
    case 'abstract_class_declaration':
      return classWithMembers(node, doc, nameless);
    case 'function_declaration':
    case 'generator_function_declaration':
    case 'function_signature':
    case 'function_expression':
    case 'generator_function':
    case 'arrow_function':
    case 'interface_declaration':
    case 'type_alias_declaration':
    case 'enum_declaration':
    case 'internal_module':
    case 'module': {
      const name = node.childForFieldName('name')?.text ?? nameless;
      return name === '' ? [] : [declare(name, node, doc)];
    }
    default:
      return [];
  }
}

function boundNames(pattern: SyntaxNode | null): SyntaxNode[] {
  if (!pattern) return [];
  if (pattern.type === 'identifier' || pattern.type === 'shorthand_property_identifier_pattern')
    return [pattern];
  if (pattern.type === 'pair_pattern') return boundNames(pattern.childForFieldName('value'));
  if (/assignment_pattern$/.test(pattern.type)) return boundNames(pattern.childForFieldName('left'));
  return partsOf(pattern).flatMap(boundNames);
}

const memberTypes = new Set([
  'method_definition',
  'method_signature',
  'abstract_method_signature',
  'public_field_definition',
  'field_definition',
]);

function classWithMembers(node: SyntaxNode, doc: string | null, nameless: string): Declared[] {
  const own = declare(node.childForFieldName('name')?.text ?? nameless, node, doc);
  const body = node.childForFieldName('body');
  if (own.hidden || own.name === '' || !body) return own.name === '' ? [] : [own];
  const members = [...withDocs(body)].flatMap((member): Declared[] => {
    const name = member.node.childForFieldName('name') ?? member.node.childForFieldName('property');
    if (!memberTypes.has(member.node.type) || !name || !isPublic(member.node, name)) return [];
    const isStatic = /^(?:(?:public|override|abstract|declare|accessor|readonly)\s+)*static\s/.test(
      member.node.text,
    );
    return [declare(`${own.name}.${isStatic ? 'static ' : ''}${name.text}`, member.node, member.doc)];
  });
  return [own, ...members];
}

function isPublic(member: SyntaxNode, name: SyntaxNode): boolean {
  if (name.text === 'constructor' || name.type === 'private_property_identifier') return false;
  return !/^(?:private|protected)$/.test(partOfType(member, 'accessibility_modifier')?.text ?? 'public');
}

function declare(name: string, node: SyntaxNode, doc: string | null): Declared {
  return {
    name,
    line: node.startPosition.row + 1,
    documented: doc !== null,
    hidden: doc !== null && hiddenWords.test(doc),
  };
}

function mergedByName(declared: readonly Declared[]): Declared[] {
  const merged = new Map<string, Declared>();
  for (const one of declared) {
    const before = merged.get(one.name);
    if (!before) merged.set(one.name, { ...one });
    else {
      before.documented ||= one.documented;
      before.hidden ||= one.hidden;
    }
  }
  const hidden = new Set([...merged.values()].filter((one) => one.hidden).map(({ name }) => name));
  return [...merged.values()].filter((one) => !hidden.has(one.name) && !hidden.has(nameOf(one)));
}
