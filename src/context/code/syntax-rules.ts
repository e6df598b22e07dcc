import type { GrammarRules } from './grammar-rules.ts';
import { c } from './grammars/c.ts';
import { cSharp } from './grammars/c-sharp.ts';
import { go } from './grammars/go.ts';
import { java } from './grammars/java.ts';
import { php } from './grammars/php.ts';
import { python } from './grammars/python.ts';
import { ruby } from './grammars/ruby.ts';
import { rust } from './grammars/rust.ts';
import { script } from './grammars/script.ts';

/** How source files are read, by the language's shown name. */
export const syntaxRules: Readonly<Record<string, GrammarRules>> = {
  TypeScript: script('tsx'),
  JavaScript: script('javascript'),
  Python: python,
  Go: go,
  Rust: rust,
  Java: java,
  'C#': cSharp,
  Ruby: ruby,
  PHP: php,
  'C++': c,
};

/** The rules for a language by its shown name; C is read as C++. */
export function syntaxRulesOf(language: string): GrammarRules | undefined {
  return syntaxRules[language === 'C' ? 'C++' : language];
}
