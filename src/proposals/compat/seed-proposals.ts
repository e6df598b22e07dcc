import { KaizenError } from '../../base/errors.ts';
import { findSeedPatterns, type Named, type SeedPattern } from './find-seed-patterns.ts';
import { fixed1, round1 } from './python-number.ts';
import { sortDescending } from './python-sort.ts';
import { firstCharacters } from './python-text.ts';
import { isDict, isTruthy, kindOf, type PythonValue } from './python-value.ts';
import { badField } from './seed-fields.ts';

/** A proposal as the seed's script makes one. Hours are rounded to 0.1; a break-even may be infinite or NaN. */
export interface SeedProposal {
  title: string;
  problem: string;
  proposedSolution: string;
  estimatedWeeklyHoursSaved: number;
  estimatedMonthlyHoursSaved: number;
  implementationHours: number;
  roiWeeks: number;
  priority: 'critical' | 'high' | 'medium' | 'low';
  affectedArea: 'reliability' | 'performance' | 'automation';
  supportingEvidence: readonly string[];
}

/** What the seed's script finds in an input: all patterns, and the proposals that reach the threshold. */
export interface SeedReport {
  proposals: SeedProposal[];
  patterns: SeedPattern[];
}

/** Multiplier of every effort; the script never sets another. */
const overhead = 1.5;

/**
 * The seed's proposal generator (spec 06), weak points included: its order, its rounding, its constants. `input` comes
 * from `parsePythonJson`. Undefined when it holds no sessions, where the script ends with exit code 1; KaizenError
 * `bad_input` with the path of the field (`$[3].errors`) where it ends in a traceback.
 */
export function seedProposals(
  input: PythonValue,
  options: { thresholdHours: number },
): SeedReport | undefined {
  const { sessions, path } = sessionsOf(input);
  if (!isTruthy(sessions)) return undefined;
  const patterns = findSeedPatterns(sessions, path);
  const proposals = generate(patterns).filter(
    ({ estimatedMonthlyHoursSaved }) => estimatedMonthlyHoursSaved >= options.thresholdHours,
  );
  return { proposals, patterns };
}

function sessionsOf(input: PythonValue): { sessions: PythonValue; path: string } {
  if (Array.isArray(input)) return { sessions: input, path: '$' };
  if (isDict(input)) return { sessions: input.get('sessions') ?? [], path: '$.sessions' };
  throw new KaizenError(
    'bad_input',
    `$: expected a list of sessions, or an object with 'sessions', found ${kindOf(input)}`,
  );
}

function generate(patterns: readonly SeedPattern[]): SeedProposal[] {
  const ofType = (type: SeedPattern['patternType']) =>
    patterns.filter(({ patternType }) => patternType === type);
  const manual = ofType('manual_process');
  const proposals = [
    ...ofType('repeated_error').map(fixError),
    ...ofType('slow_tool').map(optimiseTool),
    ...ofType('failed_retry').map(reduceRetries),
    ...(manual.length > 0 ? [automate(manual)] : []),
  ];
  return sortDescending(proposals, (proposal) => proposal.estimatedMonthlyHoursSaved);
}

type Words = Pick<
  SeedProposal,
  'title' | 'problem' | 'proposedSolution' | 'affectedArea' | 'supportingEvidence'
>;

function propose(monthlyHours: number, effortHours: number, words: Words): SeedProposal {
  const weeklyHours = monthlyHours / 4;
  const implementationHours = effortHours * overhead;
  const roiWeeks = weeklyHours > 0 ? implementationHours / weeklyHours : Number.POSITIVE_INFINITY;
  return {
    ...words,
    estimatedWeeklyHoursSaved: round1(weeklyHours),
    estimatedMonthlyHoursSaved: round1(monthlyHours),
    implementationHours: round1(implementationHours),
    roiWeeks: round1(roiWeeks),
    priority: roiWeeks <= 1 ? 'critical' : roiWeeks <= 4 ? 'high' : roiWeeks <= 12 ? 'medium' : 'low',
  };
}

function fixError(pattern: SeedPattern): SeedProposal {
  const { occurrences, totalTimeHours, affectedRepos, description } = pattern;
  const sessions = pattern.exampleSessions.slice(0, 3).map(textOfName).join(', ');
  return propose(totalTimeHours, Math.max(1, occurrences * 0.25), {
    title: `Fix repeated error: ${firstCharacters(description, 60)}`,
    problem: `This error occurred ${occurrences} times across ${affectedRepos.length} repos, wasting ~${fixed1(totalTimeHours)} hours.`,
    proposedSolution: 'Root-cause the error and create a permanent fix or mitigation skill.',
    affectedArea: 'reliability',
    supportingEvidence: [`${occurrences} occurrences in sessions: ${sessions}`],
  });
}

function textOfName({ value, path }: Named): string {
  return typeof value === 'string' ? value : badField(path, value, 'a text');
}

function optimiseTool({ occurrences, totalTimeHours, description }: SeedPattern): SeedProposal {
  return propose(totalTimeHours, 3, {
    title: `Optimize slow tool: ${firstCharacters(description, 60)}`,
    problem: `Tool has ${occurrences} calls with high latency, wasting ~${fixed1(totalTimeHours)} hours total.`,
    proposedSolution: 'Profile the tool, add caching, or replace with a faster alternative.',
    affectedArea: 'performance',
    supportingEvidence: [`${occurrences} slow calls detected`],
  });
}

function reduceRetries({ occurrences, totalTimeHours, description }: SeedPattern): SeedProposal {
  return propose(totalTimeHours, 2, {
    title: `Reduce retries for tool '${firstCharacters(description, 50)}'`,
    problem: `Tool had ${occurrences} retry sequences, wasting ~${fixed1(totalTimeHours)} hours.`,
    proposedSolution: 'Add input validation, pre-flight checks, or automatic retry with backoff.',
    affectedArea: 'reliability',
    supportingEvidence: [`${occurrences} retry sequences detected`],
  });
}

function automate(sessions: readonly SeedPattern[]): SeedProposal {
  const hours = sessions.reduce((sum, { totalTimeHours }) => sum + totalTimeHours, 0);
  return propose(hours, sessions.length * 2, {
    title: `Automate ${sessions.length} manual processes`,
    problem: `${sessions.length} sessions had long manual tool sequences, wasting ~${fixed1(hours)} hours.`,
    proposedSolution:
      'Create composite skills or scripts that combine the repeated tool sequences into single operations.',
    affectedArea: 'automation',
    supportingEvidence: [`${sessions.length} manual sessions detected`],
  });
}
