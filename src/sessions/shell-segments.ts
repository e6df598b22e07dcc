/** What stands between one simple command and the next. */
type ShellJoin = '&&' | '||' | '|' | ';' | '&' | null;

/** One simple command of a shell line: its words without redirections, and what follows it. */
export interface ShellSegment {
  words: string[];
  /** Operator after it; null at the end of the line. Newlines count as `;`. */
  next: ShellJoin;
}

/**
 * The simple commands of a shell line in order, enough of POSIX shell and PowerShell to see which programs run:
 * quotes, escapes, `$(…)`, comments, redirections and here-documents are understood; groups and keywords
 * (`( … )`, `{ … }`, `if`, `then`, `do` …) are looked through. Nothing is expanded or run. Any text is accepted.
 */
export function shellSegments(line: string): ShellSegment[] {
  const segments: ShellSegment[] = [];
  let words: string[] = [];
  let word = '';
  let inWord = false;
  let heredocs: string[] = [];
  let at = 0;

  const endWord = () => {
    if (inWord) words.push(word);
    word = '';
    inWord = false;
  };
  const endSegment = (next: ShellJoin) => {
    endWord();
    const kept = withoutKeywords(words);
    if (kept.length > 0) segments.push({ words: kept, next });
    else if (segments.length > 0 && next !== null) {
      // `npm test;` then a newline, or `) ||` after a group: the operator belongs to what came before.
      const last = segments[segments.length - 1] as ShellSegment;
      if (last.next === ';' || last.next === null) last.next = next;
    }
    words = [];
  };

  while (at < line.length) {
    const char = line[at] as string;
    const two = line.slice(at, at + 2);
    if (char === '\\' && at + 1 < line.length) {
      if (line[at + 1] === '\n') at += 2;
      else {
        // A Windows path keeps its backslashes: only quotes, spaces and operators are escaped in practice.
        const escaped = line[at + 1] as string;
        word += /[\w.]/.test(escaped) ? `\\${escaped}` : escaped;
        inWord = true;
        at += 2;
      }
    } else if (char === "'" || char === '"') {
      const end = quoteEnd(line, at);
      word += line.slice(at + 1, end);
      inWord = true;
      at = end + 1;
    } else if (two === '$(' || char === '`') {
      const end = char === '`' ? quoteEnd(line, at) + 1 : parenEnd(line, at + 1);
      word += line.slice(at, end);
      inWord = true;
      at = end;
    } else if (char === '#' && !inWord) {
      const end = line.indexOf('\n', at);
      at = end === -1 ? line.length : end;
    } else if (two === '<<' && line[at + 2] !== '<') {
      const match = /^<<-?\s*(['"]?)([\w.-]+)\1/.exec(line.slice(at, at + 80));
      endWord();
      if (match) heredocs.push(match[2] as string);
      at += match ? match[0].length : 2;
    } else if (char === '>' || char === '<' || two === '&>') {
      // A redirection: its number belongs to it, and so does its target.
      if (/^\d$/.test(word)) {
        word = '';
        inWord = false;
      }
      endWord();
      const match = /^(?:&>>?|[<>]{1,3}[&|]?)\s*(?:"[^"]*"|'[^']*'|[^\s;&|()<>]*)/.exec(
        line.slice(at, at + 400),
      );
      at += Math.max(1, match?.[0].length ?? 1);
    } else if (two === '&&' || two === '||') {
      endSegment(two);
      at += 2;
    } else if (char === '\n') {
      endSegment(';');
      at += 1;
      for (const tag of heredocs) at = afterHeredoc(line, at, tag);
      heredocs = [];
    } else if (char === '|' || char === ';' || char === '&') {
      endSegment(char);
      at += two === '|&' || two === ';;' ? 2 : 1;
    } else if (char === '(' || char === ')') {
      endWord();
      at += 1;
    } else if (/\s/.test(char)) {
      endWord();
      at += 1;
    } else {
      word += char;
      inWord = true;
      at += 1;
    }
  }
  endSegment(null);
  const last = segments[segments.length - 1];
  // A trailing `;` or newline follows nothing.
  if (last && last.next === ';') last.next = null;
  return segments;
}

const keywords = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'while',
  'until',
  'do',
  'done',
  'esac',
  '{',
  '}',
]);

function withoutKeywords(words: readonly string[]): string[] {
  let start = 0;
  while (start < words.length && keywords.has(words[start] as string)) start += 1;
  const kept = words.slice(start);
  return kept[kept.length - 1] === '}' ? kept.slice(0, -1) : kept;
}

/** Quotes in substitutions in quotes: nobody nests them deeper, and a hostile line must not exhaust the stack. */
const deepest = 30;

/** Index of the closing quote that matches the one at `start`, or the end of the line. */
function quoteEnd(line: string, start: number, depth = 0): number {
  const quote = line[start];
  for (let at = start + 1; at < line.length; at += 1) {
    if (line[at] === '\\' && quote !== "'") at += 1;
    else if (quote === '"' && line[at] === '$' && line[at + 1] === '(')
      at = parenEnd(line, at + 1, depth + 1) - 1;
    else if (line[at] === quote) return at;
  }
  return line.length;
}

/** Index after the parenthesis that closes the one at `open`, or the end of the line. */
function parenEnd(line: string, open: number, depth = 0): number {
  if (depth > deepest) return line.length;
  let parens = 0;
  for (let at = open; at < line.length; at += 1) {
    const char = line[at];
    if (char === '(') parens += 1;
    else if (char === ')') {
      parens -= 1;
      if (parens === 0) return at + 1;
    } else if (char === "'" || char === '"') at = quoteEnd(line, at, depth + 1);
  }
  return line.length;
}

/** Index after the line that holds only `tag`; the end of the text when there is none. */
function afterHeredoc(line: string, start: number, tag: string): number {
  let at = start;
  while (at < line.length) {
    const end = line.indexOf('\n', at);
    const row = line.slice(at, end === -1 ? undefined : end);
    at = end === -1 ? line.length : end + 1;
    if (row.trim() === tag) break;
  }
  return at;
}
