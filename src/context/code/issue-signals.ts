/** A place in a file that a task names: of a stack trace, a compiler message or the text. */
export interface NamedPlace {
  /** As written, with forward slashes, without a drive or `./`. */
  path: string;
  line: number | null;
}

/** What a pasted issue says outright about where to look. */
export interface IssueSignals {
  /** Frames of stack traces and places of compiler messages; the innermost first. */
  frames: NamedPlace[];
  /** Paths and file names of the text. */
  mentions: NamedPlace[];
  /** Error messages and quoted phrases of two words or more: they may stand in the code as they are. */
  quotes: string[];
}

const mostFrames = 40;
const mostMentions = 60;
const mostQuotes = 12;

/** Frames of the usual forms: the groups are path and line. */
const frameForms: readonly RegExp[] = [
  // Python
  /^[ \t>]*File "([^"\n]{1,300})", line (\d{1,6})/gm,
  // JavaScript, TypeScript: at name (path:12:3), at path:12:3
  /^[ \t>]*at (?:[^\n()]{0,200}\()?(?:file:\/\/)?((?:[A-Za-z]:)?[^\s():]{1,300}):(\d{1,6}):\d{1,6}\)?[ \t]*$/gm,
  // Java, Kotlin, Scala: at com.shop.Cart.total(Cart.java:12)
  /^[ \t>]*at (?:[\w$.<>/@-]{1,300})\(([\w$-]{1,120}\.(?:java|kt|scala|groovy)):(\d{1,6})\)/gm,
  // C#: in /src/Cart.cs:line 12
  /\bin ([^\n:]{1,300}\.cs):line (\d{1,6})/gm,
  // Go, Rust, Ruby, PHP, compilers: path.ext:12
  /^[ \t>]*(?:-->[ \t]*|from[ \t]+|#\d+[ \t]+)?((?:[A-Za-z]:)?[\w@./\\+-]{1,300}\.[A-Za-z]{1,6}):(\d{1,6})\b/gm,
];
const innermostLast = /most recent call last/i;

/** Reads traces, paths and quoted errors out of a task. Places are as written: which files they mean is found later. */
export function parseIssue(text: string): IssueSignals {
  const frames = findFrames(text);
  const framed = new Set(frames.map(({ path }) => path));
  return { frames, mentions: findMentions(text, framed), quotes: findQuotes(text) };
}

function findFrames(text: string): NamedPlace[] {
  const found = new Map<number, NamedPlace>();
  for (const form of frameForms)
    for (const match of text.matchAll(form))
      if (!found.has(match.index)) found.set(match.index, placeOf(match[1] ?? '', match[2]));
  const inOrder = [...found].sort(([a], [b]) => a - b).map(([, place]) => place);
  return (innermostLast.test(text) ? inOrder.reverse() : inOrder).slice(0, mostFrames);
}

/** Runs of characters that paths are made of; a longer run is no path. */
const pathRun = /[\w@.+:/\\-]{4,300}/g;
const withLine = /^(.+?)(?::(\d{1,6}))?(?::\d{1,6})?[.,:]*$/;
const fileName = /[\w@+-]\.[A-Za-z][A-Za-z0-9]{0,5}$/;
const dottedModule = /^(?:[A-Za-z_]\w*\.){2,10}[A-Za-z_]\w*$/;

function findMentions(text: string, framed: ReadonlySet<string>): NamedPlace[] {
  const mentions = new Map<string, NamedPlace>();
  for (const [run] of text.replace(/https?:\/\/\S+/g, ' ').matchAll(pathRun)) {
    const [, path = '', line] = withLine.exec(run) ?? [];
    const place = placeOf(path, line);
    const isPath = place.path.includes('/') || fileName.test(place.path) || dottedModule.test(place.path);
    if (!isPath || place.path.length < 4 || framed.has(place.path) || mentions.has(place.path)) continue;
    mentions.set(place.path, place);
    if (mentions.size === mostMentions) break;
  }
  return [...mentions.values()];
}

function placeOf(path: string, line: string | undefined): NamedPlace {
  const plain = path
    .replaceAll('\\', '/')
    .replace(/^[A-Za-z]:/, '')
    .replace(/^(?:\.{0,2}\/)+/, '')
    .replace(/[.,:]+$/, '');
  return { path: plain, line: line === undefined ? null : Number(line) };
}

const quoteForms: readonly RegExp[] = [
  /"([^"\n]{8,160})"/g,
  /“([^”\n]{8,160})”/g,
  /(?:^|\s)'([^'\n]{8,160})'(?=[\s.,;:)]|$)/g,
  /^[ \t>]*(?:[\w.]*(?:Error|Exception|Warning|panic|fatal|error))(?:\[\w+\])?:[ \t]*([^\n]{8,200})$/gm,
];

function findQuotes(text: string): string[] {
  const quotes = quoteForms.flatMap((form) =>
    [...text.matchAll(form)].map((match) => (match[1] ?? '').trim()),
  );
  return [...new Set(quotes)].filter((quote) => /\S\s+\S/.test(quote)).slice(0, mostQuotes);
}
