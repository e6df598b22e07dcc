const openings =
  /^(?:no\b(?! (?:problem|worries|rush|need to))|nope\b|nah\b|don'?t\b|do not\b|stop\b(?! hook)|wait\b[,.! ]|actually\b|wrong\b|incorrect\b|not (?:like )?that\b|not quite\b|that'?s (?:not|wrong|incorrect)|thats not\b|this is (?:not|wrong)|it'?s (?:still )?(?:not|wrong)|you (?:forgot|missed|broke|should(?:n'?t| not)|shouldn|are wrong|were (?:not )?supposed|didn'?t|did not|can'?t|ignored)|why (?:did|are|aren'?t|didn'?t|would|is) (?:you|it|this)\b|undo\b|revert\b|roll ?back\b|instead\b|i (?:said|told you|asked|meant|didn'?t (?:ask|want|mean))|please (?:don'?t|do not|stop|revert|undo))/i;
const anywhere =
  /\b(?:use \S+(?: \S+)? instead(?: of)?|instead of (?:using|writing|doing)|rather than (?:using|adding|writing)|that(?:'s| is) (?:wrong|incorrect|not (?:right|correct|what|how))|not what i (?:asked|wanted|meant)|i already (?:told|said)|as i (?:said|told)|you (?:keep|kept) \w+ing|we (?:don'?t|never|always) (?:use|do|want|need))\b/i;

/**
 * True when a person's message corrects the agent: it opens with a refusal or an objection, or says what to use
 * instead. Conservative: a bug report or a new wish is no correction. Only the first 400 characters are looked at.
 */
export function isCorrection(text: string): boolean {
  const head = text
    .trim()
    .replace(/^(?:(?:hm+|ok(?:ay)?|ah+|oh|well|so|um+|hey|but|and|yeah|yes)\b[,.!\s]*)+/i, '')
    .slice(0, 400);
  return openings.test(head) || anywhere.test(head);
}
