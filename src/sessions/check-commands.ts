import { checkSummary, notRun, stripStyles } from './check-output.ts';
import { type CheckKind, kindOfScript, programs } from './check-words.ts';
import type { ToolCall } from './session.ts';
import { type ShellSegment, shellSegments } from './shell-segments.ts';

/** What a shell command verifies, the most telling of its parts (test > build > types > lint); undefined: nothing. */
export function isCheckCommand(command: string): CheckKind | undefined {
  const kinds = new Set(findChecks(command).map((check) => check.kind));
  return (['test', 'build', 'types', 'lint'] as const).find((kind) => kinds.has(kind));
}

/**
 * What the check of a call said: green, red, or null when that cannot be known (no check, never ran, killed,
 * ran in the background, its exit code hidden behind a pipe, `|| true` or a later command and no summary in the output).
 * The exit code is the law where it is the check's own; else the agent's error flag; a runner's own summary of failures
 * (`3 failed`, `BUILD FAILED`) overrides a zero exit.
 */
export function checkOutcome(call: Pick<ToolCall, 'command' | 'result'>): 'green' | 'red' | null {
  const { command, result } = call;
  if (command === null || result === null || result.denied || result.collateral) return null;
  const checks = findChecks(command);
  if (checks.length === 0) return null;
  const text = stripStyles(result.text);
  // It goes on in the background: nothing is known yet.
  if (/^Command (?:running|was moved|is running)[^\n]*background/.test(text)) return null;
  const echoed = echoedExitCode(command, text);
  const masked = checks.some((check) => check.masked) && echoed === undefined;
  const exitCode = echoed ?? (masked ? null : result.exitCode);
  const hasTests = checks.some((check) => check.kind === 'test');
  const summary = checkSummary(text, { hasTests });

  if (masked) return checks.some((check) => check.background) ? null : summary.anywhere;
  const failed = exitCode === null ? result.isError : exitCode !== 0;
  if (!failed) return summary.atEnd === 'red' ? 'red' : summary.nothingTested ? null : 'green';
  if (notRun(text, exitCode) && summary.anywhere !== 'red') return null;
  return summary.nothingTested ? null : 'red';
}

interface FoundCheck {
  kind: CheckKind;
  /** The exit code of the whole command need not be this check's. */
  masked: boolean;
  background: boolean;
}

/** Every check a command line runs, wrappers (`npx`, `uv run`, `timeout 60`, `bash -c '…'`) looked through. */
function findChecks(command: string, depth = 0): FoundCheck[] {
  const segments = shellSegments(command.slice(0, 20_000));
  const strict = /\bset\s+-[a-z]*e/.test(command);
  const pipefail = /\bset\s+[^\n;]*pipefail/.test(command);
  return segments.flatMap((segment, at): FoundCheck[] => {
    const background = endsInBackground(segments, at);
    const masked = background || isMasked(segments, at, { strict, pipefail });
    const inner = depth < 3 ? innerScript(segment.words) : undefined;
    if (inner !== undefined)
      return findChecks(inner, depth + 1).map((check) => ({
        kind: check.kind,
        masked: masked || check.masked,
        background: background || check.background,
      }));
    const kind = kindOfWords(segment.words);
    return kind ? [{ kind, masked, background }] : [];
  });
}

function endsInBackground(segments: readonly ShellSegment[], at: number): boolean {
  let end = at;
  while (segments[end]?.next === '|' || segments[end]?.next === '&&') end += 1;
  return segments[end]?.next === '&';
}

/** True when something after the segment decides the exit code of the line. */
function isMasked(
  segments: readonly ShellSegment[],
  at: number,
  shell: { strict: boolean; pipefail: boolean },
): boolean {
  if (segments[at]?.words[0] === '!') return true;
  for (let i = at; i < segments.length; i += 1) {
    const next = segments[i]?.next;
    if (next === '|' && !shell.pipefail) return true;
    if (next === '||') return !isExit(segments[i + 1]);
    if (next === ';' && !shell.strict) return !isExit(segments[i + 1]);
    if (next === '&') return true;
  }
  return false;
}

/** `exit $?`, `exit 1`, `false`: the line still ends with the check's failure. */
function isExit(segment: ShellSegment | undefined): boolean {
  const [program, code] = segment?.words ?? [];
  return (program === 'exit' && code !== '0') || program === 'false';
}

