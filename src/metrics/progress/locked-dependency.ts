import type { Ecosystem } from './version-order.ts';

/** A dependency that a lock file pins. */
export interface LockedDependency {
  ecosystem: Ecosystem;
  name: string;
  version: string;
  /** Host it was taken from; null where the lock file does not say. */
  host: string | null;
  /** Why no registry can be asked: a folder, a repository; null for one from a registry. */
  elsewhere: string | null;
}

/** What the lock files of a tree pin. */
export interface LockedDependencies {
  dependencies: LockedDependency[];
  notes: string[];
}

/** Host of a URL; null for what is none. */
export function hostOf(url: string | undefined): string | null {
  try {
    return url === undefined ? null : new URL(url).host || null;
  } catch {
    // A lock file may name a path or a bare word where others have a URL.
    return null;
  }
}
