import { codeSpan, escapeMarkdown } from '../base/markdown.ts';
import { counted } from '../base/text.ts';
import type { Pattern, SeenFix } from './pattern.ts';
import { callName, formatMs, plainWords } from './plain-words.ts';

type Detail<Kind extends Pattern['kind']> = Extract<Pattern['detail'], { kind: Kind }>;

/** A fact of the store that is about an error. */
export interface KnownFix {
  id: string;
  title: string;
  status: string;
}

/**
 * What to do about a pattern, made from what the sessions show: the command that worked instead, the blocking form of
 * a wait, the slow calls to look at, the script a routine would be. Markdown blocks; every word of the data escaped.
 */
export function suggestMending(pattern: Pattern, known: readonly KnownFix[] = []): string[] {
  const { detail } = pattern;
  switch (detail.kind) {
    case 'error':
      return mendError(detail, known, pattern);
    case 'retry':
      return mendRetry(detail, pattern);
    case 'poll':
      return mendPoll(detail);
    case 'slow':
      return mendSlow(detail);
    case 'routine':
      return mendRoutine(detail);
  }
}

function mendError(detail: Detail<'error'>, known: readonly KnownFix[], pattern: Pattern): string[] {
  const { endings, fixes, missing } = detail;
  const call = detail.shapes[0] === undefined ? 'the call' : codeSpan(callName(detail.shapes[0]));
  const blocks: string[] = known
    .slice(0, 2)
    .map((fact) =>
      fact.status === 'active'
        ? `The store knows an answer: ${codeSpan(fact.id)} ${escapeMarkdown(plainWords(fact.title, 200))}. The failure comes all the same: check that agents are shown it (${codeSpan('kaizen bootstrap')}), or mend the cause so that it is not needed.`
        : `A ${escapeMarkdown(fact.status)} fact may be the answer: ${codeSpan(fact.id)} ${escapeMarkdown(plainWords(fact.title, 200))}. Decide with ${codeSpan(`kaizen knowledge show ${fact.id}`)}.`,
    );
  const rule = remedies.find(([form]) => form.test(detail.template));
  if (rule) blocks.push(rule[1]);
  if (missing !== null)
    blocks.push(
      `Put ${codeSpan(missing)} into the environment the agents run in (image, setup script), or name in the agents’ instructions what to use instead.`,
    );
  if (fixes.length > 0) blocks.push(...fixes.map(fixWords));
  const total = Object.values(endings).reduce((sum, n) => sum + n, 0);
  if (blocks.length === 0 && endings.edited > total / 2)
    blocks.push(
      `${endings.edited} of ${total} were over after a file was changed: see what was changed in the sessions below, and make it once, in the repository or its template, or have a check before ${call} say it.`,
    );
  if (blocks.length === 0 && endings.again > total / 2)
    blocks.push(
      `${endings.again} of ${total} were over when the same kind of call worked later without a change to a file: look in the sessions below for what was different, and write it as a rule for ${call} into the agents’ instructions, or mend it in the tool.`,
    );
  if (blocks.length === 0 && endings.untold > total / 2)
    blocks.push(
      `What was read does not tell how these ended. Look into one of the sessions below, find the cause, and write the way out down with ${codeSpan('kaizen knowledge add')}; from transcripts (${codeSpan('kaizen harvest')}) the next report can say what worked.`,
    );
  if (blocks.length === 0)
    blocks.push(
      `No session shows a way out${endings.none > 0 ? ` (${endings.none} of ${total} gave up)` : ''}: find the cause at ${call}, starting from the sessions below, and write it down with ${codeSpan('kaizen knowledge add')}.`,
    );
  if (pattern.keys.length > 1)
    blocks.push(`${counted(pattern.keys.length, 'wording')} are taken for one failure.`);
  return blocks;
}

function fixWords({ did, fix, sessions, session, line }: SeenFix): string {
  return `Worked in ${counted(sessions, 'session')}: ${codeSpan(fix)} where ${codeSpan(did)} had failed (${codeSpan(session)}${line > 0 ? `, line ${line}` : ''}). If that is the right way, make it the documented one.`;
}

