import { foldSpace } from '../base/text.ts';
import { stripInvisible } from '../base/visible-text.ts';

const needsFolding = /[^\S ]| {2}|^ | $/;

/**
 * A text of others as one line that can stand in a packet: hidden and control characters gone, white space folded,
 * nothing that could close or open a fence, tag, comment or code block, no images, links as plain text. What is left
 * still reads the same to a person.
 */
export function quoteSafely(text: string): string {
  const seen = stripInvisible(text).text;
  const visible = needsFolding.test(seen) ? foldSpace(seen) : seen;
  // Most texts hold none of the characters the rules below are about.
  if (!/[<`~[\u0080-\u009f]/.test(visible)) return visible;
  const plain = withoutLinks(visible)
    .replace(/<([^<>]{0,80})>/g, '‹$1›')
    .replace(/<(?=[/!?a-z])/gi, '‹')
    .replace(/[`~]{3,}/g, '`');
  // An image without a name leaves the space beside it.
  return needsFolding.test(plain) ? foldSpace(plain) : plain;
}

/** Links can stand inside links; what is left of the syntax after two rounds is broken apart. */
function withoutLinks(text: string): string {
  let out = text;
  for (let round = 0; round < 2 && out.includes(']('); round++)
    out = out
      .replace(/!\[([^[\]]*)\]\([^()]*\)/g, '$1')
      .replace(/!?\[([^[\]]*)\]\(\s*([^()\s]*)[^()]*\)/g, (_all, label: string, target: string) =>
        linkText(label, target),
      );
  return out.replaceAll('](', '] (');
}

function linkText(label: string, target: string): string {
  const shown = label.trim();
  return shown === '' || shown === target ? target : `${shown} (${target})`;
}
