import { makeProposals } from '../../../src/proposals/make-proposals.ts';
import { type ObservedSpan, observedSpan } from '../../../src/proposals/observed-span.ts';
import type { Proposal } from '../../../src/proposals/proposal.ts';
import type { ProfileError, WorkProfile } from '../../../src/proposals/work-profile.ts';

/** Settings of every test that does not care. */
export const settings = { hourlyRate: 50, currency: 'EUR', horizonWeeks: 12 };

/** `[shape, start s, took s, outcome]` of a call. */
type Call = [shape: string, start: number, took: number | null, outcome?: string];

/** A profile by hand: seconds instead of milliseconds, shapes by name. Session n begins n days after 2 March 2026. */
export function profileOf(
  n: number,
  part: {
    calls?: Call[];
    errors?: {
      template: string;
      at: number;
      took?: number | null;
      green?: number | null;
      shape?: string;
      how?: 'same' | 'other' | 'check';
      edited?: boolean;
      did?: string;
      fix?: string;
      basis?: 'assumed';
    }[];
    runs?: {
      shape: string;
      kind?: 'retry' | 'poll';
      start: number;
      length: number;
      tries?: number;
      ok?: boolean;
    }[];
    repo?: string | null;
    began?: number | null;
    active?: number;
  },
): WorkProfile {
  const shapes: string[] = [];
  const shapeOf = (name: string) => {
    if (!shapes.includes(name)) shapes.push(name);
    return shapes.indexOf(name);
  };
  const templates: Record<string, string> = {};
  const calls = part.calls ?? [];
  return {
    session: `claude-code/s${String(n).padStart(7, '0')}`,
    repo: part.repo === undefined ? 'acme/app' : part.repo,
    clock: 'transcript',
    beganMs: part.began === undefined ? Date.UTC(2026, 2, 2 + n) : part.began,
    activeMs: (part.active ?? 3600) * 1000,
    calls: {
      shape: calls.map(([shape]) => shapeOf(shape)),
      startMs: calls.map(([, start]) => start * 1000),
      tookMs: calls.map(([, , took]) => (took === null ? null : took * 1000)),
      line: calls.map((_, index) => index + 1),
      outcome: calls.map(([, , , outcome]) => outcome ?? '.').join(''),
    },
    errors: (part.errors ?? []).map((error, index): ProfileError => {
      const key = `k${error.template.replace(/[^a-z]/gi, '').slice(0, 30)}`;
      templates[key] = error.template;
      const greenMs = error.green === undefined ? 60_000 : error.green === null ? null : error.green * 1000;
      return {
        line: 10 * (index + 1),
        shape: shapeOf(error.shape ?? '$ deploy'),
        atMs: error.at * 1000,
        key,
        tookMs: error.took === undefined ? 0 : error.took === null ? null : error.took * 1000,
        greenMs,
        green: greenMs === null ? null : (error.how ?? 'same'),
        edited: error.edited ?? false,
        did: error.did ?? null,
        fix: error.fix ?? null,
        basis: error.basis ?? 'measured',
      };
    }),
    templates,
    runs: (part.runs ?? []).map((run) => ({
      line: 5,
      shape: shapeOf(run.shape),
      kind: run.kind ?? 'retry',
      startMs: run.start * 1000,
      lengthMs: run.length * 1000,
      tries: run.tries ?? 2,
      ok: run.ok ?? true,
      key: null,
      did: null,
    })),
    shapes,
    cut: { calls: 0, errors: 0, runs: 0 },
  };
}

/** A fleet in which `template` costs so many hours in each of so many sessions, two a day. */
export function costlyFleet(
  template: string,
  sessions: number,
  hours: number,
  options: { from?: number; others?: number } = {},
): WorkProfile[] {
  const from = options.from ?? 0;
  return [
    ...Array.from({ length: sessions }, (_, index) =>
      profileOf(from + index, { errors: [{ template, at: 100, green: hours * 3600 }], active: 7200 }),
    ),
    ...Array.from({ length: options.others ?? sessions }, (_, index) =>
      profileOf(from + (index * sessions) / (options.others ?? sessions), {
        calls: [['$ npm test', 0, 10, 'g']],
      }),
    ),
  ];
}

/** The proposals of profiles with the span they were seen in. */
export function proposalsIn(profiles: readonly WorkProfile[]): { proposals: Proposal[]; span: ObservedSpan } {
  const span = observedSpan(profiles);
  return { proposals: makeProposals(profiles, span, settings), span };
}