/** Failures whose words tell the remedy: of the surroundings first, then of the agents' own tools. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /permission denied \(publickey|host key verification failed/i,
    'The environment of the agents has no SSH key that the host accepts. Give it a deploy key with known hosts, or let it use HTTPS with a token, and test that when a session starts.',
  ],
  [
    /could not read (?:Username|Password)|terminal prompts disabled|authentication failed/i,
    'Git asks for a password where nobody can type. Set a credential helper with a token in the agents’ environment, and `GIT_TERMINAL_PROMPT=0` so that it fails at once instead of waiting.',
  ],
  [
    /ModuleNotFoundError|No module named|Cannot find (?:module|package)|ERR_MODULE_NOT_FOUND/i,
    'A dependency is not installed where the agents run. Install it in the set-up of their environment (`npm ci`, `uv sync`, …), and run that when a session starts, not after the first failure.',
  ],
  [
    /EADDRINUSE|address already in use|port (?:\S+ )?is (?:already )?(?:in use|allocated)/i,
    'A server of an earlier run still holds the port. Let the script that starts it stop the old one first, or take a free port.',
  ],
  [
    /index\.lock|(?:waiting for|acquire|another process).{0,40}lock|lock.{0,30}(?:held|exists)/i,
    'Two things want one lock. Let agents work in a work tree of their own, one Git or package command at a time, and let the command wait with a limit.',
  ],
  [
    /ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENOTFOUND|could not resolve host|(?:HTTP|status)\D{0,12}(?:429|5\d\d)|rate limit|service unavailable|bad gateway/i,
    'The other side is away for a moment, or not reachable from where the agents run. Wait until it is up before the work begins, try again with back-off inside the script, or cache what is fetched.',
  ],
  [
    /has not been read yet|must (?:use|read).*before|modified since read/i,
    'Agents edit files they have not read, or that changed since. A line in their instructions (`AGENTS.md`, `CLAUDE.md`) helps: “Read a file right before its first edit, and again after a formatter or another tool changed it.”',
  ],
  [
    /String to replace not found|Failed to find expected lines|verification failed|Found .* matches of the string/i,
    'Edits quote text that is not in the file. Rule for the agents’ instructions: “Read the passage again before editing it, and quote few, unique lines.” A formatter that runs after each edit causes the same: let it run at commit.',
  ],
  [
    /exceeds maximum allowed|too large to (?:read|display)/i,
    'Files too large for the read tool. Rule for the agents’ instructions: “Search first (`rg -n`), then read with offset and limit”; name the large files.',
  ],
  [
    /no matches found/i,
    'The shell (zsh) fails where a pattern matches no file. Quote patterns, use the agent’s own file search, or `setopt no_nomatch` in the agents’ shell profile.',
  ],
  [
    /no such file or directory|does not exist|cannot access|can't read/i,
    'Agents guess paths that are not there. A short map of the folders in their instructions helps, and the rule “List a folder before reading from it”.',
  ],
  [
    /InputValidationError|could not be parsed as JSON|is required when|missing field/i,
    'Calls of a tool with a wrong form. Shorten or split what is passed (long texts through a file), and check whether the tool’s description says what it needs.',
  ],
  [
    /^Blocked: sleep/i,
    'The harness refuses `sleep` in front of a command. Rule for the agents’ instructions: wait with the blocking form of the command (`gh pr checks --watch`, `gh run watch`) or in the background.',
  ],
  [
    /timed out/i,
    'Commands run into a time limit. Give long ones a longer limit or run them in the background; narrow those that search a whole disk.',
  ],
];

function mendRetry(detail: Detail<'retry'>, pattern: Pattern): string[] {
  const name = codeSpan(callName(detail.shape));
  const runs = pattern.stretches.length;
  if (detail.succeeded > runs / 2)
    return [
      `${detail.succeeded} of ${counted(runs, 'run')} worked in the end with nothing changed: ${name} is flaky or depends on something that was not ready. Let it wait for that and try again by itself (a bounded retry with back-off inside the script), and find what is unstable from the failures below.`,
    ];
  return [
    `Only ${detail.succeeded} of ${counted(runs, 'run')} ended in a success: trying again does not help. Let ${name} check what it needs first and say what is missing, and tell the agents to read the error and change something before they run it again.`,
  ];
}

/** The form of a wait that comes back when the thing is done. */
const blockingForms: readonly (readonly [RegExp, string])[] = [
  [/^\$ gh run (?:view|list|watch)/, 'gh run watch --exit-status <run>'],
  [/^\$ gh pr (?:checks|view)/, 'gh pr checks --watch --fail-fast'],
  [/^\$ gh api/, 'gh run watch --exit-status <run>'],
  [/^\$ kubectl/, 'kubectl wait --for=condition=… --timeout=…'],
  [/^\$ (?:docker|podman)/, 'docker compose up --wait'],
  [/^\$ curl/, 'curl --retry 30 --retry-all-errors --retry-delay 2 …'],
  [/^\$ tail/, 'timeout 300 sh -c "tail -f <log> | grep -m1 <done>"'],
];

