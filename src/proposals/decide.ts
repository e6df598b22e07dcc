import { KaizenError } from '../base/errors.ts';
import { plainWords } from './plain-words.ts';
import type { ProposalRecord, ProposalStatus } from './proposal-record.ts';

/** What a person can decide. */
export type Decision = 'accept' | 'done' | 'reject' | 'reopen';

const outcomes: Record<Decision, { status: ProposalStatus; from: readonly ProposalStatus[] }> = {
  accept: { status: 'accepted', from: ['open', 'closed'] },
  done: { status: 'done', from: ['open', 'accepted', 'closed'] },
  reject: { status: 'rejected', from: ['open', 'accepted', 'closed'] },
  reopen: { status: 'open', from: ['accepted', 'done', 'rejected', 'closed'] },
};

/**
 * The record after a person's decision. `done` freezes what was promised and what a session cost before, for the
 * follow-up; `reject` keeps the cost, above twice of which the proposal speaks again. KaizenError `usage` for a step
 * that its status does not allow; the same record where it is so already, save for another owner.
 */
export function decide(
  record: ProposalRecord,
  decision: Decision,
  said: { day: string; by: string; reason: string | null; owner?: string | undefined },
): ProposalRecord {
  const { status, from } = outcomes[decision];
  const owner = said.owner === undefined ? record.owner : plainWords(said.owner, 60);
  if (record.status === status) return owner === record.owner ? record : { ...record, owner };
  if (!from.includes(record.status))
    throw new KaizenError('usage', `${record.id} is ${record.status} and cannot be ${status}`, {
      hint: `\`kaizen propose reopen ${record.id}\` makes it open again.`,
    });
  const decided = {
    ...record,
    owner,
    status,
    decided: said.day,
    by: plainWords(said.by, 80),
    reason: said.reason === null ? null : plainWords(said.reason, 300),
  };
  switch (decision) {
    case 'done':
      return {
        ...decided,
        promise: {
          day: said.day,
          savingMonth: record.savingMonth ?? { low: 0, mid: 0, high: 0 },
          costSession: record.costSession,
          watched: record.watched,
        },
      };
    case 'reject':
      return { ...decided, rejectedAtMonth: record.costMonth?.mid ?? null };
    case 'reopen':
      return { ...decided, promise: null, rejectedAtMonth: null };
    case 'accept':
      return decided;
  }
}
