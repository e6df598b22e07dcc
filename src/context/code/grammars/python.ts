import { type GrammarRules, holder, noBody, rule } from '../grammar-rules.ts';
import { partOfType } from '../syntax-node.ts';

/** Python. */
export const python: GrammarRules = {
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
      body: noBody,
    }),
  },
  exported: (_node, { name }) => !name.startsWith('_') || /^__\w+__$/.test(name),
};
