import type { TaskFigures } from '../../base/event-task.ts';

/** The rule below in words, as reports print it. */
export const sizeRule =
  'small: at most 3 files and 60 lines changed; large: more than 20 files or 600 lines; medium between';

/**
 * Size by what was changed, not by how long it took: a stratum of durations must not be made from durations. Lines
 * are added plus removed. null: no file was changed.
 */
export function sizeOfTask(changes: TaskFigures['changes']): TaskFigures['size'] {
  if (!changes || changes.files === 0) return null;
  const lines = changes.linesAdded + changes.linesRemoved;
  if (changes.files > 20 || lines > 600) return 'large';
  return changes.files <= 3 && lines <= 60 ? 'small' : 'medium';
}
