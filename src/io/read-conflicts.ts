import type { Git } from './git.ts';

/** A file under knowledge/ that a Git merge could not join: its three texts, null where a side has none. */
export interface ConflictedFile {
  path: string;
  base: string | null;
  ours: string | null;
  theirs: string | null;
}

/** The unmerged files under knowledge/ in the Git index, by path. */
export async function readConflicts(git: Git): Promise<ConflictedFile[]> {
  const listed = (await git.raw(['ls-files', '-u', '-z', '--', 'knowledge/'])).split('\0').filter(Boolean);
  const byPath = new Map<string, ConflictedFile>();
  for (const entry of listed) {
    const [meta = '', path = ''] = entry.split('\t');
    const [, oid = '', stage] = meta.split(' ');
    const file = byPath.get(path) ?? { path, base: null, ours: null, theirs: null };
    byPath.set(path, file);
    const text = (await git.rawBytes(['cat-file', 'blob', oid])).toString('utf8');
    if (stage === '1') file.base = text;
    else if (stage === '2') file.ours = text;
    else file.theirs = text;
  }
  return [...byPath.values()];
}
