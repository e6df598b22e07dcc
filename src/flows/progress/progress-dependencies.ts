import { basename, dirname } from 'node:path/posix';
import { isBuiltPath, isTestPath } from '../../context/code/file-class.ts';
import type { ListedFile } from '../../io/code-index-listing.ts';
import { decodeText } from '../../io/code-texts.ts';
import type { SourceTree } from '../../io/progress-tree.ts';
import { readNpmReleases } from '../../io/registries/npm-releases.ts';
import { readPypiReleases } from '../../io/registries/pypi-releases.ts';
import {
  ageOf,
  type DependencyAge,
  dependencyMetrics,
  noDependencyMetrics,
  type ReleaseAnswer,
} from '../../metrics/progress/dependency-metrics.ts';
import {
  hostOf,
  type LockedDependencies,
  type LockedDependency,
} from '../../metrics/progress/locked-dependency.ts';
import { parseNpmLock } from '../../metrics/progress/npm-lock.ts';
import type { ProgressMetric } from '../../metrics/progress/progress-metric.ts';
import { parsePythonLock, parseRequirements } from '../../metrics/progress/python-lock.ts';

/** Registries, each asked once for a package, whatever the number of weeks. */
export interface RegistryReader {
  offline: boolean;
  read(dependency: LockedDependency): Promise<ReleaseAnswer>;
}

/** What the locked dependencies of a tree tell. */
export interface DependencyMeasure {
  metrics: ProgressMetric[];
  ages: DependencyAge[];
}

const largestLockBytes = 64 * 1024 * 1024;
const atATime = 6;
const npmHosts = ['registry.npmjs.org', 'registry.yarnpkg.com'];
const pypiHosts = ['pypi.org', 'pypi.python.org', 'files.pythonhosted.org'];

/** The registries that npm and pip are set to by their environment, else the public ones. */
export function openRegistries(
  env: Readonly<Record<string, string | undefined>>,
  offline: boolean,
  signal?: AbortSignal,
): RegistryReader {
  const npm = plainUrl(env.npm_config_registry ?? env.NPM_CONFIG_REGISTRY, 'https://registry.npmjs.org');
  const pypi = plainUrl(env.PIP_INDEX_URL?.replace(/\/simple\/?$/, ''), 'https://pypi.org');
  const answers = new Map<string, Promise<ReleaseAnswer>>();
  const ask = async ({ ecosystem, name }: LockedDependency): Promise<ReleaseAnswer> => {
    const read = () =>
      ecosystem === 'npm' ? readNpmReleases(npm, name, signal) : readPypiReleases(pypi, name, signal);
    const first = await read();
    // Once more: a registry under load mends itself.
    return 'unknown' in first && first.failed && !signal?.aborted ? read() : first;
  };
  return {
    offline,
    read(dependency) {
      const { ecosystem, name, host, elsewhere } = dependency;
      const known = ecosystem === 'npm' ? [hostOf(npm), ...npmHosts] : [hostOf(pypi), ...pypiHosts];
      if (elsewhere !== null) return Promise.resolve({ unknown: elsewhere, failed: false });
      if (host !== null && !known.includes(host))
        return Promise.resolve({ unknown: `it comes from the private registry ${host}`, failed: false });
      if (!/^(?:@[\w.~-]+\/)?[\w.~-]+$/.test(name))
        return Promise.resolve({ unknown: 'it has no name a registry could know', failed: false });
      const key = `${ecosystem} ${name}`;
      const answer = answers.get(key) ?? ask(dependency);
      answers.set(key, answer);
      return answer;
    },
  };
}

/** Names and passwords in a URL are for npm and pip; a request with them is refused by fetch. */
function plainUrl(text: string | undefined, fallback: string): string {
  if (text === undefined || !URL.canParse(text) || !/^https?:/.test(text)) return fallback;
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}

const lockName =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|poetry\.lock|uv\.lock|requirements(?:[-_.][\w.-]+)?\.txt)$/;

/** How old the dependencies are that the lock files of a tree pin, at a moment. */
export async function measureDependencies(
  tree: SourceTree,
  registries: RegistryReader,
  atMs: number,
): Promise<DependencyMeasure> {
  const { dependencies, notes } = await readLocks(tree);
  if (dependencies.length === 0)
    return { metrics: noDependencyMetrics('No lock file pins a direct dependency.', { notes }), ages: [] };
  if (registries.offline)
    return { metrics: noDependencyMetrics('Offline: no registry was asked.'), ages: [] };
  const ages: DependencyAge[] = [];
  for (let at = 0; at < dependencies.length; at += atATime)
    ages.push(
      ...(await Promise.all(
        dependencies
          .slice(at, at + atATime)
          .map(async (dependency) => ageOf(dependency, await registries.read(dependency), atMs)),
      )),
    );
  return { metrics: dependencyMetrics(ages, notes), ages };
}

async function readLocks(tree: SourceTree): Promise<LockedDependencies> {
  const byPath = new Map(tree.files.map((file) => [file.path, file]));
  const locks = tree.files.filter(({ path }) => lockName.test(basename(path)) && isOurs(path));
  const projects = locks.flatMap(({ path }) => byPath.get(projectBeside(path)) ?? []);
  const texts = new Map<string, string>();
  await tree.read([...new Set([...locks, ...projects])], largestLockBytes, ({ path }: ListedFile, bytes) => {
    if (bytes) texts.set(path, decodeText(bytes));
  });
  const found = new Map<string, LockedDependency>();
  const notes: string[] = [];
  for (const { path } of locks) {
    const text = texts.get(path);
    const parsed = text === undefined ? undefined : parseLock(path, text, texts.get(projectBeside(path)));
    notes.push(...(parsed?.notes ?? [`${path} could not be read.`]));
    for (const one of parsed?.dependencies ?? [])
      found.set(`${one.ecosystem} ${one.name} ${one.version}`, one);
  }
  return { dependencies: [...found.values()], notes };
}

/** Lock files of fixtures and of vendored code are not what this repository runs on; npm's own count as built. */
function isOurs(path: string): boolean {
  return !isTestPath(path) && !isBuiltPath(path.replace(/[^/]+$/, 'x'));
}

const projectBeside = (path: string) =>
  dirname(path) === '.' ? 'pyproject.toml' : `${dirname(path)}/pyproject.toml`;

function parseLock(path: string, text: string, pyproject: string | undefined): LockedDependencies {
  if (path.endsWith('.json')) return parseNpmLock(text, path);
  return path.endsWith('.txt') ? parseRequirements(text, path) : parsePythonLock(text, path, pyproject);
}
