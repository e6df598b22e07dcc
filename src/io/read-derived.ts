import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDerivedPath } from '../knowledge/derived-files.ts';
import { isAbsent } from './files.ts';
import type { Repository } from './repository.ts';

const folders = [
  'knowledge',
  'knowledge/repos',
  'knowledge/agents',
  'knowledge/index',
  'knowledge/index/repos',
  'knowledge/index/agents',
];

/**
 * Index and pages as they are, by path: those of the work tree, or of HEAD in a bare repository. The folders of facts
 * are not looked into, so this is fast at any size.
 */
export async function readDerivedFiles(repository: Repository): Promise<Map<string, string>> {
  const { git, root } = repository;
  const texts = new Map<string, string>();
  if (git?.bare) {
    const commit = await git.head();
    if (!commit) return texts;
    const listed = await git.raw([
      'ls-tree',
      '-z',
      '--name-only',
      '--full-tree',
      commit,
      '--',
      ...folders.map((folder) => `${folder}/`),
    ]);
    for (const path of listed.split('\0').filter(isDerivedPath)) {
      texts.set(path, (await git.rawBytes(['cat-file', 'blob', `${commit}:${path}`])).toString('utf8'));
    }
    return texts;
  }
  for (const folder of folders) {
    for (const entry of await entriesOf(join(root, folder))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isFile() && isDerivedPath(path)) texts.set(path, await readFile(join(root, path), 'utf8'));
    }
  }
  return texts;
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
