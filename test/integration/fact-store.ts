import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fact } from '../../src/knowledge/fact.ts';
import { factPath } from '../../src/knowledge/fact-path.ts';
import { formatFact } from '../../src/knowledge/fact-text.ts';
import { plainFact } from '../unit/context/pools.ts';
import { git } from './temp-repository.ts';

/** A fact of the repository acme/shop that is its title and body. */
export function shopFact(title: string, given: Partial<Fact> = {}): Fact {
  return plainFact(title, { scope: 'repo:acme/shop', lastConfirmed: '2026-11-01', ...given });
}

/** Writes the file of a fact into the work tree; gives its path. */
export function writeFact(root: string, fact: Fact): string {
  const path = factPath(fact);
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), formatFact(fact));
  return path;
}

/** Removes the file of a fact from the work tree. */
export function removeFact(root: string, fact: Fact): void {
  rmSync(join(root, factPath(fact)));
}

/** Commits everything there is. */
export function commitAll(root: string, message = 'facts'): void {
  git(root, 'add', '-A');
  git(root, 'commit', '--quiet', '--allow-empty', '-m', message);
}

/** Facts on subjects of their own, enough that the store is not a small one. */
export function someFacts(count: number): Fact[] {
  const subjects = 'cache token session retry timeout queue worker schema lock batch stream cursor'.split(
    ' ',
  );
  return Array.from({ length: count }, (_, n) => {
    const [a, b, c] = [subjects[n % 12], subjects[(n * 5 + 1) % 12], subjects[(n * 7 + 3) % 12]];
    return shopFact(`${a} ${b} ${c} number ${n}`, {
      lastConfirmed: `2026-10-${String((n % 28) + 1).padStart(2, '0')}`,
    });
  });
}
