import { codeSpan } from '../../base/markdown.ts';
import { clipEnd } from '../../base/text.ts';
import type { Definition } from './definition.ts';
import { planTokens } from './plan-tokens.ts';

const signaturesPerFile = 8;
const signatureLength = 90;

/** What a file offers to others, for a list: exported, at the top or a member of what is exported; not tests. */
export function offered(definitions: readonly Definition[]): Definition[] {
  return definitions.filter(({ exported, inner, kind }) => exported && !inner && kind !== 'test');
}

/** Files with the names and signatures they offer, a line each, within a number of tokens (planned). */
export function formatMapBlock(
  files: readonly { path: string; definitions: readonly Definition[] }[],
  budgetTokens: number,
): string {
  const lines: string[] = [];
  let used = 0;
  for (const { path, definitions } of files) {
    const top = offered(definitions).filter(({ parent }) => parent === null);
    const shown = top.slice(0, signaturesPerFile).map(({ signature }) => clipEnd(signature, signatureLength));
    const more = top.length > shown.length ? [`and ${top.length - shown.length} more`] : [];
    const line = `- ${codeSpan(path)}${shown.length > 0 ? `: ${[...shown.map((one) => codeSpan(one)), ...more].join(', ')}` : ''}`;
    const tokens = planTokens(line, '');
    if (used + tokens > budgetTokens) break;
    used += tokens;
    lines.push(line);
  }
  return lines.join('\n');
}
