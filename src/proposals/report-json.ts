import type { Proposal } from './proposal.ts';
import type { ProposeReport } from './report.ts';

/** A proposal as programs read it: everything but the stretches, which `--explain` gives. */
export function proposalForJson(proposal: Proposal) {
  const { id, title, problem, solution, area, repos, evidence, price, pattern, charge } = proposal;
  return {
    id,
    kind: pattern.kind,
    key: pattern.key,
    title,
    problem,
    solution,
    area,
    repos,
    price,
    overlapHours: charge.sharedMs / 3_600_000,
    detail: pattern.detail,
    evidence,
  };
}

/** The report as programs read it. */
export function reportForJson(report: ProposeReport) {
  const { source, span, settings, listed, news, more, below, silent, closed, followUps, gaps } = report;
  return {
    source,
    span,
    settings,
    proposals: listed.map(({ proposal, status, step, since }) => ({
      ...proposalForJson(proposal),
      status,
      step,
      since,
    })),
    news,
    more,
    below: below.map((proposal) => {
      const { id, kind, title, price } = proposalForJson(proposal);
      return { id, kind, title, price };
    }),
    silent,
    closed,
    followUps,
    gaps,
  };
}
