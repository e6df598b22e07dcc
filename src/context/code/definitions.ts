import type { DefinitionForm } from './languages.ts';

/**
 * Where a line defines something, by form of language: light patterns, for ranking and for cutting files into units
 * without a parser. The name is the first group that matched. Every pattern is anchored at a line start or a keyword,
 * and no two unbounded repeats stand side by side, so that time stays linear.
 */
const patterns: Record<DefinitionForm, readonly RegExp[]> = {
  none: [],
  script: [
    /^[ \t]*(?:export[ \t]+)?(?:default[ \t]+)?(?:declare[ \t]+)?(?:abstract[ \t]+)?(?:async[ \t]+)?(?:function\*?|class|interface|enum|namespace|type|module)[ \t]+([A-Za-z_$][\w$]*)/gm,
    /^(?:export[ \t]+)?(?:declare[ \t]+)?(?:const|let|var)[ \t]+([A-Za-z_$][\w$]*)/gm,
    /^[ \t]+(?:(?:public|private|protected|static|async|readonly|override|get|set)[ \t]+){0,4}(?!(?:if|for|while|switch|catch|return|function|await|typeof|new|else|do|with)\b)[#*]?([A-Za-z_$][\w$]*)(?:<[^>\n]{0,80}>)?\([^;\n]{0,200}\)[ \t]*(?::[^;={\n]{1,120})?\{[ \t]*$/gm,
  ],
  python: [
    /^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)/gm,
    /^([A-Za-z_]\w*)[ \t]*(?::[^=\n]{1,120})?=(?!=)/gm,
  ],
  go: [
    /^func[ \t]+(?:\([^)\n]{0,120}\)[ \t]*)?([A-Za-z_]\w*)/gm,
    /^[ \t]*(?:type|message|service|rpc)[ \t]+([A-Za-z_]\w*)/gm,
    /^(?:const|var)[ \t]+([A-Za-z_]\w*)/gm,
    /^\t([A-Z]\w*)[ \t]+(?:struct|interface|func)\b/gm,
    /^\t([A-Z]\w*)[ \t]*(?:[A-Za-z.]{1,60}[ \t]*)?=[ \t]/gm,
  ],
  rust: [
    /^[ \t]*(?:pub(?:\([^)\n]{0,40}\))?[ \t]+)?(?:(?:default|const|async|unsafe|extern(?:[ \t]+"[^"\n]{0,20}")?|inline|export)[ \t]+){0,4}fn[ \t]+([A-Za-z_]\w*)/gm,
    /^[ \t]*(?:pub(?:\([^)\n]{0,40}\))?[ \t]+)?(?:struct|enum|trait|type|mod|union|const|static)[ \t]+(?:mut[ \t]+)?([A-Za-z_]\w*)/gm,
    /\bmacro_rules![ \t]*([A-Za-z_]\w*)/g,
  ],
  java: [
    /\b(?:class|interface|enum|record|struct|mixin|trait)[ \t]+([A-Za-z_]\w*)/g,
    /^(?:[ \t]+|(?=[a-z]))(?!(?:return|new|else|throw|if|for|while|switch|case|await)\b)(?:(?:public|private|protected|internal|static|final|abstract|synchronized|native|default|override|virtual|async|sealed|partial|def)[ \t]+){0,5}(?:<[^>\n]{1,80}>[ \t]+)?(?:[\w$.]+(?:<[^\n()]{0,80}>)?(?:\[\]|\?)?[ \t]+)([A-Za-z_]\w*)[ \t]*\([^;{}\n]{0,300}\)?[^;\n(){}]{0,120}[{,(]?[ \t]*$/gm,
  ],
  kotlin: [
    /\b(?:class|interface|object|trait|typealias|enum)[ \t]+([A-Za-z_]\w*)/g,
    /\b(?:fun|def)[ \t]+(?:<[^>\n]{1,80}>[ \t]*)?(?:[\w<>?]{1,60}\.)?([A-Za-z_]\w*)/g,
    /^(?:(?:public|private|internal|const|lateinit|override|lazy|implicit)[ \t]+){0,3}va[lr][ \t]+([A-Za-z_]\w*)/gm,
  ],
  ruby: [
    /^[ \t]*def[ \t]+(?:self\.)?([A-Za-z_]\w*)/gm,
    /^[ \t]*(?:class|module)[ \t]+(?:\w+::){0,4}([A-Za-z_]\w*)/gm,
    /^[ \t]*([A-Z][A-Z0-9_]{2,})[ \t]*=/gm,
  ],
  php: [/\b(?:function|class|interface|trait|enum|struct|module)[ \t]+&?(?:\w+[.:]){0,3}([A-Za-z_]\w*)/gi],
  c: [
    /^[A-Za-z_][\w \t*&:<>,~]{0,160}?\b([A-Za-z_]\w*)[ \t]*\([^;{}\n]{0,300}\)?[^;\n]{0,40}[{,]?[ \t]*$/gm,
    /\b(?:struct|class|enum|union|namespace)[ \t]+([A-Za-z_]\w*)/g,
    /^#[ \t]*define[ \t]+([A-Za-z_]\w*)/gm,
    /^(?:@interface|@implementation|@protocol)[ \t]+([A-Za-z_]\w*)/gm,
  ],
  swift: [/\b(?:func|class|struct|enum|protocol|extension|typealias|actor)[ \t]+([A-Za-z_]\w*)/g],
  shell: [
    /^[ \t]*(?:function[ \t]+)?([A-Za-z_][\w-]*)[ \t]*\(\)/gm,
    /^[ \t]*function[ \t]+([A-Za-z_][\w-]*)/gm,
  ],
  lisp: [/^[ \t]*\((?:def\w*|ns)[ \t]+(?:\^\S+[ \t]+)?([A-Za-z_][\w*+!?-]*)/gm],
  elixir: [/^[ \t]*(?:def|defp|defmacro|defmodule|defstruct)[ \t]+(?:\w+\.){0,6}([A-Za-z_]\w*)/gm],
};

const neverNames: ReadonlySet<string> = new Set(
  'if for while switch catch return function new else do constructor init self this super get set of in is as'.split(
    ' ',
  ),
);

/** Where a source text defines a name, in the order of the patterns. */
export function* definitionMatches(
  text: string,
  form: DefinitionForm,
): Generator<{ name: string; at: number }> {
  for (const pattern of patterns[form]) {
    for (const match of text.matchAll(pattern)) {
      const name = match[1];
      if (name === undefined || name.length < 2 || neverNames.has(name)) continue;
      yield { name, at: match.index + match[0].indexOf(name) };
    }
  }
}

/** The names that a source text defines, each once, in the order of the patterns. */
export function findDefinedNames(text: string, form: DefinitionForm): string[] {
  const names = new Set<string>();
  for (const { name } of definitionMatches(text, form)) names.add(name);
  return [...names];
}
