/**
 * 32-bit hash of a text's UTF-16 units (FNV-1a with a final mix): index entries hold terms and names by it, so that
 * they need no shared vocabulary. Two terms of a repository meet by accident about once in 10,000 queries.
 */
export function termHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mixed(hash);
}

/** The last step of MurmurHash3: every bit of the input moves every bit of the result. */
function mixed(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
