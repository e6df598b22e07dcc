import { KaizenError } from '../base/errors.ts';
import { type ProposalPull, parsePullMark } from './plan-pulls.ts';

/** The login under which our commits are made; anybody else's make a branch foreign. */
const ours = /^(?:kaizen(?:-bot)?|kaizen\[bot\]|github-actions\[bot\])$/;

/**
 * The pull requests on proposal branches in a forge's list (`number`, `head.ref`, `state`, `merged_at`, `closed_at`,
 * `body`; `commit_authors`, logins, where the list was joined with commits). Others are left out. KaizenError
 * `bad_input` with the place for anything else.
 */
export function parsePulls(text: string, name: string): ProposalPull[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new KaizenError('bad_input', `${name} is not valid JSON: ${(cause as Error).message}`, { cause });
  }
  if (!Array.isArray(value)) throw new KaizenError('bad_input', `${name} is not a list of pull requests`);
  return value.flatMap((item: unknown, index) => {
    const row = asRow(item);
    const branch = asRow(row?.head)?.ref;
    if (!row || typeof row.number !== 'number' || typeof branch !== 'string')
      throw new KaizenError('bad_input', `${name}: [${index}] has no number or no head.ref`);
    if (!branch.startsWith('kaizen/proposal/')) return [];
    const mark = parsePullMark(typeof row.body === 'string' ? row.body : '');
    const closedAt = row.merged_at ?? row.closed_at;
    const authors = Array.isArray(row.commit_authors) ? row.commit_authors : [];
    const pull: ProposalPull = {
      number: row.number,
      branch,
      state: row.merged_at ? 'merged' : row.state === 'open' ? 'open' : 'closed',
      closedOn: typeof closedAt === 'string' ? closedAt.slice(0, 10) : null,
      key: mark?.key ?? null,
      hash: mark?.hash ?? null,
      hasForeignCommits: authors.some((author) => typeof author !== 'string' || !ours.test(author)),
    };
    return [pull];
  });
}

function asRow(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
