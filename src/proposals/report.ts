import type { FollowUp } from './follow-up.ts';
import type { ObservedSpan } from './observed-span.ts';
import { type ProposalStep, pays } from './plan-proposals.ts';
import type { PriceSettings } from './price-pattern.ts';
import type { Proposal } from './proposal.ts';

/** What could not be used of the material, and what it does not say. */
export interface MaterialGaps {
  /** Items of the input, lines of the log or files that were skipped: where and why, the first ones. */
  skipped: readonly { path: string; reason: string }[];
  skippedCount: number;
  /** Calls that were cut from profiles for their size. */
  cutCalls: number;
  /** Calls that do not say whether they worked. */
  callsWithoutOutcome: number;
  /** Sessions harvested before profiles were kept. */
  withoutProfile: number;
}

/** Everything a run of `kaizen propose` has to say. */
export interface ProposeReport {
  /** What was read: `the event log`, `analytics.json`, `3 transcripts`. */
  source: string;
  span: ObservedSpan;
  settings: PriceSettings & { thresholdHours: number };
  /** Worth a proposal, the dearest first; `step` says what became of its file (null: none is kept). */
  listed: { proposal: Proposal; status: string; step: ProposalStep['step'] | null; since: string | null }[];
  /** Files that are new. */
  news: number;
  /** How many more there are beyond `--top`. */
  more: number;
  /** Seen in enough sessions and not worth a proposal, by hours. */
  below: Proposal[];
  /** Rejected or closed ones that are seen and stay silent. */
  silent: number;
  closed: { id: string; title: string }[];
  followUps: FollowUp[];
  gaps: MaterialGaps;
}

/** Sorts proposals with the steps of their files into a report. A threshold of 0 lists also what does not pay. */
export function makeReport(
  material: Pick<ProposeReport, 'source' | 'span' | 'settings' | 'gaps' | 'followUps'>,
  proposals: readonly Proposal[],
  steps: readonly ProposalStep[],
  top: number,
): ProposeReport {
  const { thresholdHours } = material.settings;
  const stepOf = new Map(steps.flatMap((step) => (step.proposal ? [[step.proposal, step] as const] : [])));
  const isSilent = (proposal: Proposal) => {
    const step = stepOf.get(proposal);
    return step?.step === 'silent' || step?.step === 'kept';
  };
  const hasFile = (proposal: Proposal) => stepOf.has(proposal) && !isSilent(proposal);
  const isWorth = (proposal: Proposal) =>
    hasFile(proposal) ||
    (!isSilent(proposal) &&
      (thresholdHours === 0 || pays(proposal, thresholdHours) || isCostly(proposal, thresholdHours)));
  const worth = proposals.filter(isWorth);
  return {
    ...material,
    listed: worth.slice(0, top).map((proposal) => {
      const step = stepOf.get(proposal);
      return {
        proposal: step ? { ...proposal, id: step.record.id } : proposal,
        status: step?.record.status ?? 'open',
        step: step?.step ?? null,
        since: step && step.step !== 'new' ? step.record.opened : null,
      };
    }),
    news: steps.filter(({ step }) => step === 'new').length,
    more: Math.max(0, worth.length - top),
    below: proposals
      .filter((proposal) => !isWorth(proposal) && !isSilent(proposal))
      .sort((a, b) => b.price.hours - a.price.hours),
    silent: proposals.filter(isSilent).length,
    closed: steps.filter(({ step }) => step === 'closed').map(({ record: { id, title } }) => ({ id, title })),
  };
}

/** Where no rate can be given, what was seen decides: as many hours as the threshold asks for a month. */
function isCostly({ price }: Proposal, thresholdHours: number): boolean {
  return price.monthly === null && price.hours >= thresholdHours;
}
