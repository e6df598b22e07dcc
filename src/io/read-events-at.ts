import { type EventLog, parseEventLines } from './event-log.ts';
import type { Git } from './git.ts';
import { readBlobs } from './read-facts.ts';

/** The event log as a commit holds it: all there is in a bare repository. */
export async function readEventsAt(git: Git, commit: string): Promise<EventLog> {
  const listed = (
    await git.rawBytes(['ls-tree', '-r', '-z', '--full-tree', commit, '--', 'metrics/events/'])
  ).toString('utf8');
  const oids = listed.split('\0').flatMap((entry) => {
    const [meta = '', path = ''] = entry.split('\t');
    const [mode = '', kind = '', oid = ''] = meta.split(' ');
    return kind === 'blob' && mode !== '120000' && path.endsWith('.jsonl') ? [oid] : [];
  });
  return parseEventLines((await readBlobs(git, oids)).flatMap((text) => text ?? []));
}
