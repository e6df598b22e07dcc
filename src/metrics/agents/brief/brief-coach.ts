import { dayMs } from '../../../base/calendar.ts';
import type { AgentAnalysis } from '../../optimizer/analyse-agent.ts';
import type { LedgerEntry } from '../../optimizer/ledger.ts';
import type { RecommendationStatus } from '../../optimizer/recommendation.ts';

/** What the optimizer knows of an agent. */
export interface CoachMaterial {
  analysis: AgentAnalysis;
  /** Its recommendations for this agent, those it would give now among them. */
  entries: readonly LedgerEntry[];
  /** UTC day. */
  today: string;
}

/** Days a verdict of the data is worth telling. */
const verdictDays = 60;
const verdicts: Partial<Record<RecommendationStatus, string>> = {
  helped: 'helped',
  no_change: 'changed nothing that can be seen',
  worse: 'made it worse',
};

/**
 * What the optimizer says of an agent's executions, for its coach: how many are missing before it says anything, each
 * recommendation that is open with what it rests on, and what the data said lately of earlier ones. Sentences, not safe
 * to show as they are: metric and error names come from records.
 */
export function coachNotes({ analysis, entries, today }: CoachMaterial): string[] {
  const { status, min, missing, window } = analysis;
  const waiting =
    status === 'insufficient_data'
      ? [
          `No new recommendation yet: ${min - missing} of ${min} executions of one version and model since ${window.from}; ${missing} more ${missing === 1 ? 'is' : 'are'} needed.`,
        ]
      : [];
  const open = entries.filter(({ isOpen }) => isOpen).map((entry) => openNote(entry, today));
  return [...open, ...entries.flatMap((entry) => verdictNote(entry, today)), ...waiting];
}

function openNote({ recommendation, status, checkDate }: LedgerEntry, today: string): string {
  const { id, at, sentence, action, expected, confidence, sessions } = recommendation;
  const day = at.slice(0, 10);
  const state = day === today ? 'new' : `${status} since ${day}`;
  return [
    `Recommendation ${id} (${state}${checkDate === null ? '' : `, looked at again on ${checkDate}`}):`,
    ended(sentence),
    ended(action),
    ...(expected === '' ? [] : [`Expected: ${ended(expected)}`]),
    ...(confidence === null
      ? []
      : [`Confidence ${confidence > 0.99 ? 'above 0.99' : confidence.toFixed(2)}.`]),
    // Most actions name their sessions.
    ...(sessions.length === 0 || action.includes(sessions[0] as string)
      ? []
      : [`Sessions: ${sessions.slice(0, 3).join(', ')}.`]),
  ].join(' ');
}

function verdictNote({ recommendation, status, isOpen, history }: LedgerEntry, today: string): string[] {
  const said = verdicts[status];
  const last = history.at(-1);
  if (isOpen || said === undefined || !last) return [];
  const ageDays = (Date.parse(today) - Date.parse(last.at.slice(0, 10))) / dayMs;
  if (ageDays > verdictDays) return [];
  return [`Recommendation ${recommendation.id} ${said} (${last.at.slice(0, 10)}): ${ended(last.reason)}`];
}

const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
