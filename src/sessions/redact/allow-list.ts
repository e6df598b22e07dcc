/**
 * Values a person has reviewed and wants to keep: exact texts, or patterns where `*` stands for any characters.
 * Nothing inside a transcript can add to it.
 */
export function openAllowList(patterns: readonly string[]): (value: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const wild = patterns.filter((pattern) => pattern.includes('*')).map((pattern) => pattern.split('*'));
  return (value) => exact.has(value) || wild.some((pieces) => matchesPieces(value, pieces));
}

/** Greedy from the left with both ends fixed: linear, whatever the pattern. */
function matchesPieces(value: string, pieces: readonly string[]): boolean {
  const first = pieces[0]!;
  const last = pieces.at(-1)!;
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = value.indexOf(piece, at);
    if (found < 0 || found + piece.length > value.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}
