import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commentSyntax } from '../../../../src/metrics/progress/comment-syntax.ts';
import { countCodeLines } from '../../../../src/metrics/progress/count-code-lines.ts';

/** Each line of a fixture begins with what it is: `c` code, `-` comment, `b` blank; then `|` and the line itself. */
function expectAsMarked(language: string, marked: string): void {
  const lines = marked.split('\n').filter((line) => line !== '');
  const text = lines.map((line) => `${line.slice(2)}\n`).join('');
  const of = (kind: string) => lines.filter((line) => line.startsWith(kind)).length;
  const syntax = commentSyntax.get(language);
  if (!syntax) throw new Error(`no syntax of ${language}`);
  expect(countCodeLines(text, syntax), `${language}\n${text}`).toEqual({
    code: of('c'),
    comment: of('-'),
    blank: of('b'),
  });
}

describe('countCodeLines', () => {
  it('tells TypeScript from its comments, in strings, templates and regular expressions', () => {
    expectAsMarked(
      'TypeScript',
      String.raw`
-|/** A docstring
-| * of two lines. */
c|const url = 'https://example.com'; // code first
b|
-|  // alone
c|const quote = /["'/*]/g;
c|const half = a / b; /* behind */
-|/* before */ /* and again */
c|/* before */ call();
c|const text = ${'`'}
c|// not a comment
b|
c|/* nor this ${'${'}inner(${'`'}// ${'${'}"}"}${'`'})} */
c|${'`'};
-|// last
c|return /\/\*/.test(x) ? 1 : 2;
-|/* open
b|
-|to the end`,
    );
  });

  it('takes docstrings of Python for comments, and strings that are values for code', () => {
    expectAsMarked(
      'Python',
      `
c|#!/usr/bin/env python
-|"""Module
b|
-|docstring."""
c|import os  # used
c|x = """a value
c|# in a string
c|"""
c|def f(
c|    a="#",
c|):
-|    '''One line.'''
c|    return call(
c|        """an argument
c|        """,
c|    )
-|# end`,
    );
  });

  it.each([
    ['Go', "c|var s = `a\nc|// b`\n-|// c\nc|r := '\"' // d\n-|/* e */"],
    [
      'Rust',
      'c|let s = r#"a // "b" "#;\n-|/* a /* b */\n-|c */\nc|fn f<\'a>(x: &\'a str) {} // \'\nc|let c = \'"\';',
    ],
    ['Shell', 'c|#!/bin/sh\n-|# a\nc|echo $# "# b" # c\nc|echo $' + '{x#y}'],
    ['C', 'c|#include <a.h> /* b\n-|c */\nc|char q = \'"\'; // d\nc|char *s = "/* e";'],
    ['CSS', '-|/* a */\nc|b { color: red; } /* c */'],
    ['SQL', "c|select '-- a' -- b\n-|-- c\n-|/* d */"],
    ['Ruby', '-|=begin\n-|a\n-|=end\nc|puts "# b" # c\n-|# d'],
    ['Lua', '-|--[[ a\n-|b ]]\nc|x = "--" -- c\n-|-- d'],
    ['Haskell', '-|{- a {- b -}\n-|-}\nc|f x = x -- c'],
    ['Clojure', '-|; a\nc|(f "; b") ; c'],
    ['PHP', 'c|<?php // a\n-|# b\n-|/* c */\nc|$x = "// d";'],
    ['Vue', '-|<!-- a\n-|b -->\nc|<template>\nc|</template>\n-|// c'],
    ['Terraform', '-|# a\n-|// b\nc|x = "#"'],
  ])('counts %s', (language, marked) => expectAsMarked(language, marked));

  it('counts a text without a last line end, an empty one and one of blanks', () => {
    const syntax = commentSyntax.get('TypeScript');
    if (!syntax) throw new Error('no syntax');
    expect(countCodeLines('a\nb', syntax)).toEqual({ code: 2, comment: 0, blank: 0 });
    expect(countCodeLines('', syntax)).toEqual({ code: 0, comment: 0, blank: 0 });
    expect(countCodeLines('\n \n\t', syntax)).toEqual({ code: 0, comment: 0, blank: 3 });
  });

  it('gives every line one kind, whatever the text', () => {
    const pieces = fc.array(
      fc.constantFrom(
        ...[
          '/*',
          '*/',
          '//',
          '#',
          '"',
          "'",
          '`',
          '$',
          '{',
          '}',
          '\\',
          '"""',
          '--[[',
          ']]',
          '{-',
          '-}',
          '<!--',
        ],
        ...['\n=begin', '\n=end', '\n', ' ', 'a', '(', '/', '[', 'r#"', '(*', '*)'],
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(pieces, fc.constantFrom(...commentSyntax.values()), (parts, syntax) => {
        const text = parts.join('');
        const lines = text.split('\n');
        const { code, comment, blank } = countCodeLines(text, syntax);
        expect(code + comment + blank).toBe(lines.length - (text.endsWith('\n') || text === '' ? 1 : 0));
        expect(code + comment).toBe(lines.filter((line) => line.trim() !== '').length);
      }),
      { numRuns: 2000 },
    );
  });
});
