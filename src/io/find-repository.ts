import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/** A repository as its own files describe it. */
export interface FoundRepository {
  /** Work tree root; the Git directory itself when bare. */
  root: string;
  gitDir: string;
  commonDir: string;
  bare: boolean;
  /** Commit id of HEAD; null before the first commit. */
  head: string | null;
  /** URL of `origin`, else of the only remote. */
  remoteUrl: string | null;
  /** Files may be missing from the work tree by choice. */
  sparse: boolean;
}

/**
 * The repository around `dir`, read from Git's own files: one process start less than asking Git, which is a third of
 * a hook's time. undefined where that could be wrong (no repository, another ref storage, a moved work tree,
 * something unreadable): ask Git then.
 */
export function findRepository(dir: string): FoundRepository | undefined {
  try {
    for (let at = resolve(dir); ; at = dirname(at)) {
      const gitDir = gitDirOf(at);
      if (gitDir) return describe(at, gitDir);
      if (at === dirname(at)) return undefined;
    }
  } catch {
    return undefined;
  }
}

function gitDirOf(dir: string): string | undefined {
  const dotGit = join(dir, '.git');
  const stats = statSync(dotGit, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return dotGit;
  if (stats?.isFile()) {
    const target = /^gitdir: (.+)$/m.exec(readFileSync(dotGit, 'utf8'))?.[1]?.trim();
    if (target) return resolve(dir, target);
  }
  const looksBare = ['HEAD', 'objects', 'refs'].every((name) =>
    statSync(join(dir, name), { throwIfNoEntry: false }),
  );
  return looksBare ? dir : undefined;
}

function describe(dir: string, gitDir: string): FoundRepository | undefined {
  const common = readIfThere(join(gitDir, 'commondir'))?.trim();
  const commonDir = common === undefined ? gitDir : isAbsolute(common) ? common : join(gitDir, common);
  const config = readSettings(
    `${readFileSync(join(commonDir, 'config'), 'utf8')}\n${readIfThere(join(gitDir, 'config.worktree')) ?? ''}`,
  );
  if (config.get('extensions.refstorage') || config.get('core.worktree')) return undefined;
  const bare = config.get('core.bare') === 'true' && gitDir === commonDir && gitDir === dir;
  if (gitDir === dir && !bare) return undefined;
  const head = readHead(gitDir, commonDir);
  if (head === undefined) return undefined;
  const sparse = config.get('core.sparsecheckout') === 'true';
  return { root: dir, gitDir, commonDir, bare, head, remoteUrl: remoteOf(config), sparse };
}

const commitId = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** undefined when HEAD is nothing we understand. */
function readHead(gitDir: string, commonDir: string): string | null | undefined {
  let name = 'HEAD';
  for (let depth = 0; depth < 5; depth++) {
    const text = readIfThere(join(gitDir, name))?.trim() ?? readIfThere(join(commonDir, name))?.trim();
    if (text === undefined) return name === 'HEAD' ? undefined : packedRef(commonDir, name);
    if (commitId.test(text)) return text;
    const next = /^ref: (refs\/[^\0]+)$/.exec(text)?.[1];
    if (next === undefined || next === 'refs/heads/.invalid') return undefined;
    name = next;
  }
  return undefined;
}

function packedRef(commonDir: string, name: string): string | null {
  const packed = readIfThere(join(commonDir, 'packed-refs'));
  const at = packed?.indexOf(` ${name}\n`) ?? -1;
  if (packed === undefined || at < 0) return null;
  const id = packed.slice(packed.lastIndexOf('\n', at) + 1, at);
  return commitId.test(id) ? id : null;
}

/** `section.key` and `section.name.key` → last value. Includes are not followed. */
function readSettings(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\]/.exec(line);
    if (header) section = `${header[1]?.toLowerCase()}.${header[2] === undefined ? '' : `${header[2]}.`}`;
    const setting = /^\s*([\w-]+)\s*(?:=\s*(.*?))?\s*$/.exec(header ? line.slice(header[0].length) : line);
    if (setting)
      settings.set(section + setting[1]?.toLowerCase(), (setting[2] ?? 'true').replace(/^"(.*)"$/, '$1'));
  }
  return settings;
}

function remoteOf(settings: ReadonlyMap<string, string>): string | null {
  const urls = [...settings].filter(([name]) => /^remote\..+\.url$/.test(name));
  return settings.get('remote.origin.url') ?? (urls.length === 1 ? (urls[0]?.[1] ?? null) : null);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
