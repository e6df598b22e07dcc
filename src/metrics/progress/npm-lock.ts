import { z } from 'zod';
import { hostOf, type LockedDependencies, type LockedDependency } from './locked-dependency.ts';

const wants = z.record(z.string(), z.string()).optional();
const entry = z.looseObject({
  version: z.string().optional(),
  resolved: z.string().optional(),
  name: z.string().optional(),
  link: z.boolean().optional(),
  dependencies: wants,
  devDependencies: wants,
  optionalDependencies: wants,
});
const lock = z.looseObject({ packages: z.record(z.string(), entry) });

/**
 * Direct dependencies that a package-lock.json (version 2 or 3, also npm-shrinkwrap.json) pins, those of its workspaces
 * included. Each name and version once.
 */
export function parseNpmLock(text: string, path: string): LockedDependencies {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { dependencies: [], notes: [`${path} is no JSON.`] };
  }
  const parsed = lock.safeParse(value);
  if (!parsed.success)
    return { dependencies: [], notes: [`${path} has no list of packages: npm 7 or newer writes one.`] };
  const { packages } = parsed.data;
  const found = new Map<string, LockedDependency>();
  for (const [folder, own] of Object.entries(packages)) {
    // The top and the workspaces; what lies in node_modules is a dependency itself.
    if (/(?:^|\/)node_modules\//.test(folder) || own.link) continue;
    for (const name of Object.keys({
      ...own.dependencies,
      ...own.devDependencies,
      ...own.optionalDependencies,
    })) {
      const installed = packages[join(folder, name)] ?? packages[`node_modules/${name}`];
      const dependency = installed && dependencyOf(name, installed);
      // What is optional and not for this platform may be missing; a link is a workspace.
      if (dependency) found.set(`${dependency.name}@${dependency.version}`, dependency);
    }
  }
  return { dependencies: [...found.values()], notes: [] };
}

const join = (folder: string, name: string) => `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;

function dependencyOf(name: string, installed: z.infer<typeof entry>): LockedDependency | undefined {
  const { version, resolved, link } = installed;
  if (link || version === undefined) return undefined;
  const elsewhere =
    resolved !== undefined && !/^https?:/.test(resolved) ? 'it does not come from a registry' : null;
  // An alias (`npm:other@1`) is known to the registry by its real name.
  return { ecosystem: 'npm', name: installed.name ?? name, version, host: hostOf(resolved), elsewhere };
}
