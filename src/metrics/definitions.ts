/** What a number means, in one sentence a reader can hold us to. */
export interface Definition {
  id: string;
  name: string;
  /** Which direction is good; null when it is only descriptive. */
  better: 'higher' | 'lower' | null;
  text: string;
}

/** Every number of the dashboard by id. A change of meaning gets a new id, so that old snapshots stay comparable. */
export const definitions = {
  sessions: {
    name: 'Sessions',
    better: null,
    text: 'Sessions that started in the window (UTC days). A session observed several times (resumed, captured again) counts once, by its largest transcript.',
  },
  velocity_day: {
    name: 'Velocity per day',
    better: 'higher',
    text: 'Facts now active whose first evidence lies in the window, per day. Interval: Garwood, for the count.',
  },
  velocity_tokens: {
    name: 'Velocity per million tokens',
    better: 'higher',
    text: 'The same facts per million tokens of the window’s sessions (input, output and cache writes; cache reads left out).',
  },
  coverage: {
    name: 'Coverage',
    better: 'higher',
    text: 'Repositories with at least 10 active facts ÷ repositories worked in during the window.',
  },
  hit_rate: {
    name: 'Hit rate',
    better: 'higher',
    text: 'Sessions that used at least one injected fact ÷ sessions with at least one injected fact. Used: its id is cited, or its distinctive command, path or value appears later in what the agent did. Never counted: text repeating the injection, what a person or a tool’s output had named by then, facts newer than the session, facts only this session gave.',
  },
  recurrence: {
    name: 'Recurrence',
    better: 'lower',
    text: 'Share of error events whose fingerprint was seen in an earlier session. Harness noise (edits before reads, refusals, searches that find nothing …) is left out. Interval: Wilson with the effective n of sessions as clusters.',
  },
  recurrence_known: {
    name: 'Recurrence, a fact existed',
    better: 'lower',
    text: 'The part of recurrence for which an active fact on that very error existed before the session’s day.',
  },
  recurrence_unknown: {
    name: 'Recurrence, no fact',
    better: 'lower',
    text: 'The part of recurrence for which no fact existed: what harvest or review has not caught yet.',
  },
  first_try: {
    name: 'First-try success',
    better: 'higher',
    text: 'Sessions whose first verification (tests, build, types, lint) after their first change is green ÷ sessions in which its result is known.',
  },
  completion: {
    name: 'Completion',
    better: 'higher',
    text: 'Sessions that ended by themselves (not aborted, cut off or with a tool pending) and whose last known verification, if any, was not red ÷ sessions with at least one tool call.',
  },
  active_minutes: {
    name: 'Active minutes a session',
    better: 'lower',
    text: 'Median over sessions of the sum of min(gap between events, 5 minutes). Interval: order statistics (binomial).',
  },
  error_rate: {
    name: 'Errors an active hour',
    better: 'lower',
    text: 'Error events (noise left out) ÷ active hours of the window’s sessions. Interval: Garwood for the count, widened by the dispersion between sessions.',
  },
  corrected: {
    name: 'Sessions a person corrected',
    better: 'lower',
    text: 'Sessions with at least one correction, rejection or interruption by a person ÷ sessions with at least one tool call.',
  },
  knowledge_age: {
    name: 'Knowledge age in days',
    better: null,
    text: 'Median days since the active facts were last confirmed.',
  },
  utility: {
    name: 'Utility (hold-out)',
    better: 'higher',
    text: 'P(a fact’s own error occurs | the fact was withheld at random) − P(… | it was shown), over (session, fact) pairs whose fact names an error. Inverse-propensity weighted with past-only adjustment, sessions as clusters; the interval is a 95 % asymptotic confidence sequence (arXiv:2103.06476), valid however often one looks.',
  },
} as const satisfies Record<string, Omit<Definition, 'id'>>;

export type DefinitionId = keyof typeof definitions;

/** Version of all definitions together; snapshots carry it. */
export const definitionsVersion = 1;
