/** An address that only exists in one person's network; ranges (`10.0.0.0/8`) are configuration. */
const privateAddress =
  /(?<![\d.])(?:10\.\d{1,3}|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.]*\/\d|\d)/;
/** What the agent, or the person it talks to, has on their own machine. */
const ownMachine =
  /\b(?:you|u) (?:do not|don['’]?t|can['’]?t|cannot|won['’]?t) have access to\b|\b(?:your|my) (?:host|machine|sandbox|container|shell|environment|vm|laptop|computer|mac(?:book)?|desktop|terminal)\b|\bon (?:the|this) (?:same )?(?:vm|laptop|macbook) (?:you|we|i)\b/i;

/**
 * True for a claim about one machine or one local network: it misleads everybody who works elsewhere, and a store that
 * is shared through Git has no place for it.
 */
export function isOfOneMachine(text: string): boolean {
  return privateAddress.test(text);
}

/** The same for what a person typed to the agent: "your host", "you don't have access to docker here". */
export function speaksOfOwnMachine(sentence: string): boolean {
  return ownMachine.test(sentence);
}
