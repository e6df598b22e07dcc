/** What is compared of two calls to tell a retry. */
export interface CallShape {
  tool: string;
  command: string | null;
  path: string | null;
  input: Record<string, unknown>;
}

/**
 * True when the second call does the same as the first, or nearly: a command (of whichever shell tool) of the same
 * program that shares at least 60 % of its words (Jaccard); else the same tool with the same input or file.
 */
export function isNearSame(a: CallShape, b: CallShape): boolean {
  if (a.command !== null && b.command !== null) return nearSameCommand(a.command, b.command);
  if (a.tool !== b.tool) return false;
  if (a.path !== null && a.path === b.path) return true;
  return JSON.stringify(a.input) === JSON.stringify(b.input);
}

function nearSameCommand(a: string, b: string): boolean {
  const left = words(a);
  const right = words(b);
  if (left.program !== right.program) return false;
  let shared = 0;
  for (const word of left.all) if (right.all.has(word)) shared++;
  return shared / (left.all.size + right.all.size - shared) >= 0.6;
}

/** The program is the first word after `cd … &&`, variable assignments and wrappers. */
function words(command: string): { program: string; all: Set<string> } {
  const bare = command
    .slice(0, 2000)
    .replace(/^\s*(?:cd\s+\S+\s*(?:&&|;)\s*)+/, '')
    .replace(/^(?:\s*(?:[A-Za-z_]\w*=\S*|sudo|time|env|command|timeout\s+\S+)\s+)+/, '');
  const all = bare.split(/\s+/).filter(Boolean);
  return { program: all[0] ?? '', all: new Set(all) };
}
