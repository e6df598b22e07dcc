import { hostOf, type LockedDependencies, type LockedDependency } from './locked-dependency.ts';

/** The name under which PyPI knows a project (PEP 503). */
function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

const pinned = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*===?\s*([\w.!+-]+)\s*(?:[;#].*|--hash.*)?$/;

/** The pins (`name==1.2.3`) of a requirements.txt; what is not pinned is counted in a note. */
export function parseRequirements(text: string, path: string): LockedDependencies {
  const dependencies: LockedDependency[] = [];
  let loose = 0;
  for (const raw of text.replace(/\\\n/g, ' ').split('\n')) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    if (line === '' || line.startsWith('-')) continue;
    const found = pinned.exec(line);
    if (!found) loose += 1;
    else dependencies.push(fromPypi(found[1] as string, found[2] as string));
  }
  return {
    dependencies,
    notes: loose > 0 ? [`${path}: ${loose} without an exact version, not counted.`] : [],
  };
}

function fromPypi(name: string, version: string, host: string | null = null): LockedDependency {
  return { ecosystem: 'pypi', name: normalName(name), version, host, elsewhere: null };
}

/** A `[[package]]` of poetry.lock or uv.lock. */
interface LockedPackage {
  name: string;
  version: string;
  text: string;
}

/** Only the few keys we need are read, each on a line of its own as both tools write them. */
function lockedPackages(text: string): LockedPackage[] {
  return text
    .split(/^\[\[package\]\]\s*$/m)
    .slice(1)
    .flatMap((part) => {
      const key = (name: string) => new RegExp(`^${name}\\s*=\\s*"([^"\\n]+)"`, 'm').exec(part)?.[1];
      const [name, version] = [key('name'), key('version')];
      return name === undefined || version === undefined
        ? []
        : [{ name: normalName(name), version, text: part }];
    });
}

/**
 * Dependencies that a poetry.lock or uv.lock pins: the direct ones where the pyproject.toml beside it (or the lock
 * itself, of uv) says which those are, else all.
 */
export function parsePythonLock(
  text: string,
  path: string,
  pyproject: string | undefined,
): LockedDependencies {
  const packages = lockedPackages(text);
  const own = packages.filter((one) => /^source = \{ (?:virtual|editable|directory) = /m.test(one.text));
  const direct = new Set([
    ...own.flatMap((one) => namesIn(one.text)),
    ...(pyproject === undefined ? [] : projectNames(pyproject)),
  ]);
  const others = packages.filter((one) => !own.includes(one));
  const chosen = direct.size > 0 ? others.filter(({ name }) => direct.has(name)) : others;
  return {
    dependencies: chosen.map(({ name, version, text: part }) => ({
      ...fromPypi(
        name,
        version,
        hostOf(/registry = "([^"]+)"/.exec(part)?.[1] ?? /^url = "([^"]+)"/m.exec(part)?.[1]),
      ),
      elsewhere: /^source = \{ (?:git|url|path) = |^type = "(?:git|url|file|directory)"/m.test(part)
        ? 'it does not come from a registry'
        : null,
    })),
    notes: direct.size > 0 ? [] : [`${path}: nothing says which dependencies are direct; all are counted.`],
  };
}

const namesIn = (text: string) =>
  [...text.matchAll(/\{ name = "([^"]+)"/g)].map(([, name = '']) => normalName(name));

/** What a pyproject.toml asks for: `[project]` lists and the tables of Poetry. */
function projectNames(pyproject: string): string[] {
  const names: string[] = [];
  let section = '';
  let inList = false;
  for (const raw of pyproject.split('\n')) {
    const line = raw.trim();
    const header = /^\[+([^\]]+)\]+/.exec(line);
    if (header && !inList) section = header[1] as string;
    const isTable = /^tool\.poetry\.(?:group\.[^.]+\.)?(?:dev-)?dependencies$/.test(section);
    const key = /^"?([A-Za-z0-9][\w.-]*)"?\s*=/.exec(line)?.[1];
    if (isTable && key && key !== 'python') names.push(key);
    const startsList =
      (section === 'project' && /^dependencies\s*=\s*\[/.test(line)) ||
      (/^(?:project\.optional-dependencies|dependency-groups)$/.test(section) && /=\s*\[/.test(line));
    if (startsList || inList) {
      const list = startsList ? line.slice(line.indexOf('=') + 1) : line;
      for (const [, name = ''] of list.matchAll(/["']([A-Za-z0-9][\w.-]*)[^"']*["']/g)) names.push(name);
      inList = !/\]\s*,?\s*(?:#.*)?$/.test(line);
    }
  }
  return names.map(normalName);
}
