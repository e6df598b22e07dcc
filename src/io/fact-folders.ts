import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scope } from '../knowledge/fact.ts';
import { isFactPath, scopeFolder } from '../knowledge/fact-path.ts';
import type { FactFileText } from './fact-documents.ts';
import { listNamesSync } from './files.ts';

/** Folders in which the facts of these scopes stand; every folder there is when `scopes` is undefined. */
export function foldersOf(root: string, scopes: readonly string[] | undefined): string[] {
  if (scopes) return [...new Set(scopes.map((scope) => `knowledge/${scopeFolder(scope as Scope)}`))];
  const kinds = ['repos', 'agents'].flatMap((kind) =>
    listNamesSync(join(root, 'knowledge', kind)).map((name) => `knowledge/${kind}/${name}`),
  );
  return ['knowledge/global', ...kinds].filter(
    (folder) => lstatSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory() === true,
  );
}

/** The fact files of a folder with a signature that changes when the file does. */
export function listFolder(root: string, folder: string): { path: string; sig: string }[] {
  const files: { path: string; sig: string }[] = [];
  for (const name of listNamesSync(join(root, folder))) {
    const path = `${folder}/${name}`;
    if (!isFactPath(path)) continue;
    const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
    if (stats?.isFile()) files.push({ path, sig: `${stats.size}-${stats.mtimeMs}-${stats.ctimeMs}` });
  }
  return files;
}

/** The file as text; undefined when it went away meanwhile. */
export function readFactFile(root: string, file: { path: string; sig: string }): FactFileText | undefined {
  try {
    return { ...file, text: readFileSync(join(root, file.path), 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
