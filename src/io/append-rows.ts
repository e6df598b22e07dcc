import {
  appendFileSync,
  closeSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
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

/** More rewrites than this while one row is appended are not a coincidence. */
const maxReplacements = 100;

/**
 * Appends one row to a file that another process may be rewriting (temp + rename): when the file was replaced under
 * the append, the row is appended to the new one too. So a row can come twice, which its id tells, but is never lost.
 * With `sync` it has reached the disk when this returns.
 */
export function appendLastingRow(root: string, path: string, row: string, options: { sync: boolean }): void {
  refuseLinks(root, path);
  const full = join(root, path);
  try {
    mkdirSync(dirname(full), { recursive: true });
    for (let i = 0; i < maxReplacements; i += 1) if (appendOnce(full, row, options.sync)) return;
  } catch (cause) {
    throw new KaizenError('cannot_write', `Cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
  throw new KaizenError('changed_meanwhile', `${path} is being replaced again and again`);
}

/** False when the row went to a file that no longer has this name. */
function appendOnce(path: string, row: string, sync: boolean): boolean {
  const file = openSync(path, 'a+', 0o644);
  try {
    appendFileSync(file, `${endsInMidLine(file) ? '\n' : ''}${row}\n`);
    if (sync) fsyncSync(file);
    const written = fstatSync(file);
    const named = statSync(path, { throwIfNoEntry: false });
    return named?.ino === written.ino && named.dev === written.dev;
  } finally {
    closeSync(file);
  }
}

/** Refuses a path that leads through a symbolic link: KaizenError `outside_store`. */
export function refuseLinks(root: string, path: string): void {
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