function mendPoll(detail: Detail<'poll'>): string[] {
  const form = blockingForms.find(([shape]) => shape.test(detail.shape))?.[1];
  const seen = detail.example === null ? '' : ` (${codeSpan(detail.example)})`;
  return [
    form === undefined
      ? `Replace the repeated ${codeSpan(callName(detail.shape))}${seen} by one call that comes back when the thing is done, or run it in the background and go on with other work: each look costs a turn of the model.`
      : `Replace the repeated ${codeSpan(callName(detail.shape))}${seen} by the blocking form ${codeSpan(form)}, and say so in the agents’ instructions: each look costs a turn of the model.`,
  ];
}

function mendSlow(detail: Detail<'slow'>): string[] {
  const name = codeSpan(callName(detail.shape));
  const slowest = detail.slowest
    .map(
      ({ session, line, ms }) => `${formatMs(ms)} (${codeSpan(session)}${line > 0 ? `, line ${line}` : ''})`,
    )
    .join(', ');
  const look = slowest === '' ? '' : ` The slowest: ${slowest}.`;
  if (/^\$ git (?:commit|push)$/.test(detail.shape))
    return [
      `What takes long in ${name} is its hooks. Let them look at what is staged only, run side by side, and leave tests and type checks of everything to the push or the CI.${look}`,
    ];
  if (detail.earlierMs !== null)
    return [
      `Find what changed: ${name} took ${formatMs(detail.earlierMs)} and takes ${formatMs(detail.medianMs)} now. Bisect with the command itself, from a commit of the time it was fast.${look}`,
    ];
  if (detail.standing)
    return [
      detail.isCheck
        ? `Let agents run only what a change touches while they work (a filter, \`--changed\`, one package), and ${name} whole once before the commit; then look at the slowest part of it.${look}`
        : `Every ${name} pays ${formatMs(detail.medianMs)}: cache what it does again each time, or keep it running between calls.${look}`,
    ];
  return [
    `Compare the slow calls of ${name} with the usual ones (cold cache, lock, network, larger arguments) and take that away, or give it a time limit of about ${formatMs(Math.max(3 * detail.medianMs, 5000))} so that a hang shows at once.${look}`,
  ];
}

function mendRoutine(detail: Detail<'routine'>): string[] {
  const script = detail.steps.every((step) => step.startsWith('$ '));
  return [
    script
      ? `Make one command of it (a script of the repository or a target of its task runner) that runs ${detail.steps.map((step) => codeSpan(callName(step))).join(', ')} and stops at the first failure, and name it in the agents’ instructions.`
      : `Make one tool, skill or script of it: ${detail.steps.map((step) => codeSpan(callName(step))).join(', then ')}; name it in the agents’ instructions.`,
  ];
}
