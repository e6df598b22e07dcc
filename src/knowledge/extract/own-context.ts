import { packetClosing, packetOpening } from '../../base/packet-fence.ts';

/** A line of a packet or a search result: it ends or begins with the fact's id in brackets. */
const factLine = /^\s*(?:[-*•]\s+)?(?:\[[a-z0-9]{10}\].*|.*[[(][a-z0-9]{10}[\])]\s*\.?)\s*$/;

/**
 * The text without what kaizen itself put in front of the session: fenced packets (an unclosed one to its end) and
 * single lines that cite a fact by its id. What we told an agent is not new knowledge when it comes back.
 */
export function withoutOwnContext(text: string): string {
  let rest = text;
  for (let start = rest.indexOf(packetOpening); start !== -1; start = rest.indexOf(packetOpening)) {
    const end = rest.indexOf(packetClosing, start);
    rest = rest.slice(0, start) + (end === -1 ? '' : rest.slice(end + packetClosing.length));
  }
  if (!/[[(][a-z0-9]{10}[\])]/.test(rest)) return rest;
  return rest
    .split('\n')
    .filter((line) => !factLine.test(line) || !hasMixedId(line))
    .join('\n');
}

/** An id mixes letters and digits; ten plain letters in brackets are a word. */
function hasMixedId(line: string): boolean {
  return (line.match(/(?<=[[(])[a-z0-9]{10}(?=[\])])/g) ?? []).some(
    (id) => /\d/.test(id) && /[a-z]/.test(id),
  );
}
