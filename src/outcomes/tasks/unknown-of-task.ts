import type { TaskFigures } from '../../base/event-task.ts';

/** What of a task is not known, each with the reason, in the words a report prints. */
export function unknownOfTask(task: Omit<TaskFigures, 'unknown'>, hasGit: boolean): TaskFigures['unknown'] {
  const unknown: TaskFigures['unknown'] = [];
  const say = (field: string, reason: string) => unknown.push({ field, reason });
  if (task.startedAt === null) say('time', 'no line of the transcript carries a time');
  if (task.tokens === null) say('tokens', 'the transcript records no token counts');
  else if (task.workers.some(({ model }) => model === null))
    say('model', 'the transcript does not name the model');
  if (task.changes === null) say('size', 'no file was changed');
  if (task.touches.byKind.manual_commit === null && task.changes !== null)
    say('manual commits', 'the repository is not on this machine');
  if (task.checkpoint && task.checkpoint.tree === null)
    say(
      'tree',
      hasGit ? 'the commit is not in the local repository' : 'the repository is not on this machine',
    );
  if (task.checkpoint?.commit === null) say('commit', 'Git printed no id');
  return unknown;
}
