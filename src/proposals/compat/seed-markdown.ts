import { KaizenError } from '../../base/errors.ts';
import type { SeedPattern } from './find-seed-patterns.ts';
import { fixed1, floatText } from './python-number.ts';
import { firstCharacters } from './python-text.ts';
import { hashKey } from './python-value.ts';
import { badField } from './seed-fields.ts';
import type { SeedProposal, SeedReport } from './seed-proposals.ts';

/**
 * The seed's Markdown page, byte for byte but its Generated line; names are not escaped there (spec 06, weak point 19).
 * KaizenError `bad_input` where the script fails: a repository that is a list, half a surrogate pair.
 */
export function seedMarkdown({ proposals, patterns }: SeedReport, generatedAt: Date): string {
  const page = [
    ...summary(proposals, patterns, generatedAt),
    ...proposals.flatMap(section),
    ...appendix(patterns),
  ].join('\n');
  if (/\p{Cs}/u.test(page))
    throw new KaizenError('bad_input', 'a name or message holds half a surrogate pair, which is no text', {
      hint: 'Mend that \\ud8xx escape in the input, or use --format json.',
    });
  return page;
}

function summary(
  proposals: readonly SeedProposal[],
  patterns: readonly SeedPattern[],
  generatedAt: Date,
): string[] {
  const events = patterns.reduce((sum, { occurrences }) => sum + occurrences, 0);
  const total = (hours: (proposal: SeedProposal) => number) =>
    fixed1(proposals.reduce((sum, proposal) => sum + hours(proposal), 0));
  return [
    '# Improvement Proposals',
    '',
    `Generated: ${pythonTime(generatedAt)}`,
    `Based on analysis of ${events} waste events across ${countRepos(patterns)} repos.`,
    '',
    '---',
    '',
    '## Summary',
    '',
    '| Metric | Value |',
    '|--------|-------|',
    `| Total proposals | ${proposals.length} |`,
    `| Critical priority | ${proposals.filter(({ priority }) => priority === 'critical').length} |`,
    `| Total monthly hours wasted | ${total((proposal) => proposal.estimatedMonthlyHoursSaved)}h |`,
    `| Total weekly hours recoverable | ${total((proposal) => proposal.estimatedWeeklyHoursSaved)}h |`,
    `| Implementation investment | ${total((proposal) => proposal.implementationHours)}h |`,
    '',
    '---',
    '',
  ];
}

function countRepos(patterns: readonly SeedPattern[]): number {
  const repos = patterns.flatMap(({ affectedRepos }) =>
    affectedRepos.map(({ value, path }) => hashKey(value) ?? badField(path, value, 'a name')),
  );
  return new Set(repos).size;
}

/** `datetime.isoformat()` of a UTC time: six places of a second, none when it is whole. */
function pythonTime(time: Date): string {
  return time
    .toISOString()
    .replace(/\.(\d{3})Z$/, (_, ms: string) => `${ms === '000' ? '' : `.${ms}000`}+00:00`);
}

function section(proposal: SeedProposal, at: number): string[] {
  const breakEven = `${fixed1(proposal.roiWeeks)} weeks`;
  return [
    `## ${at + 1}. ${proposal.title}`,
    '',
    `**Priority:** ${proposal.priority.toUpperCase()} `,
    `**Area:** ${proposal.affectedArea} `,
    `**ROI break-even:** ${breakEven}`,
    '',
    '### Problem',
    '',
    proposal.problem,
    '',
    '### Proposed Solution',
    '',
    proposal.proposedSolution,
    '',
    '### ROI Estimate',
    '',
    `- Weekly hours saved: **${floatText(proposal.estimatedWeeklyHoursSaved)}h**`,
    `- Monthly hours saved: **${floatText(proposal.estimatedMonthlyHoursSaved)}h**`,
    `- Implementation time: **${floatText(proposal.implementationHours)}h**`,
    `- Break-even: **${breakEven}**`,
    '',
    '### Evidence',
    '',
    ...proposal.supportingEvidence.map((evidence) => `- ${evidence}`),
    '',
    '---',
    '',
  ];
}

/** The first twenty patterns; the script does not say that there are more. */
function appendix(patterns: readonly SeedPattern[]): string[] {
  return [
    '## Appendix: Detected Waste Patterns',
    '',
    '| Type | Description | Occurrences | Hours |',
    '|------|-------------|-------------|-------|',
    ...patterns
      .slice(0, 20)
      .map(
        ({ patternType, description, occurrences, totalTimeHours }) =>
          `| ${patternType} | ${firstCharacters(description, 60)} | ${occurrences} | ${floatText(totalTimeHours)}h |`,
      ),
    '',
  ];
}
