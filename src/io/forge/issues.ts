import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Issue } from '../../metrics/progress/issue-metrics.ts';
import { fetchJson, type JsonAnswer } from '../fetch-json.ts';
import { type ForgeProvider, type ForgeTarget, tokenHint } from './find-forge.ts';

/** Issues of a repository; `partial` says what is missing of them. Or why there are none. */
export type IssueAnswer = { issues: Issue[]; partial: string | null } | { unknown: string; failed: boolean };

/** How to read them. */
export interface IssueRequest {
  /** Only issues that changed since; ISO 8601. */
  since: string;
  maxPages?: number;
  /** Longest time to wait for a rate limit, in all. */
  mostWaitMs?: number;
  /** Replaced in tests, which do not wait. */
  wait?: (ms: number) => Promise<unknown>;
  signal?: AbortSignal | undefined;
}

const retries = 3;
const retryMs = 500;

/** The first page of each forge. A server may give fewer entries a page than asked for. */
const firstPage: Readonly<Record<ForgeProvider, (target: ForgeTarget, since: string) => string>> = {
  github: ({ apiBase, repo }, since) =>
    `${apiBase}/repos/${repo}/issues?state=all&sort=created&direction=asc&per_page=100&since=${since}&page=1`,
  gitea: ({ apiBase, repo }, since) =>
    `${apiBase}/repos/${repo}/issues?state=all&type=issues&sort=oldest&limit=50&since=${since}&page=1`,
  gitlab: ({ apiBase, repo }, since) =>
    `${apiBase}/projects/${encodeURIComponent(repo)}/issues?scope=all&state=all&order_by=created_at&sort=asc&per_page=100&updated_after=${since}&page=1`,
};

const entry = z.looseObject({
  number: z.number().int().optional(),
  iid: z.number().int().optional(),
  created_at: z.string(),
  closed_at: z.string().nullish(),
  state: z.string(),
  /** Set where the entry is a pull request. */
  pull_request: z.unknown().optional(),
});

/**
 * Every issue of a repository that changed since a day, oldest first, without pull requests. Pages are followed as the
 * server tells; a rate limit is waited for when that is short, a server error is tried again. When a later page cannot
 * be had, what came before is given as partial.
 */
export async function readIssues(target: ForgeTarget, request: IssueRequest): Promise<IssueAnswer> {
  const { maxPages = 100 } = request;
  const issues = new Map<number, Issue>();
  const patience = { leftMs: request.mostWaitMs ?? 60_000 };
  let seen = 0;
  let url: string | undefined = firstPage[target.provider](target, encodeURIComponent(request.since));
  const partial = (reason: string): IssueAnswer => ({ issues: [...issues.values()], partial: reason });
  for (let page = 1; url !== undefined; page++) {
    if (page > maxPages) return partial(`more than ${maxPages} pages of issues`);
    const answer = await getPage(url, target, request, patience);
    if (answer.kind === 'error' || answer.status !== 200) {
      const refused = refusalOf(answer, target);
      return page === 1 ? refused : partial(refused.unknown);
    }
    const entries = z.array(entry).safeParse(answer.body);
    if (!entries.success) {
      const unknown = 'the forge answers with something that is no list of issues';
      return page === 1 ? { unknown, failed: false } : partial(unknown);
    }
    const before = issues.size;
    for (const one of entries.data) add(issues, one);
    seen += entries.data.length;
    const isNew = issues.size > before || entries.data.some((one) => one.pull_request);
    if (!isNew && entries.data.length > 0) return partial('the forge gives the same page again');
    url = nextPage(url, answer.headers, entries.data.length, seen);
  }
  return { issues: [...issues.values()], partial: null };
}

function add(issues: Map<number, Issue>, one: z.infer<typeof entry>): void {
  const number = one.number ?? one.iid;
  if (number === undefined || one.pull_request) return;
  const closedAt = one.state === 'closed' ? (one.closed_at ?? null) : null;
  issues.set(number, { number, createdAt: one.created_at, closedAt });
}

