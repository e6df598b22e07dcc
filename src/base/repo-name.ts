/**
 * `owner/name` (lower case, no `.git`) from any remote URL form: https, ssh, scp-like, with user info or a port.
 * Nested groups keep their last two parts. undefined for a path or anything else that names no forge repository.
 */
export function repoNameOf(url: string): string | undefined {
  const trimmed = url
    .trim()
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '');
  const path =
    /^[a-z][a-z0-9+.-]*:\/\/[^/]+\/(.+)$/i.exec(trimmed)?.[1] ??
    /^[^/\s:]+@?[^/\s:]*:(?!\\)([^\s]+)$/.exec(trimmed)?.[1];
  if (!path || /^file:/i.test(trimmed) || /^[a-z]:[\\/]/i.test(trimmed)) return undefined;
  const parts = path.split('/').filter(Boolean);
  const name = parts.at(-1);
  const owner = parts.at(-2);
  if (!name || !owner || ![owner, name].every((part) => /^[\w.-]{1,100}$/.test(part))) return undefined;
  return `${owner}/${name}`.toLowerCase();
}

/**
 * `local/<name>` for a folder of a repository without a forge: its last part, whatever system it is from. A worktree
 * of a well-known place (`.claude/worktrees/x`) goes by its repository; a home directory is no project.
 */
export function localRepoName(folder: string | undefined): string {
  const parts = (folder ?? '')
    .replaceAll('\\', '/')
    .replace(/\/(?:\.worktrees|worktrees|\.claude\/worktrees|\.git)(?:\/.*)?$/, '')
    .split('/')
    .filter((part) => part !== '' && !/^[A-Za-z]:$/.test(part));
  const isHome = parts.length <= 2 && /^(?:home|Users|root)$/.test(parts[0] ?? 'root');
  return `local/${isHome ? 'home' : safeName(parts.at(-1) ?? '')}`;
}

function safeName(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return name === '' ? 'unknown' : name;
}
