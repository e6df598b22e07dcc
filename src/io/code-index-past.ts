import type { PastCommit } from '../context/code/eval-task.ts';
import type { Git } from './git.ts';

const format = '--format=%x00%x01%H%x00%P%x00%an%x00%s%x00%B%x00';
const fieldsOfHead = 5;

/** The newest commits before and with `commit`, merges left out, each with the files it changed; newest first. */
export async function readPastCommits(git: Git, commit: string, most: number): Promise<PastCommit[]> {
  const output = await git.rawBytes([
    ...['-c', 'log.showSignature=false', '-c', 'log.showRoot=true'],
    ...['log', '-z', '--no-merges', `--max-count=${most}`, '--name-status', '--no-renames', '--no-notes'],
    ...['--no-ext-diff', '--encoding=UTF-8', format, commit, '--'],
  ]);
  const commits: PastCommit[] = [];
  const fields = output.toString('utf8').split('\0');
  for (let at = 0; at < fields.length; ) {
    const oid = /^\u0001([0-9a-f]{40,64})$/.exec(fields[at] as string)?.[1];
    if (oid === undefined) {
      at++;
      continue;
    }
    const [parents = '', author = '', subject = '', message = ''] = fields.slice(at + 1, at + fieldsOfHead);
    at += fieldsOfHead;
    const changes: { added: boolean; path: string }[] = [];
    for (; at < fields.length && !(fields[at] as string).startsWith('\u0001'); at++) {
      const status = /^\n?([AMDTC])$/.exec(fields[at] as string)?.[1];
      if (status !== undefined) changes.push({ added: status === 'A', path: fields[++at] ?? '' });
    }
    commits.push({ oid, parents: parents.split(' ').filter(Boolean), author, subject, message, changes });
  }
  return commits;
}
