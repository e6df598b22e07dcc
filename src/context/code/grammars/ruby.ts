import { type GrammarRules, holder, noBody, rule, testCalls } from '../grammar-rules.ts';
import { partsOf } from '../syntax-node.ts';

const rubyCall = holder('test', {
  name: (node) => {
    const method = node.childForFieldName('method')?.text ?? '';
    if (!testCalls.test(method) || !node.childForFieldName('block')) return undefined;
    const given = node.childForFieldName('arguments');
    return (given && partsOf(given)[0]?.text.replace(/^["']|["']$/g, '')) ?? method;
  },
  body: (node) => node.childForFieldName('block')?.childForFieldName('body'),
});

/** Ruby. */
export const ruby: GrammarRules = {
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
      body: noBody,
    }),
  },
  exported: () => true,
};
