/** A registry of packages; versions are ordered by its rules. */
export type Ecosystem = 'npm' | 'pypi';

/** A version taken apart. */
interface Version {
  epoch: number;
  release: readonly number[];
  /** What stands behind the release of a pre-release, null of a stable one. */
  pre: string | null;
  post: number;
}

const semver = /^[v=]?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
/** PEP 440, normalised spellings and the common others. */
const pep440 =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:(?:[-_.]?(?:post|rev|r)[-_.]?|-)(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+[a-z0-9.]+)?$/i;

/** A version of npm (SemVer 2) or Python (PEP 440); undefined for what is none. */
function parseVersion(text: string, ecosystem: Ecosystem): Version | undefined {
  if (ecosystem === 'npm') {
    const found = semver.exec(text.trim());
    if (!found) return undefined;
    return { epoch: 0, release: found.slice(1, 4).map(Number), pre: found[4] ?? null, post: 0 };
  }
  const found = pep440.exec(text.trim());
  if (!found) return undefined;
  const [, epoch, release = '', phase, number, post, dev] = found;
  const words = [phase && `${phase.toLowerCase()}${number}`, dev && 'dev'].filter(Boolean).join('.');
  return {
    epoch: Number(epoch ?? 0),
    release: release.split('.').map(Number),
    pre: words === '' ? null : words,
    post: post === undefined ? 0 : Number(post || 0) + 1,
  };
}

/** True for a version that its ecosystem counts as a finished release. */
export function isStable(text: string, ecosystem: Ecosystem): boolean {
  return parseVersion(text, ecosystem)?.pre === null;
}

/** Order of two stable versions; what is no version comes first. */
export function compareStable(a: string, b: string, ecosystem: Ecosystem): number {
  const [left, right] = [parseVersion(a, ecosystem), parseVersion(b, ecosystem)];
  if (!left || !right) return Number(left !== undefined) - Number(right !== undefined);
  const [ours, theirs] = [left, right].map(({ epoch, release, post }) => [epoch, ...pad(release), post]) as [
    number[],
    number[],
  ];
  for (const [at, one] of ours.entries()) if (one !== theirs[at]) return one - (theirs[at] as number);
  return 0;
}

/** `1.0` and `1.0.0` are the same release. */
function pad(release: readonly number[]): number[] {
  return [...release, ...new Array<number>(Math.max(0, 6 - release.length)).fill(0)].slice(0, 6);
}

/** How far a newer version is away: in its first, second or a later number; null for the same release. */
export function stepBetween(
  older: string,
  newer: string,
  ecosystem: Ecosystem,
): 'major' | 'minor' | 'patch' | null {
  const [from, to] = [parseVersion(older, ecosystem), parseVersion(newer, ecosystem)];
  if (!from || !to || compareStable(older, newer, ecosystem) >= 0) return null;
  if (from.epoch !== to.epoch || from.release[0] !== to.release[0]) return 'major';
  return (from.release[1] ?? 0) !== (to.release[1] ?? 0) ? 'minor' : 'patch';
}