/** `echo "EXIT: $?"` at the end of a line: the exit code stands in the output. */
function echoedExitCode(command: string, text: string): number | undefined {
  const echo =
    /(?:;|\n)\s*(?:echo|printf|Write-(?:Output|Host))\s+(['"]?)([^'"\n;|&]*?)\$(?:\?|\{?PIPESTATUS\[0\]\}?|LASTEXITCODE|\{?(?:rc|code|status|ec|exit_code|EXIT_CODE|RC)\}?)([^'"\n;|&]*)\1\s*(?:;?\s*exit\b.*)?$/.exec(
      command.trimEnd(),
    );
  if (!echo) return undefined;
  // `$?` after a pipe is the last program's, not the check's.
  const usesPipeStatus = /PIPESTATUS|LASTEXITCODE/.test(echo[0]);
  const before = command.slice(0, echo.index);
  const lastLine = before.split(/\n|;/).pop() ?? '';
  if (!usesPipeStatus && /[^|]\|[^|]/.test(lastLine) && !/pipefail/.test(command)) return undefined;
  const literal = (part: string | undefined) =>
    (part ?? '').replace(/\\n/g, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = [...text.matchAll(new RegExp(`${literal(echo[2])}(\\d{1,3})${literal(echo[3])}`, 'g'))].pop();
  return found ? Number(found[1]) : undefined;
}

/** Options of wrappers that take the next word as their value. */
const valuedOptions = new Set([
  '-u',
  '-g',
  '-n',
  '-e',
  '-w',
  '-s',
  '-k',
  '-p',
  '-C',
  '-F',
  '--filter',
  '--package',
  '--signal',
  '--kill-after',
  '--with',
  '--python',
  '--extra',
  '--group',
  '--name',
  '--workdir',
  '--env',
  '--user',
  '--directory',
  '--project',
  '--dir',
]);

/** The script inside `bash -c '…'`, `sh -lc`, `nix-shell --run`, `powershell -Command`, or undefined. */
function innerScript(words: readonly string[]): string | undefined {
  const [program, ...rest] = unwrap(words);
  const name = programName(program);
  if (/^(ba|z|da|k|fi)?sh$/.test(name)) {
    const at = rest.findIndex((word) => /^-[a-z]*c$/.test(word));
    return at === -1 ? undefined : rest[at + 1];
  }
  if (name === 'nix-shell' || name === 'script')
    return rest[rest.findIndex((word) => word === '--run' || /^-q?c$/.test(word)) + 1];
  if (/^(powershell|pwsh)$/.test(name)) {
    const at = rest.findIndex((word) => /^-c(ommand)?$/i.test(word));
    return at === -1 ? undefined : rest.slice(at + 1).join(' ');
  }
  if (name === 'cmd') return rest.slice(rest.findIndex((word) => /^\/c$/i.test(word)) + 1).join(' ');
  return undefined;
}

function programName(word: string | undefined): string {
  return (word ?? '')
    .replace(/^.*[\\/]/, '')
    .replace(/\.(exe|cmd|bat|ps1)$/i, '')
    .toLowerCase();
}

/** The words without what only sets the scene: variables, `sudo`, `timeout 60`, `npx`, `uv run`, `python -m` … */
function unwrap(words: readonly string[]): readonly string[] {
  let rest = words;
  for (let guard = 0; guard < 8 && rest.length > 0; guard += 1) {
    const name = programName(rest[0]);
    const second = rest[1] ?? '';
    let skip = 0;
    if (/^\w+=/.test(rest[0] ?? '') || rest[0] === '!' || rest[0] === '&' || rest[0] === '.') skip = 1;
    else if (
      /^(sudo|time|nice|nohup|stdbuf|xvfb-run|command|exec|env|cross-env|npx|bunx|pnpx|uvx|pipx|dotenv|winpty|npm-run|rtk|caffeinate|ionice)$/.test(
        name,
      )
    )
      skip = afterOptions(rest, 1);
    else if (name === 'wsl') skip = rest.findIndex((word, at) => at > 0 && !word.startsWith('-'));
    else if (name === 'timeout' || name === 'gtimeout') skip = afterOptions(rest, 1) + 1;
    else if (/^(npm|pnpm|yarn|bun)$/.test(name)) {
      const at = afterOptions(rest, 1);
      if (/^(exec|dlx|x)$/.test(rest[at] ?? '')) skip = afterOptions(rest, at + 1);
      else if (name === 'pnpm' || name === 'yarn') {
        // `pnpm vitest run`, `yarn tsc`: a program, unless the word is a script's name.
        const word = rest[at] ?? '';
        if (Object.hasOwn(programs, word) && !kindOfScript(word) && word !== 'run') skip = at;
      }
    } else if (
      /^(uv|poetry|pipenv|pdm|rye|hatch|conda|mamba|micromamba|volta|mise|direnv|doppler|op)$/.test(name) &&
      /^(run|exec)$/.test(second)
    )
      skip = afterOptions(rest, 2) + (name === 'direnv' ? 1 : 0);
    else if (name === 'bundle' && second === 'exec') skip = 2;
    else if (name === 'php' && /artisan$/.test(second)) skip = 1;
    else if (/^(docker|podman|docker-compose)$/.test(name)) {
      const at = second === 'compose' ? 2 : 1;
      if (/^(exec|run)$/.test(rest[at] ?? '')) skip = afterOptions(rest, at + 1) + 1;
    } else if (/^(nix)$/.test(name) && second === 'develop') {
      const at = rest.findIndex((word) => word === '-c' || word === '--command');
      skip = at === -1 ? 0 : at + 1;
    } else if (/^(python[\d.]*|py)$/.test(name)) {
      const at = rest.indexOf('-m');
      if (at > 0 && at < 4) skip = at + 1;
      else if (/manage\.py$/.test(second) && rest[2] === 'test') return ['pytest'];
      else if (/(^|\/)(run_?)?tests?(ing)?\.py$|(^|\/)runtests\.py$/.test(second)) return ['pytest'];
    } else if (name === 'node' && /node_modules\//.test(second)) skip = 1;
    else if (name === 'coverage' && second === 'run') {
      const at = rest.indexOf('-m');
      skip = at > 0 ? at + 1 : 0;
    }
    if (skip <= 0) break;
    rest = rest.slice(skip);
  }
  return rest;
}

/** Index of the first word from `at` on that is neither an option, an option's value, nor a variable. */
function afterOptions(words: readonly string[], at: number): number {
  let index = at;
  while (index < words.length) {
    const word = words[index] as string;
    if (word === '--') return index + 1;
    if (valuedOptions.has(word)) index += 2;
    else if (word.startsWith('-') || /^\w+=/.test(word)) index += 1;
    else break;
  }
  return index;
}

/** Options that make a program print about itself, list, or stay and watch. */
const notChecking = new Set([
  '--help',
  '-h',
  '--version',
  '-V',
  '--watch',
  '--watchAll',
  '--list',
  '--listTests',
  '--list-tests',
  '--collect-only',
  '--co',
  '--init',
  '--showConfig',
  '--print-config',
  '--no-run',
  '--ui',
  '--dry-run',
]);

function kindOfWords(words: readonly string[]): CheckKind | undefined {
  const [program, ...rest] = unwrap(words);
  if (program === undefined) return undefined;
  if (rest.some((word) => notChecking.has(word))) return undefined;
  const name = programName(program);
  const rule = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (rule !== undefined) return typeof rule === 'string' ? rule : rule(rest);
  // A script of the project: `./test.sh`, `scripts/lint`, `bash ci/check.sh`; never a built binary somewhere else.
  const script = /^(ba|z|da)?sh$/.test(name) ? rest[0] : program;
  return script !== undefined && isProjectScript(script)
    ? kindOfScript(script.replace(/^.*[\\/]/, ''))
    : undefined;
}

function isProjectScript(path: string): boolean {
  const name = path.replace(/^.*[\\/]/, '');
  return (
    /^(\.[\\/])?(scripts?|bin|tools?|ci|hack|dev)?[\\/]?[\w.-]+$|\.(sh|ps1)$/.test(path) &&
    /[\\/]|\.(sh|ps1)$/.test(path) &&
    !/^\/(tmp|var|dev)\//.test(path) &&
    /^(run[-_]?)?(all[-_]?)?(unit[-_]?)?(tests?|check|lint|build|compile|ci|verify|typecheck)([-_.]|$)/i.test(
      name,
    ) &&
    !/\.(exe|json|md|txt|log|ya?ml|toml|png|html|go|ts|py|js|rs)$/i.test(name)
  );
}
