/** A command that a repository names for its own work. */
export interface Script {
  /** File it stands in. */
  path: string;
  name: string;
  /** What it runs, clipped; null where the file says more than a line. */
  command: string | null;
}

const mostCharacters = 120;

/** Files that `parseScripts` reads, by their base name. */
export function isScriptFile(path: string): boolean {
  return /(?:^|\/)(?:package\.json|Makefile|makefile|GNUmakefile|[Jj]ustfile|pyproject\.toml|composer\.json)$/.test(
    path,
  );
}

/** The scripts of package.json and composer.json, the targets of Makefile and justfile, those of pyproject.toml. */
export function parseScripts(path: string, text: string): Script[] {
  if (path.endsWith('.json')) return jsonScripts(path, text);
  if (path.endsWith('.toml')) return tomlScripts(path, text);
  const target = /akefile$/.test(path)
    ? /^([A-Za-z][\w.-]*)[ \t]*:(?![=:])/gm
    : /^@?([A-Za-z][\w-]*)(?:[ \t]+[\w="'*+-]+)*[ \t]*:(?!=)/gm;
  const names = new Set([...text.matchAll(target)].map((match) => match[1] as string));
  return [...names].map((name) => ({ path, name, command: null }));
}

function jsonScripts(path: string, text: string): Script[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A broken package.json is somebody else's to report.
    return [];
  }
  const scripts = (value as { scripts?: unknown } | null)?.scripts;
  if (typeof scripts !== 'object' || scripts === null) return [];
  return Object.entries(scripts)
    .filter(([, command]) => !/no test specified/.test(String(command)))
    .map(([name, command]) => ({
      path,
      name: name.slice(0, mostCharacters),
      command: typeof command === 'string' ? command.slice(0, mostCharacters) : null,
    }));
}

function tomlScripts(path: string, text: string): Script[] {
  const section =
    /^\[(?:project\.scripts|tool\.poetry\.scripts|tool\.pdm\.scripts|tool\.poe\.tasks)\][ \t]*\n((?:(?!\[).*\n?)*)/gm;
  return [...text.matchAll(section)].flatMap((match) =>
    [...(match[1] ?? '').matchAll(/^"?([\w.-]+)"?[ \t]*=[ \t]*["']([^"'\n]*)/gm)].map((row) => ({
      path,
      name: row[1] as string,
      command: (row[2] as string).slice(0, mostCharacters),
    })),
  );
}
