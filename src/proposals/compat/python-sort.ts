/** `sorted(items, key=…, reverse=True)`: most first, equal ones in their old order. */
export function sortDescending<T>(items: readonly T[], key: (item: T) => number): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0));
}
