import { floatText } from './python-number.ts';
import type { SeedProposal } from './seed-proposals.ts';

/**
 * The seed's JSON, byte for byte, save that it is valid: a number that JSON cannot hold (an infinite break-even) is
 * `null` where the script prints `Infinity`.
 */
export function seedJson(proposals: readonly SeedProposal[]): string {
  if (proposals.length === 0) return '[]';
  return `[\n${proposals.map((proposal) => `  {\n${fields(proposal).join(',\n')}\n  }`).join(',\n')}\n]`;
}

function fields(proposal: SeedProposal): string[] {
  const evidence = proposal.supportingEvidence.map((text) => `      ${quote(text)}`).join(',\n');
  return [
    ['title', quote(proposal.title)],
    ['problem', quote(proposal.problem)],
    ['proposed_solution', quote(proposal.proposedSolution)],
    ['estimated_weekly_hours_saved', number(proposal.estimatedWeeklyHoursSaved)],
    ['estimated_monthly_hours_saved', number(proposal.estimatedMonthlyHoursSaved)],
    ['implementation_hours', number(proposal.implementationHours)],
    ['roi_weeks', number(proposal.roiWeeks)],
    ['priority', quote(proposal.priority)],
    ['affected_area', quote(proposal.affectedArea)],
    ['supporting_evidence', `[\n${evidence}\n    ]`],
  ].map(([name, value]) => `    "${name}": ${value}`);
}

function number(value: number): string {
  return Number.isFinite(value) ? floatText(value) : 'null';
}

/** `json.dumps` keeps to ASCII. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
