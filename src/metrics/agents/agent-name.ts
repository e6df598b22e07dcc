import { KaizenError } from '../../base/errors.ts';

/** Longest agent name, in characters: a folder name on every file system, with room for what stands beside it. */
const maxCharacters = 64;

/** Folders beside those of the agents, and names Windows keeps for devices. */
const reserved = /^(optimizer|con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * The name of an agent as it may stand for a folder: ASCII letters, digits, `.`, `-` and `_`, starting with a letter
 * or digit, at most 64 characters, no `..`, no dot at the end, not `optimizer`. Anything else is KaizenError `usage`.
 */
export function parseAgentName(text: string): string {
  const problem = problemOfAgentName(text);
  if (problem !== undefined)
    throw new KaizenError(
      'usage',
      `'${text.slice(0, maxCharacters)}' cannot be the name of an agent: ${problem}`,
      {
        hint: 'Use a name such as tdd-workflow; `kaizen metrics list` shows the agents with metrics here.',
      },
    );
  return text;
}

/** Why a text cannot be the name of an agent; undefined when it can. */
export function problemOfAgentName(text: string): string | undefined {
  if (text === '') return 'it is empty';
  if (text.length > maxCharacters) return `it has more than ${maxCharacters} characters`;
  if (!/^[A-Za-z0-9]/.test(text)) return 'it does not start with a letter or digit';
  if (!/^[A-Za-z0-9._-]+$/.test(text))
    return 'only letters, digits, dots, dashes and underscores are allowed';
  if (text.includes('..') || text.endsWith('.')) return "it has '..' in it or a dot at its end";
  if (reserved.test(text)) return 'the name is reserved';
  return undefined;
}

/**
 * Of the names there are, the one that differs from `name` in upper and lower case only: on macOS and Windows both
 * would be one folder.
 */
export function findCaseClash(name: string, existing: readonly string[]): string | undefined {
  const folded = name.toLowerCase();
  return existing.find((one) => one !== name && one.toLowerCase() === folded);
}
