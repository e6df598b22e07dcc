import type { AgentAnalysis } from '../optimizer/analyse-agent.ts';

/**
 * What the optimizer says of an agent's executions, for its coach: each finding with what to do and what it rests on,
 * or how many executions are missing before it says anything. Sentences, not safe to show as they are: metric and
 * error names come from records.
 */
export function coachNotes(analysis: AgentAnalysis): string[] {
  const { status, min, missing, window } = analysis;
  if (status === 'insufficient_data')
    return [
      `No recommendation yet: ${min - missing} of ${min} executions of one version and model since ${window.from}; ${missing} more ${missing === 1 ? 'is' : 'are'} needed.`,
    ];
  return analysis.findings.map(({ sentence, action, expected, chance, sessions }) =>
    [
      `Recommendation: ${ended(sentence)} ${ended(action)}`,
      ...(expected === '' ? [] : [`Expected: ${ended(expected)}`]),
      ...(chance === null ? [] : [`Confidence ${(1 - chance).toFixed(2)}.`]),
      ...(sessions.length === 0 ? [] : [`Sessions: ${sessions.slice(0, 3).join(', ')}.`]),
    ].join(' '),
  );
}

const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
