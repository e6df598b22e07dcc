import type { Change } from '../base/change.ts';
import { compareText } from '../base/text.ts';
import { formatProposal } from './format-proposal.ts';
import type { ObservedSpan } from './observed-span.ts';
import { sessionCosts } from './price-pattern.ts';
import { groupingVersion, type Proposal } from './proposal.ts';
import type { ProposalRecord } from './proposal-record.ts';
import { type PageSettings, renderProposal } from './render-proposal.ts';

/** A record as it lies in the repository. */
export interface StoredProposal {
  path: string;
  text: string;
  record: ProposalRecord;
}

/** What became of a proposal in this run. */
export interface ProposalStep {
  record: ProposalRecord;
  /** Undefined for one whose evidence is gone. */
  proposal: Proposal | undefined;
  step: 'new' | 'updated' | 'same' | 'silent' | 'reopened' | 'closed' | 'kept';
}

/** What planning goes by. */
export interface PlanSettings extends PageSettings {
  /** Day of the run, for the records that it opens or closes. */
  asOf: string;
  /** Least hours a month of a new proposal. */
  thresholdHours: number;
  /** The sessions are all there are: a proposal that is not found in them has lost its evidence. */
  isWhole: boolean;
}

/** Costs this many times what they were when it was rejected, a proposal speaks again. */
const doubled = 2;

/**
 * The files after this run: a pattern that is known updates its file and never makes a second one; a rejected one is
 * silent until its cost has doubled; one without evidence is closed. New ones are those that pay: an expected net value
 * above 0 and at least the threshold. Planning twice plans nothing the second time.
 */
export function planProposals(
  proposals: readonly Proposal[],
  stored: readonly StoredProposal[],
  span: ObservedSpan,
  settings: PlanSettings,
): { steps: ProposalStep[]; changes: Change[] } {
  const steps: ProposalStep[] = [];
  const changes: Change[] = [];
  const recordOf = matchRecords(proposals, stored);
  const matched = new Set<StoredProposal>();
  const keep = (step: ProposalStep, before: StoredProposal | undefined) => {
    if (step.record === before?.record) return void steps.push(step);
    const text = formatProposal(step.record);
    const path = before?.path ?? proposalPath(step.record.id);
    if (before?.text !== text) changes.push({ kind: 'write', path, text, was: before?.text ?? null });
    else if (step.step === 'updated') step.step = 'same';
    steps.push(step);
  };
  for (const proposal of proposals) {
    const before = recordOf.get(proposal);
    if (before) matched.add(before);
    if (!before && !pays(proposal, settings.thresholdHours)) continue;
    keep(stepOf(proposal, before?.record, span, settings), before);
  }
  for (const before of stored) {
    if (matched.has(before)) continue;
    keep(withoutEvidence(before.record, settings), before);
  }
  return { steps, changes: changes.sort((a, b) => compareText(a.path, b.path)) };
}

/** Where a proposal's file lies. */
export function proposalPath(id: string): string {
  return `.kaizen/proposals/${id}.md`;
}

/** True for a proposal worth a file: it pays within the horizon and costs at least the threshold. */
export function pays({ price }: Proposal, thresholdHours: number): boolean {
  return price.net !== null && price.net.mid > 0 && (price.monthly?.mid ?? 0) >= thresholdHours;
}

/** The record of each proposal: of the same id, or of the same kind with a key in common (wordings join over time). */
function matchRecords(
  proposals: readonly Proposal[],
  stored: readonly StoredProposal[],
): Map<Proposal, StoredProposal> {
  const byId = new Map(stored.map((one) => [one.record.id, one]));
  const byKey = new Map<string, StoredProposal>();
  for (const one of stored) for (const key of one.record.keys) byKey.set(`${one.record.kind}\n${key}`, one);
  const found = new Map<Proposal, StoredProposal>();
  const taken = new Set<StoredProposal>();
  for (const proposal of proposals) {
    const { kind, keys } = proposal.pattern;
    const record =
      byId.get(proposal.id) ?? keys.map((key) => byKey.get(`${kind}\n${key}`)).find((one) => one);
    if (!record || taken.has(record)) continue;
    taken.add(record);
    found.set(proposal, record);
  }
  return found;
}

