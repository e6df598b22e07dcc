import { appendFileSync, closeSync, fstatSync, lstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Change } from '../base/change.ts';
import { KaizenError } from '../base/errors.ts';

/**
 * Appends rows to files of the repository without the lock: each append is one write of whole lines on an append-only
 * descriptor, which other writers can neither tear nor lose. For rows that must not wait for a long-running command.
 * Symbolic links are refused, and a torn last line is ended first, as `applyChanges` does.
 */
export function appendRows(root: string, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.kind !== 'append')
      throw new KaizenError('internal', `${change.path} cannot be changed without the lock`);
    refuseLinks(root, change.path);
    const path = join(root, change.path);
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'a+', 0o644);
    try {
      appendFileSync(file, `${endsInMidLine(file) ? '\n' : ''}${change.lines.join('\n')}\n`);
    } finally {
      closeSync(file);
    }
  }
}

function refuseLinks(root: string, path: string): void {
  let current = root;
  for (const part of path.split('/')) {
    current = join(current, part);
    if (lstatSync(current, { throwIfNoEntry: false })?.isSymbolicLink())
      throw new KaizenError('outside_store', `${path} leads through a symbolic link`);
  }
}

function endsInMidLine(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}
