/**
 * Breaks the feedback loop: what kaizen itself put in front of a session (packets, search results) is not new
 * knowledge. Packets stand between fence lines that name kaizen; facts in them carry their id in brackets.
 */
const fenced = /^[ \t]*(?:<!--\s*)?<?\/?(?:kaizen)[^\n]*$[\s\S]*?^[ \t]*(?:<!--\s*)?<?\/(?:kaizen)[^\n]*$/gim;
const idLine = /^.*(?:\[|\(|\bfact |\bk:)[a-z2-7]{10}[\])]?.*$/gm;

/** The text without kaizen's own packets and without lines that cite a fact by its id. */
export function withoutOwnContext(text: string): string {
  if (!/kaizen|[a-z2-7]{10}/i.test(text)) return text;
  return text.replace(fenced, '').replace(idLine, (line) => (citesFact(line) ? '' : line));
}

/** True for a line that cites a fact id: ten base32 characters with at least two digits among letters. */
function citesFact(line: string): boolean {
  const ids = line.match(/(?<=[[(\s:])[a-z2-7]{10}(?=[\])\s,;]|$)/g) ?? [];
  return (
    ids.some((id) => /[2-7].*[2-7]/.test(id) && /[a-z].*[a-z]/.test(id)) &&
    /kaizen|\[[a-z2-7]{10}\]/.test(line)
  );
}
