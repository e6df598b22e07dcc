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