/** By the Link header, GitLab's page number, the total of Gitea, else until an empty page. */
function nextPage(url: string, headers: Headers, entries: number, seen: number): string | undefined {
  const here = new URL(url);
  const link = headers.get('link');
  if (link !== null) {
    const next = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(link)?.[1];
    if (next === undefined) return undefined;
    const there = URL.canParse(next, url) ? new URL(next, url) : here;
    // Only where we were already goes the token.
    if (there.origin === here.origin) return there.href;
  }
  const named = headers.get('x-next-page');
  if (named === '' || entries === 0) return undefined;
  const total = Number(headers.get('x-total-count') ?? Number.NaN);
  if (link === null && named === null && seen >= total) return undefined;
  here.searchParams.set('page', named ?? String(Number(here.searchParams.get('page') ?? 1) + 1));
  return here.href;
}

async function getPage(
  url: string,
  { provider, token }: ForgeTarget,
  { wait = sleep, signal }: IssueRequest,
  patience: { leftMs: number },
): Promise<JsonAnswer> {
  const secret: Record<string, string> =
    token === null
      ? {}
      : provider === 'gitlab'
        ? { 'private-token': token }
        : { authorization: `${provider === 'gitea' ? 'token' : 'Bearer'} ${token}` };
  for (let attempt = 0; ; attempt++) {
    const answer = await fetchJson(url, { headers: secret, signal });
    const pauseMs = pauseAfter(answer, attempt);
    if (pauseMs === null || attempt >= retries || pauseMs > patience.leftMs || signal?.aborted) return answer;
    patience.leftMs -= pauseMs;
    await wait(pauseMs);
  }
}

/** How long to wait before trying again; null: trying again does not help. */
function pauseAfter(answer: JsonAnswer, attempt: number): number | null {
  const growing = retryMs * 2 ** attempt;
  if (answer.kind === 'error') return growing;
  const { status, headers } = answer;
  if (status >= 500) return growing;
  if (status !== 429 && status !== 403) return null;
  const limit = limitSeconds(headers);
  if (limit !== null) return 1000 * limit;
  return status === 429 ? growing : null;
}

/** Seconds until the server wants to be asked again; null when it set no limit. */
function limitSeconds(headers: Headers): number | null {
  const after = headers.get('retry-after');
  if (after !== null) {
    const seconds = /^\d+$/.test(after.trim()) ? Number(after) : (Date.parse(after) - Date.now()) / 1000;
    return Number.isNaN(seconds) ? null : Math.max(0, Math.ceil(seconds));
  }
  const left = headers.get('x-ratelimit-remaining') ?? headers.get('ratelimit-remaining');
  const reset = Number(headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? Number.NaN);
  return left === '0' && !Number.isNaN(reset) ? Math.max(0, Math.ceil(reset - Date.now() / 1000)) : null;
}

function refusalOf(
  answer: JsonAnswer,
  { provider, token }: ForgeTarget,
): { unknown: string; failed: boolean } {
  if (answer.kind === 'error') return { unknown: `the forge gave no answer: ${answer.error}`, failed: true };
  const { status, headers } = answer;
  const limit = limitSeconds(headers);
  const signIn = token === null ? `set ${tokenHint(provider)}` : 'the token is not accepted';
  if (status === 429 || (status === 403 && limit !== null))
    return {
      unknown: `the forge limits requests${limit === null ? '' : `; try again in ${limit} s`}`,
      failed: true,
    };
  if (status === 401 || status === 403)
    return { unknown: `the forge refuses (HTTP ${status}): ${signIn}`, failed: false };
  if (status === 410) return { unknown: 'the issue tracker is off', failed: false };
  if (status === 404)
    return { unknown: `the forge knows no such issues: the tracker is off, or ${signIn}`, failed: false };
  if (status >= 300 && status < 400)
    return { unknown: 'the repository has moved: correct the URL of its remote', failed: false };
  return { unknown: `the forge answers with HTTP ${status}`, failed: status >= 500 };
}
