/**
 * `sorted(items, key=…, reverse=True)`: most first, equal ones in their old order. NaN (a duration of NaN, or of both
 * infinities added up) is less than nothing, so the order around it depends on how CPython compares: that is followed
 * too, exactly for up to 63 items, which CPython sorts as one run.
 */
export function sortDescending<T>(items: readonly T[], key: (item: T) => number): T[] {
  if (!items.some((item) => Number.isNaN(key(item))))
    return [...items].sort((a, b) => (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0));
  return sortAsOneRun([...items].reverse(), (a, b) => key(a) < key(b)).reverse();
}

/** Ascending: the ordered beginning as it is (turned round when it strictly falls), the rest by binary insertion. */
function sortAsOneRun<T>(items: readonly T[], isLess: (a: T, b: T) => boolean): T[] {
  const at = (index: number) => items[index] as T;
  const falls = items.length > 1 && isLess(at(1), at(0));
  let length = 1;
  while (length < items.length && isLess(at(length), at(length - 1)) === falls) length += 1;
  const sorted = items.slice(0, length);
  if (falls) sorted.reverse();
  for (const item of items.slice(length)) {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isLess(item, sorted[middle] as T)) high = middle;
      else low = middle + 1;
    }
    sorted.splice(low, 0, item);
  }
  return sorted;
}
