import { isCheckCommand } from '../../sessions/check-commands.ts';
import { stripStyles } from '../../sessions/check-output.ts';
import type { ToolCall } from '../../sessions/session.ts';
import { type ShellSegment, shellSegments } from '../../sessions/shell-segments.ts';

/** A commit as the output of a call tells it. */
export interface SeenCommit {
  /** Abbreviated id; null when Git was told to be quiet. */
  id: string | null;
  subject: string | null;
  /** As `git commit` prints them; null when it did not. */
  changes: { files: number; added: number; removed: number } | null;
  amends: boolean;
  /** A check ran before it in the same command line, and the commit depended on it (`npm test && git commit`). */
  checkedBefore: boolean;
}

const printed = /^\[([^\]\n]{1,200}) ([0-9a-f]{7,40})\] (.*)$/;
const changed = /^ (\d+) files? changed(?:, (\d+) insertions?\(\+\))?(?:, (\d+) deletions?\(-\))?/;
/** `{"committed": true, "hash": "1a2b3c4"}`, as tools around Git answer. */
const answered = /"committed":\s*true,\s*"hash":\s*"([0-9a-f]{7,40})"/;

/** The commits a call made, in order: those Git printed, else one without an id when it was quiet. */
export function findCommits(call: ToolCall): SeenCommit[] {
  const { command, result } = call;
  if (command === null || result === null || result.denied) return [];
  const mayCommit = /\bcommit\b|\bgit\b[^\n]*\b(?:revert|cherry-pick|am|rebase)\b/.test(command);
  if (!mayCommit) return [];
  const segments = shellSegments(command.slice(0, 20_000));
  const at = segments.findIndex((segment) => gitVerb(segment) === 'commit');
  const checkedBefore = at > 0 && isGuardedByCheck(segments.slice(0, at));
  const amends = segments.some(
    (segment) => gitVerb(segment) === 'commit' && segment.words.includes('--amend'),
  );
  const found: SeenCommit[] = [];
  for (const line of stripStyles(result.text).split('\n')) {
    const [, where = '', id, subject = null] = printed.exec(line) ?? [];
    if (id !== undefined && !/^\d+\/\d+$/.test(where))
      found.push({ id, subject, changes: null, amends, checkedBefore });
    const counts = changed.exec(line);
    const last = found.at(-1);
    if (counts && last?.changes === null)
      last.changes = {
        files: Number(counts[1]),
        added: Number(counts[2] ?? 0),
        removed: Number(counts[3] ?? 0),
      };
  }
  if (found.length > 0) return found;
  const id = answered.exec(result.text)?.[1];
  const rest = { subject: null, changes: null, amends, checkedBefore };
  if (id !== undefined) return [{ id, ...rest }];
  return at !== -1 && isQuietSuccess(segments, at, result) ? [{ id: null, ...rest }] : [];
}

/** `git commit`, `git -C dir commit`: the verb; undefined for other programs. */
export function gitVerb({ words }: ShellSegment): string | undefined {
  if (!/(?:^|[\\/])git(?:\.exe)?$/.test(words[0] ?? '')) return undefined;
  let at = 1;
  while (at < words.length && (words[at] as string).startsWith('-'))
    at += /^(?:-C|-c|--git-dir|--work-tree)$/.test(words[at] as string) ? 2 : 1;
  return words[at];
}

function isGuardedByCheck(before: readonly ShellSegment[]): boolean {
  const joined = before.every((segment) => segment.next === '&&' || segment.next === ';');
  const firstLoose = before.findLastIndex((segment) => segment.next !== '&&');
  return (
    joined && before.slice(firstLoose + 1).some(({ words }) => isCheckCommand(words.join(' ')) !== undefined)
  );
}

/** Nothing was printed, Git was told to be quiet or its output went elsewhere, and the line ended well. */
function isQuietSuccess(
  segments: readonly ShellSegment[],
  at: number,
  result: NonNullable<ToolCall['result']>,
): boolean {
  if (result.isError || (result.exitCode !== null && result.exitCode !== 0)) return false;
  const segment = segments[at] as ShellSegment;
  if (segment.words.some((word) => /^(?:--dry-run|--help|-h)$/.test(word))) return false;
  const isQuiet = segment.words.some((word) => word === '--quiet' || /^-[a-zA-Z]*q/.test(word));
  const isDecided = segments.slice(at).every(({ next }) => next === null || next === '&&');
  return isQuiet && isDecided && !/nothing to commit|no changes added|^(?:fatal|error):/m.test(result.text);
}
