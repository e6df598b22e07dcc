import { KaizenError } from '../base/errors.ts';
import type { Git } from '../io/git.ts';
import { readCommits } from '../io/git-commits.ts';
import type { Repository } from '../io/repository.ts';
import type { GitCommit } from '../outcomes/tasks/join-commits.ts';
import type { SessionReading } from '../outcomes/tasks/split-tasks.ts';
import type { Session } from '../sessions/session.ts';
import { homeFolder, isInside, openSessionGit, ownName } from './find-session-scope.ts';

/** Finds the commits around a session in the Git of the folder it worked in; remembers the folders it opened. */
export interface CommitFinder {
  /** null: nothing was changed, or the folder is not on this machine or lies in no repository, and `repo` is not this one. */
  find(session: Session, reading: SessionReading, repo: string | null): Promise<GitCommit[] | null>;
}

/** Opens a finder; a session of this repository whose folder is gone (or elsewhere) is looked up here. */
export function openCommitFinder(repository: Repository): CommitFinder {
  let own: Promise<string> | undefined;
  const opened = new Map<string, Promise<Git | undefined>>();
  const gitOf = (folder: string) => {
    const known = opened.get(folder) ?? openSessionGit(folder);
    opened.set(folder, known);
    return known;
  };
  const isOwn = async (repo: string | null) => {
    own ??= ownName(repository);
    return repo !== null && repo === (await own);
  };
  return {
    async find(session, reading, repo) {
      // What changed nothing has no commit to look for.
      if (reading.edits.size === 0 && reading.commits.size === 0) return null;
      const folder = homeFolder(session);
      const isHere = folder !== undefined && isInside(folder, repository.root);
      const inFolder = isHere || folder === undefined ? undefined : await gitOf(folder);
      const git = isHere || (!inFolder && (await isOwn(repo))) ? repository.git : inFolder;
      if (!git) return null;
      const made = [...reading.commits.values()].flat();
      const ids = [...new Set(made.flatMap(({ seen }) => seen.id ?? []))];
      const times = reading.events.flatMap(({ ms }) => ms ?? []);
      const range = times.length === 0 ? null : { from: times[0] as number, to: times.at(-1) as number };
      return readCommits(git, { ids, range, branch: session.summary.branch }).catch((error: unknown) => {
        // A damaged or partial clone: what it cannot tell is not known, and the harvest goes on.
        if (error instanceof KaizenError && error.code === 'git_failed') return null;
        throw error;
      });
    },
  };
}
