import { KaizenError } from '../base/errors.ts';
import { localRepoName, repoNameOf } from '../base/repo-name.ts';
import type { Repository } from '../io/repository.ts';
import type { Scope } from '../knowledge/fact.ts';

/** The scope of the repository a person stands in: `repo:<owner>/<name>` of its remote, else its local name. */
export async function readOwnScope(repository: Pick<Repository, 'root' | 'git'>): Promise<Scope> {
  const url = await repository.git?.remoteUrl();
  return `repo:${(url ? repoNameOf(url) : undefined) ?? localRepoName(repository.root)}`;
}

/** A scope as people write it: `global`, `agent:<name>`, `repo:<owner>/<name>`, `<owner>/<name>`, or `.` for here. */
export async function parseScope(text: string, repository: Pick<Repository, 'root' | 'git'>): Promise<Scope> {
  const name = text.trim();
  if (name === '.') return readOwnScope(repository);
  if (name === 'global' || /^(?:repo|agent):\S+$/.test(name)) return name as Scope;
  if (/^[^\s:/]+(?:\/[^\s:/]+)+$/.test(name)) return `repo:${name.toLowerCase()}`;
  throw new KaizenError('usage', `--scope cannot be '${text}'`, {
    hint: 'Write global, agent:<name>, repo:<owner>/<name>, <owner>/<name>, or . for this repository.',
  });
}
