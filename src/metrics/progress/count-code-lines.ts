import type { CommentSyntax } from './comment-syntax.ts';

/** Lines of a text by what stands on them; a line with code and a comment is code, one of white space is blank. */
export interface LineCount {
  code: number;
  comment: number;
  blank: number;
}

/**
 * Counts the lines of a source text (spec 06: lines of code have neither blanks nor comments alone). Comment marks in
 * strings are no comments. Line ends must be `\n`.
 */
export function countCodeLines(text: string, syntax: CommentSyntax): LineCount {
  const walk = new LineWalk(text, syntax);
  walk.run();
  return walk.count();
}

const comment = 1;
const code = 2;
const blank = /\s/;
const character = /'(?:\\[^\n]{1,10}?|[^'\\\n])'/y;
const rawString = /\b[bc]?r(#*)"/y;
/** What stands before a regular expression rather than a division. */
const beforeExpression =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|delete|void|throw|else|do|new|await|yield))$/;
const expression = /\/(?![*/])(?:\\[^\n]|\[(?:\\[^\n]|[^\]\\\n])*\]|[^/\\\n[])+\//y;

class LineWalk {
  private readonly text: string;
  private readonly syntax: CommentSyntax;
  private readonly kinds: number[] = [];
  private line = 0;
  /** Of open brackets: a string within them is a value. */
  private depth = 0;

  constructor(text: string, syntax: CommentSyntax) {
    this.text = text;
    this.syntax = syntax;
  }

  run(): void {
    let at = this.text.startsWith('#!') ? this.mark(0, this.lineEnd(0), code) : 0;
    while (at < this.text.length) {
      const char = this.text[at] as string;
      if (char !== '\n' && blank.test(char)) at += 1;
      else
        at =
          this.skipComment(at) ??
          (char === '\n' ? this.newLine(at) : (this.skipString(at) ?? this.plain(at)));
    }
  }

  count(): LineCount {
    const lines = this.text === '' ? 0 : this.line + (this.text.endsWith('\n') ? 0 : 1);
    const of = (kind: number) => this.kinds.filter((one) => one === kind).length;
    const [ofCode, ofComment] = [of(code), of(comment)];
    return { code: ofCode, comment: ofComment, blank: lines - ofCode - ofComment };
  }

  /** Gives every line of a range that is not blank there at least this kind; returns the end of the range. */
  private mark(from: number, to: number, kind: number): number {
    for (let at = from; at < to; at++) {
      const char = this.text[at] as string;
      if (char === '\n') this.line += 1;
      else if ((this.kinds[this.line] ?? 0) < kind && !blank.test(char)) this.kinds[this.line] = kind;
    }
    return to;
  }

  private newLine(at: number): number {
    this.line += 1;
    return at + 1;
  }

  private plain(at: number): number {
    const char = this.text[at] as string;
    if ('([{'.includes(char)) this.depth += 1;
    else if (')]}'.includes(char)) this.depth = Math.max(0, this.depth - 1);
    return this.mark(at, at + (char === '\\' ? Math.min(2, this.text.length - at) : 1), code);
  }

  private lineEnd(from: number): number {
    const end = this.text.indexOf('\n', from);
    return end < 0 ? this.text.length : end;
  }

  private skipComment(at: number): number | undefined {
    const { text, syntax } = this;
    for (const [open, close] of syntax.block) {
      const atStart = open.startsWith('\n') && at === 0 && text.startsWith(open.slice(1));
      if (atStart || text.startsWith(open, at)) return this.mark(at, this.blockEnd(at, open, close), comment);
    }
    if (!syntax.line.some((mark) => text.startsWith(mark, at))) return undefined;
    if (syntax.atWord && at > 0 && !/[\s;(&|]/.test(text[at - 1] as string)) return undefined;
    return this.mark(at, this.lineEnd(at), comment);
  }

  private blockEnd(from: number, open: string, close: string): number {
    let depth = 1;
    let at = from + open.length;
    while (depth > 0) {
      const end = this.text.indexOf(close, at);
      if (end < 0) return this.text.length;
      const inner = this.syntax.nested ? this.text.indexOf(open, at) : -1;
      const opens = inner >= 0 && inner < end;
      depth += opens ? 1 : -1;
      at = opens ? inner + open.length : end + close.length;
    }
    return close.startsWith('\n') ? this.lineEnd(at) : at;
  }

  private skipString(at: number): number | undefined {
    const { text, syntax } = this;
    if (syntax.script && text[at] === '`') return this.mark(at, this.templateEnd(at + 1), code);
    if (
      syntax.script &&
      text[at] === '/' &&
      beforeExpression.test(text.slice(Math.max(0, at - 12), at).trimEnd())
    ) {
      expression.lastIndex = at;
      const found = expression.exec(text);
      if (found) return this.mark(at, expression.lastIndex, code);
    }
    if (syntax.characters && text[at] === "'") {
      character.lastIndex = at;
      return this.mark(at, character.test(text) ? character.lastIndex : at + 1, code);
    }
    if (syntax.rawStrings) {
      rawString.lastIndex = at;
      const hashes = rawString.exec(text)?.[1];
      if (hashes !== undefined) return this.mark(at, this.after(`"${hashes}`, rawString.lastIndex), code);
    }
    const mark = syntax.strings.find((one) => text.startsWith(one, at));
    if (mark === undefined) return undefined;
    const kind = mark.length === 3 && syntax.docstrings && this.standsAlone(at) ? comment : code;
    return this.mark(at, this.stringEnd(at + mark.length, mark), kind);
  }

  /** True for a string that begins a statement, whatever letters stand before its quotes. */
  private standsAlone(at: number): boolean {
    const before = this.text.slice(this.text.lastIndexOf('\n', at - 1) + 1, at);
    return this.depth === 0 && before.trim() === '';
  }

  private after(mark: string, from: number): number {
    const end = this.text.indexOf(mark, from);
    return end < 0 ? this.text.length : end + mark.length;
  }

  private stringEnd(from: number, mark: string): number {
    const isLong = this.syntax.longStrings?.includes(mark);
    for (let at = from; at < this.text.length; at++) {
      const char = this.text[at];
      if (char === '\\') at += 1;
      else if (this.text.startsWith(mark, at)) return at + mark.length;
      // Not closed on its line: no string of this language goes on.
      else if (char === '\n' && !isLong) return at;
    }
    return this.text.length;
  }

  private templateEnd(from: number): number {
    let at = from;
    while (at < this.text.length) {
      if (this.text[at] === '\\') at += 2;
      else if (this.text[at] === '`') return at + 1;
      else if (this.text.startsWith('${', at)) at = this.holeEnd(at + 2);
      else at += 1;
    }
    return this.text.length;
  }

  /** The end of `${…}`, over strings, templates and braces in it. */
  private holeEnd(from: number): number {
    let depth = 1;
    let at = from;
    while (at < this.text.length && depth > 0) {
      const char = this.text[at] as string;
      if (char === '`') at = this.templateEnd(at + 1);
      else if (char === '"' || char === "'") at = this.stringEnd(at + 1, char);
      else {
        if (char === '{') depth += 1;
        else if (char === '}') depth -= 1;
        at += 1;
      }
    }
    return at;
  }
}
