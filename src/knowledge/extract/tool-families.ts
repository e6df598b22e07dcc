/** Tools of which a project uses one: naming one against another is a rule, and two rules can contradict. */
const families: Readonly<Record<string, readonly string[]>> = {
  'package manager': ['npm', 'pnpm', 'yarn', 'bun'],
  'Python tooling': ['pip', 'pip3', 'uv', 'poetry', 'pipenv', 'conda', 'pdm', 'hatch'],
  'test runner': ['jest', 'vitest', 'mocha', 'ava'],
  'Python test runner': ['pytest', 'unittest', 'nose'],
  linter: ['eslint', 'biome', 'oxlint', 'tslint', 'standard'],
  formatter: ['prettier', 'dprint'],
  'Python linter': ['ruff', 'flake8', 'pylint', 'black'],
  'container runtime': ['docker', 'podman', 'container', 'nerdctl'],
  'task runner': ['make', 'just', 'task', 'mise'],
  bundler: ['webpack', 'vite', 'rollup', 'esbuild', 'parcel', 'turbopack'],
  'search tool': ['grep', 'rg', 'ripgrep', 'ag'],
  'Node runner': ['node', 'tsx', 'ts-node', 'deno'],
  'Java build': ['maven', 'mvn', 'gradle'],
  indentation: ['tabs', 'spaces'],
};

const familyOf = new Map(
  Object.entries(families).flatMap(([family, names]) => names.map((name) => [name, family] as const)),
);

/** The family a tool belongs to, by the first word of a command or its bare name; undefined when it has none. */
export function toolFamily(text: string): { family: string; tool: string } | undefined {
  const tool = text.replace(/[`'"]/g, '').trim().split(/\s+/)[0]?.toLowerCase() ?? '';
  const family = familyOf.get(tool);
  return family === undefined ? undefined : { family, tool };
}

/** Like `toolFamily`, for a phrase in which the tool may stand anywhere: `apple container`, `docker proper`. */
export function namedTool(text: string): { family: string; tool: string } | undefined {
  for (const word of text.split(/\s+/)) {
    const found = toolFamily(word);
    if (found) return found;
  }
  return undefined;
}
