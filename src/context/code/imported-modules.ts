import { dirname, join } from 'node:path/posix';

const quoted =
  /(?:from|import|require\(|require_relative|require|include|use)\s*\(?\s*(?:[\w*]+\s+)?["'<]([^"'<>\n]{1,80})["'>]|^\s*(?:\w+\s+)?"([^"\n]{1,80})"/;
const plain = /^\s*(?:pub\s+)?(?:from|import|use|using|package)\s+(?:static\s+)?([\w.:\\]{1,80})/;

/** The modules that import lines name, each once, as far as they are written in a usual way. */
export function importedModules(lines: readonly string[]): string[] {
  const names = new Set<string>();
  for (const line of lines) {
    const match = quoted.exec(line) ?? plain.exec(line);
    const name = match?.[1] ?? match?.[2];
    if (name) names.add(name);
  }
  return [...names];
}

const endings = [
  '',
  '.ts',
  '.tsx',
  '.mts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '.vue',
  '.py',
  '.rb',
  '.php',
  '/index.ts',
  '/index.tsx',
  '/index.js',
  '/__init__.py',
  '/mod.rs',
];

/** Finds the file of a repository that an import means; undefined for packages from elsewhere. */
export function openModules(paths: readonly string[]): (module: string, from: string) => string | undefined {
  const known = new Set(paths);
  const byStem = new Map<string, string[]>();
  for (const path of paths) {
    const stem = withoutEnding(path);
    const last = stem.slice(stem.lastIndexOf('/') + 1);
    byStem.set(last, [...(byStem.get(last) ?? []), path]);
  }
  const relative = (path: string) => {
    const bare = path.replace(/\.[cm]?jsx?$/, '');
    for (const base of [path, bare])
      for (const ending of endings) if (known.has(base + ending)) return base + ending;
    return undefined;
  };
  return (module, from) => {
    if (/^\.{1,2}\//.test(module)) return relative(join(dirname(from), module));
    const dots = /^\.*/.exec(module)?.[0].length ?? 0;
    const parts = module
      .replace(/^(?:crate|super|self)::/, '')
      .split(/[.:\\/]+/)
      .filter(Boolean);
    if (dots > 0) return relative(join(dirname(from), '../'.repeat(dots - 1), ...parts));
    // `a.b.c` may mean a file c, or a name c in a file b.
    for (const end of [parts.length, parts.length - 1]) {
      const wanted = parts.slice(0, end).join('/');
      const last = parts[end - 1];
      if (last === undefined || (end < 2 && parts.length > 1)) continue;
      const found = (byStem.get(last) ?? []).filter((path) => isAt(withoutEnding(path), wanted));
      if (found.length === 1) return found[0];
    }
    return undefined;
  };
}

function isAt(stem: string, wanted: string): boolean {
  return stem === wanted || stem.endsWith(`/${wanted}`);
}

function withoutEnding(path: string): string {
  return path.replace(/\/__init__\.py$/, '').replace(/\.[A-Za-z0-9]+$/, '');
}