function stepOf(
  proposal: Proposal,
  before: ProposalRecord | undefined,
  span: ObservedSpan,
  settings: PlanSettings,
): ProposalStep {
  const fresh = freshRecord(proposal, before, span, settings);
  if (!before) return { record: fresh, proposal, step: 'new' };
  if (before.status === 'done') return { record: before, proposal, step: 'kept' };
  if (before.status === 'rejected') {
    const cost = proposal.price.monthly?.mid ?? 0;
    const grown = before.rejectedAtMonth !== null && cost >= doubled * before.rejectedAtMonth && cost > 0;
    if (!grown) return { record: before, proposal, step: 'silent' };
    const reason = `reopened: costs ${doubled} times what it did when it was rejected${before.reason === null ? '' : ` (${before.reason})`}`;
    return {
      record: { ...fresh, status: 'open', decided: settings.asOf, by: 'kaizen', reason },
      proposal,
      step: 'reopened',
    };
  }
  if (before.status === 'closed') {
    if (!pays(proposal, settings.thresholdHours)) return { record: before, proposal, step: 'silent' };
    const reopened = {
      ...fresh,
      status: 'open' as const,
      decided: settings.asOf,
      by: 'kaizen',
      reason: 'reopened: seen again',
    };
    return { record: reopened, proposal, step: 'reopened' };
  }
  return { record: fresh, proposal, step: 'updated' };
}

/** The record with what was measured now; what people decided and wrote stays. */
function freshRecord(
  proposal: Proposal,
  before: ProposalRecord | undefined,
  span: ObservedSpan,
  settings: PlanSettings,
): ProposalRecord {
  const { price, pattern, charge } = proposal;
  const keys = [...new Set([pattern.key, ...(before?.keys ?? []), ...pattern.keys])].slice(0, 20);
  const own = before && before.id !== proposal.id ? { ...proposal, id: before.id } : proposal;
  return {
    id: own.id,
    kind: pattern.kind,
    keys,
    grouping: groupingVersion,
    title: proposal.title,
    status: before?.status ?? 'open',
    priority: price.priority,
    area: proposal.area,
    owner: before?.owner ?? '',
    opened: before?.opened ?? settings.asOf,
    decided: before?.decided ?? null,
    by: before?.by ?? null,
    reason: before?.reason ?? null,
    watched: span.sessions,
    sessions: price.sessions,
    from: span.from,
    to: span.to,
    costMonth: price.monthly,
    savingMonth: price.saving,
    costSession: costOfSession(sessionCosts(pattern, charge), span.sessions),
    effort: { low: price.effort.low, high: price.effort.high },
    breakEvenWeeks: price.breakEvenWeeks?.mid ?? null,
    netHours: price.net,
    horizonWeeks: settings.horizonWeeks,
    hourlyRate: settings.hourlyRate,
    currency: settings.currency,
    confidence: price.confidence,
    referenceMs: pattern.detail.kind === 'slow' ? pattern.detail.referenceMs : null,
    rejectedAtMonth: before?.rejectedAtMonth ?? null,
    promise: before?.promise ?? null,
    page: renderProposal(own, settings),
    notes: before?.notes ?? '',
  };
}

/** Mean cost of a watched session, those without any counting 0, and its standard error. */
export function costOfSession(costs: readonly number[], watched: number): ProposalRecord['costSession'] {
  if (watched === 0) return { mean: 0, se: 0 };
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / watched;
  const squares =
    costs.reduce((sum, cost) => sum + (cost - mean) ** 2, 0) + (watched - costs.length) * mean * mean;
  return { mean, se: watched < 2 ? mean : Math.sqrt(squares / (watched - 1) / watched) };
}

function withoutEvidence(record: ProposalRecord, { isWhole, asOf }: PlanSettings): ProposalStep {
  const isOpen = record.status === 'open' || record.status === 'accepted';
  if (!isWhole || !isOpen) return { record, proposal: undefined, step: 'kept' };
  return {
    record: {
      ...record,
      status: 'closed',
      decided: asOf,
      by: 'kaizen',
      reason:
        record.status === 'accepted'
          ? 'evidence gone: no longer seen; if it was carried out, `kaizen propose done` checks the promise'
          : 'evidence gone: no longer seen in the sessions',
    },
    proposal: undefined,
    step: 'closed',
  };
}
