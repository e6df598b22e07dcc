import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Category, Fact, Scope } from '../../src/knowledge/fact.ts';
import { factId, factPath } from '../../src/knowledge/fact-path.ts';
import { formatFact } from '../../src/knowledge/fact-text.ts';

/** A small deterministic generator of numbers in [0, 1): the same facts on every machine. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

const list = (text: string): string[] => text.split(' ');
const tools = list(
  'pnpm npm yarn bun cargo uv pip poetry go gradle maven docker compose kubectl helm terraform make bazel vitest jest pytest playwright cypress eslint biome ruff mypy tsc webpack vite rollup esbuild prisma alembic flyway redis postgres sqlite kafka nginx git gh mise direnv nix ansible packer buf protoc swiftlint xcodebuild adb flutter',
);
const nouns = list(
  'session token cache worker queue schema migration fixture snapshot index shard replica lock lease cursor batch stream buffer socket proxy gateway header cookie payload webhook retry timeout limit quota budget invoice order cart customer account tenant region bucket object blob chunk manifest lockfile workspace package module bundle asset locale template layout component hook store reducer selector router guard middleware handler resolver mutation query cursor trigger view policy role grant secret certificate key signature digest checksum metric trace span log alert rollout canary flag variant experiment',
);
const verbs = list(
  'fails hangs returns ignores overwrites duplicates drops caches retries leaks truncates reorders rejects swallows rounds escapes strips resolves reads writes locks skips repeats shadows masks',
);
const adjectives = list(
  'stale nested empty missing duplicate concurrent partial unsigned relative absolute shallow detached frozen cold warm remote local private public generated optional deprecated experimental internal',
);
const errors = list(
  'ENOENT EADDRINUSE ECONNRESET ETIMEDOUT EACCES ERR_MODULE_NOT_FOUND TS2345 TS7016 E0382 E0277 F401 SIGKILL OOMKilled 23505 40001 CONFLICT NotFoundError ValidationError AssertionError KeyError UnhandledPromiseRejection DeadlineExceeded PermissionDenied',
);
const owners = list('acme globex initech umbra hooli vandelay wayne stark tyrell cyberdyne');
const categories: Category[] = [
  'pitfall',
  'pitfall',
  'pitfall',
  'tool-quirk',
  'tool-quirk',
  'pattern',
  'pattern',
  'fact',
  'fact',
  'decision',
  'question',
];

/** One of the list; the first ones far more often, as words are in real text. */
function pick<T>(from: readonly T[], next: () => number): T {
  return from[Math.floor(next() ** 2 * from.length)] as T;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function identifier(next: () => number): string {
  const [a, b, c] = [pick(nouns, next), pick(nouns, next), pick(nouns, next)];
  const style = next();
  if (style < 0.4) return `${a}${capital(b)}${capital(c)}`;
  if (style < 0.7) return `${a}_${b}`;
  return `${capital(a)}${capital(b)}`;
}

function path(next: () => number): string {
  const ext = pick(['ts', 'py', 'go', 'rs', 'yml', 'json', 'sql'], next);
  return `${pick(['src', 'lib', 'packages/core', 'apps/web', 'services/api', 'internal'], next)}/${pick(nouns, next)}/${pick(nouns, next)}-${pick(nouns, next)}.${ext}`;
}

function sentence(next: () => number): string {
  const tool = pick(tools, next);
  const subject = `${pick(adjectives, next)} ${pick(nouns, next)}`;
  switch (Math.floor(next() * 7)) {
    case 0:
      return `\`${tool} ${pick(nouns, next)} --${pick(nouns, next)}\` ${pick(verbs, next)} the ${subject} when \`${identifier(next)}\` is set in \`${path(next)}\`.`;
    case 1:
      return `The ${subject} ${pick(verbs, next)} after ${Math.ceil(next() * 900)} ms because ${tool} ${pick(verbs, next)} each ${pick(nouns, next)} twice.`;
    case 2:
      return `Tests that touch \`${identifier(next)}\` need a ${subject} first, otherwise ${tool} stops with ${pick(errors, next)}.`;
    case 3:
      return `In this repository the ${pick(nouns, next)} lives in \`${path(next)}\`, not beside the ${subject}.`;
    case 4:
      return `A passing run was seen with \`${tool} run ${pick(nouns, next)}:${pick(verbs, next)}\` once the ${subject} had been removed.`;
    case 5:
      return `\`${identifier(next)}\` ${pick(verbs, next)} a ${subject}, so ${pick(nouns, next)} and ${pick(nouns, next)} must agree on the ${pick(nouns, next)}.`;
    default:
      return `Version ${Math.ceil(next() * 30)}.${Math.floor(next() * 20)} of ${tool} ${pick(verbs, next)} the ${pick(nouns, next)} that earlier ones kept in the ${subject}.`;
  }
}

function day(daysBefore: number): string {
  return new Date(Date.UTC(2026, 10, 20) - daysBefore * 86_400_000).toISOString().slice(0, 10);
}

/** Scopes as in a large fleet: repositories of very different size, a few agents, some global facts. */
function scopeOf(number: number, next: () => number, repositories: number): Scope {
  if (number % 25 === 0) return 'global';
  if (number % 25 === 1) return `agent:${pick(['claude-code', 'codex', 'gemini-cli', 'opencode'], next)}`;
  const repository = Math.floor(next() ** 3 * repositories);
  return `repo:${owners[repository % owners.length]}/${nouns[repository % nouns.length]}-${repository}`;
}

/** The n-th fact of a made-up fleet: shaped and sized like harvested ones. */
export function madeFact(number: number, repositories = 120): Fact {
  const next = seededNumbers(number + 1);
  const scope = scopeOf(number, next, repositories);
  const tool = pick(tools, next);
  const error = `${pick(errors, next)}: ${pick(nouns, next)} ${pick(verbs, next)} ${identifier(next)}`;
  const title =
    next() < 0.5
      ? `${tool} ${pick(verbs, next)} the ${pick(adjectives, next)} ${pick(nouns, next)} of ${identifier(next)}`
      : `${capital(pick(adjectives, next))} ${pick(nouns, next)} ${pick(verbs, next)} with ${pick(errors, next)} until ${tool} ${pick(nouns, next)} runs`;
  const body = Array.from({ length: 2 + Math.floor(next() * 3) }, () => sentence(next)).join(' ');
  const age = Math.floor(next() ** 2 * 365);
  const sources = Array.from({ length: 1 + Math.floor(next() ** 2 * 3) }, (_, i) => ({
    session: `${pick(['claude-code', 'codex', 'gemini-cli'], next)}/${Math.floor(next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')}`,
    line: 1 + Math.floor(next() * 2000),
    quote: i === 0 ? error : sentence(next),
    commit: null,
    date: day(age + i * 3),
    tier: 'agent' as const,
    proven: i === 0,
    confidence: 0.6,
  }));
  return {
    id: factId(scope, `made ${number}`),
    title: title.slice(0, 120).trim(),
    category: categories[Math.floor(next() * categories.length)] as Category,
    scope,
    status: next() < 0.9 ? 'active' : 'candidate',
    trust: 'agent',
    confidence: Math.round((0.5 + next() * 0.4) * 100) / 100,
    tags: [...new Set([tool, pick(nouns, next)])].sort(),
    paths: next() < 0.6 ? [path(next)] : [],
    keywords: [error.slice(0, 100), `${tool} ${pick(nouns, next)}`],
    firstSeen: day(age + 20),
    lastConfirmed: day(age),
    supersedes: [],
    contradicts: [],
    holds: [],
    pinned: false,
    subject: null,
    aliases: [],
    generated: null,
    sources,
    body,
  };
}

/** Writes the facts `from`…`to` as one commit on `main`, through fast-import: seconds for 90,000. */
export async function commitFacts(
  repository: string,
  facts: Iterable<Fact>,
  message: string,
  options: { remove?: readonly string[]; first?: boolean } = {},
): Promise<void> {
  const child = spawn('git', ['-c', 'core.compression=1', 'fast-import', '--quiet', '--force', '--depth=1'], {
    cwd: repository,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const write = async (text: string) => {
    if (!child.stdin.write(text)) await once(child.stdin, 'drain');
  };
  const author = 'Bench <bench@example.com> 1795132800 +0000';
  await write(
    `commit refs/heads/main\ncommitter ${author}\ndata ${Buffer.byteLength(message)}\n${message}\n`,
  );
  if (!options.first) await write('from refs/heads/main^0\n');
  for (const path of options.remove ?? []) await write(`D ${path}\n`);
  let pending = '';
  for (const fact of facts) {
    const text = formatFact(fact);
    pending += `M 100644 inline ${factPath(fact)}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
    if (pending.length > 1 << 20) {
      await write(pending);
      pending = '';
    }
  }
  child.stdin.end(pending);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
}

export function* madeFacts(from: number, to: number, repositories?: number): Generator<Fact> {
  for (let number = from; number < to; number++) yield madeFact(number, repositories);
}
