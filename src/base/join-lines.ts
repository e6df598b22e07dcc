/**
 * Two versions of an append-only file as one: the lines of `ours` without those `theirs` removed since `base`, then the
 * lines `theirs` added, in their order. A line both have stands once.
 */
export function joinLines(base: string, ours: string, theirs: string): string {
  const [before, kept, added] = [base, ours, theirs].map((text) => new Set(text.split('\n').filter(Boolean)));
  const lines = new Set<string>();
  for (const line of kept ?? []) if (!before?.has(line) || added?.has(line)) lines.add(line);
  for (const line of added ?? []) if (!before?.has(line)) lines.add(line);
  return [...lines].map((line) => `${line}\n`).join('');
}
