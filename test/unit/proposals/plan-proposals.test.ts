import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/proposals/decide.ts';
import { followUp, realisedShares } from '../../../src/proposals/follow-up.ts';
import { formatProposal } from '../../../src/proposals/format-proposal.ts';
import { makeProposals } from '../../../src/proposals/make-proposals.ts';
import { observedSpan } from '../../../src/proposals/observed-span.ts';
import { parseProposal } from '../../../src/proposals/parse-proposal.ts';
import { planProposals, type StoredProposal } from '../../../src/proposals/plan-proposals.ts';
import type { Proposal } from '../../../src/proposals/proposal.ts';
import type { ProposalRecord } from '../../../src/proposals/proposal-record.ts';
import { notesLine } from '../../../src/proposals/proposal-record.ts';
import { renderProposal } from '../../../src/proposals/render-proposal.ts';
import type { WorkProfile } from '../../../src/proposals/work-profile.ts';
import { costlyFleet, proposalsIn, settings } from './profiles.ts';

const locked = 'fatal: the area is locked';
const plan = (profiles: readonly WorkProfile[], stored: readonly StoredProposal[], asOf = '2026-04-01') => {
  const { proposals, span } = proposalsIn(profiles);
  return planProposals(proposals, stored, span, { ...settings, asOf, thresholdHours: 0.5, isWhole: true });
};
const storedFrom = ({ changes }: ReturnType<typeof plan>): StoredProposal[] =>
  changes.flatMap((change) =>
    change.kind === 'write'
      ? [{ path: change.path, text: change.text, record: parseProposal(change.path, change.text) }]
      : [],
  );
const costly = costlyFleet(locked, 29, 0.4);
const decided = (one: StoredProposal, what: Parameters<typeof decide>[1], reason: string | null = null) => {
  const record = decide(one.record, what, { day: '2026-04-02', by: 'ana', reason });
  return { ...one, record, text: formatProposal(record) };
};
const said = { day: '2026-04-02', by: 'ana', reason: null };

describe('planProposals', () => {
  it('writes a file for what pays, and nothing the second time', () => {
    const first = plan(costly, []);
    expect(first.changes.map(({ path }) => path)).toEqual([
      expect.stringMatching(/^\.kaizen\/proposals\/[a-z2-7]{10}\.md$/),
    ]);
    expect(plan(costlyFleet(locked, 29, 0.001), []).changes).toEqual([]);
    const again = plan(costly, storedFrom(first), '2026-09-09');
    expect(again.changes).toEqual([]);
    expect(again.steps.map(({ step }) => step)).toEqual(['same']);
  });

  it('updates the file in place, and keeps what people wrote and decided', () => {
    const [one] = storedFrom(plan(costly, []));
    const edited =
      one?.text.replace('owner: ""', 'owner: "Ben"').replace(notesLine, `${notesLine}\n\nAsk Ana.`) ?? '';
    const accepted = decided(
      { path: one?.path ?? '', text: edited, record: parseProposal('x.md', edited) },
      'accept',
    );
    const { changes, steps } = plan(costlyFleet(locked, 29, 0.8), [accepted]);
    expect(steps).toMatchObject([
      { step: 'updated', record: { status: 'accepted', owner: 'Ben', notes: 'Ask Ana.' } },
    ]);
    expect(changes).toMatchObject([{ kind: 'write', path: one?.path, was: accepted.text }]);
    expect(changes[0]).toMatchObject({ text: expect.stringContaining('Ask Ana.') });
  });

  it('knows a pattern by any of its wordings, so that it stays one file as wordings join', () => {
    const [one] = storedFrom(plan(costly, []));
    const before = [...costlyFleet('fatal: the area is shut', 3, 0.4, { from: -3, others: 0 }), ...costly];
    const { steps } = plan(before, one ? [one] : []);
    expect(steps.map(({ step, record }) => [step, record.id])).toEqual([['updated', one?.record.id]]);
  });

  it('keeps a rejected one silent until its cost has doubled', () => {
    const [one] = storedFrom(plan(costly, []));
    const rejected = decided(one as StoredProposal, 'reject', 'goes away by itself');
    expect(plan(costlyFleet(locked, 29, 0.7), [rejected])).toMatchObject({
      changes: [],
      steps: [{ step: 'silent' }],
    });
    const { steps, changes } = plan(costlyFleet(locked, 29, 0.81), [rejected]);
    expect(steps).toMatchObject([
      {
        step: 'reopened',
        record: { status: 'open', reason: expect.stringContaining('goes away by itself') },
      },
    ]);
    expect(changes).toHaveLength(1);
  });

  it('closes one whose evidence is gone, opens it again when it is back, and leaves done ones alone', () => {
    const [one] = storedFrom(plan(costly, []));
    const clean = costlyFleet('other words', 0, 0, { others: 29 }).map((profile, n) => ({
      ...profile,
      beganMs: Date.UTC(2026, 5, 1 + n),
    }));
    const closed = plan(clean, [one as StoredProposal]);
    expect(closed.steps).toMatchObject([{ step: 'closed', record: { status: 'closed' } }]);
    expect(plan(costly, storedFrom(closed)).steps).toMatchObject([
      { step: 'reopened', record: { status: 'open' } },
    ]);
    const done = decided(one as StoredProposal, 'done');
    expect(plan(clean, [done])).toMatchObject({ changes: [], steps: [{ step: 'kept' }] });
    expect(plan(costly, [done])).toMatchObject({ changes: [], steps: [{ step: 'kept' }] });
  });
});

describe('decide', () => {
  const [one] = storedFrom(plan(costly, []));
  const record = one?.record as ProposalRecord;
  it('allows what makes sense and refuses the rest', () => {
    const statuses = ['open', 'accepted', 'done', 'rejected', 'closed'] as const;
    const after = (status: (typeof statuses)[number], what: Parameters<typeof decide>[1]) => {
      try {
        return decide({ ...record, status }, what, said).status;
      } catch {
        return 'refused';
      }
    };
    const table = (['accept', 'done', 'reject', 'reopen'] as const).map((what) =>
      statuses.map((status) => after(status, what)),
    );
    expect(table).toEqual([
      ['accepted', 'accepted', 'refused', 'refused', 'accepted'],
      ['done', 'done', 'done', 'refused', 'done'],
      ['rejected', 'rejected', 'refused', 'rejected', 'rejected'],
      ['open', 'open', 'open', 'open', 'open'],
    ]);
  });
  it('keeps the promise when it is done, and words of people on one line', () => {
    const done = decide(record, 'done', { ...said, reason: 'it is\n# done @everyone, fixes #3' });
    expect(done.reason).toBe('it is # done @ everyone, fixes # 3');
    expect(done.promise).toMatchObject({
      day: '2026-04-02',
      watched: record.watched,
      savingMonth: record.savingMonth,
    });
    expect(decide(done, 'done', said)).toBe(done);
  });
});

describe('followUp', () => {
  const [one] = storedFrom(plan(costlyFleet(locked, 29, 0.4, { others: 29 }), []));
  const done = decide(one?.record as ProposalRecord, 'done', said);
  const later = (hours: number, n = 29) =>
    [...costlyFleet(locked, n, hours, { from: 60, others: n })].sort(
      (a, b) => (a.beganMs ?? 0) - (b.beganMs ?? 0),
    );

  it('says how much is missing while there is too little', () => {
    expect(followUp(done, costly)).toMatchObject({
      verdict: 'not enough data',
      realised: null,
      reason: '0 of 20 sessions that are needed after 2026-04-02',
    });
    // What began on the day itself belongs to neither side.
    expect(followUp(done, costlyFleet(locked, 1, 0, { from: 31, others: 0 }))).toMatchObject({ after: 0 });
    expect(followUp(done, costlyFleet(locked, 1, 0, { from: 32, others: 0 }))).toMatchObject({ after: 1 });
    expect(followUp(one?.record as ProposalRecord, costly)).toBeUndefined();
  });

  it('measures the same pattern again: gone, halved, and as before', () => {
    const gone = followUp(done, later(0));
    // 0.2 h a session before (0.4 h in every second one), 58 sessions in four weeks now.
    expect(gone?.realised).toBeCloseTo(0.2 * (58 / 4) * 4.345, 2);
    expect(gone).toMatchObject({ verdict: 'kept', before: 58, after: 58 });
    expect(gone?.interval?.[0]).toBeGreaterThan(0);
    expect(gone?.share).toBe(1);
    const halved = followUp(done, later(0.2));
    expect(halved?.share).toBeCloseTo(0.5, 3);
    expect(halved?.realised).toBeCloseTo(0.1 * (58 / 4) * 4.345, 2);
    const same = followUp(done, later(0.4));
    expect(same?.realised).toBeCloseTo(0, 2);
    expect(['not kept', 'not enough data']).toContain(same?.verdict);
  });
});

describe('realisedShares', () => {
  it('takes what follow-ups measured for the next price, once there are three of a kind', () => {
    const kept = (share: number | null) => ({ kind: 'error' as const, share });
    expect(realisedShares([kept(0.9), kept(0.5), kept(null)])).toEqual(new Map());
    const shares = realisedShares([kept(0.9), kept(0.5), kept(0.2)]);
    expect(shares).toEqual(new Map([['error', { low: 0.2, mid: 0.5, high: 0.9, n: 3 }]]));
    const span = observedSpan(costly);
    const [proposal] = makeProposals(costly, span, { ...settings, shares });
    expect(proposal?.price).toMatchObject({ share: { low: 0.2, mid: 0.5, high: 0.9 }, shareFrom: 3 });
    expect(renderProposal(proposal as Proposal, settings)).toContain(
      'Measured on 3 finished proposals of the kind',
    );
  });
});

describe('the file of a proposal', () => {
  const [one] = storedFrom(plan(costly, []));
  it('is read back as it was written, whatever words are in it', () => {
    const words = fc
      .string({ unit: 'grapheme', maxLength: 60 })
      .map((text) => text.replace(/\s+/g, ' ').trim());
    fc.assert(
      fc.property(
        words,
        words,
        words,
        fc.constantFrom('open', 'accepted', 'rejected', 'closed'),
        (title, owner, reason, status) => {
          const record = {
            ...(one?.record as ProposalRecord),
            title,
            owner,
            status: status as 'open',
            reason: reason || null,
          };
          const text = formatProposal(record);
          expect(parseProposal('x.md', text)).toEqual(record);
          expect(formatProposal(parseProposal('x.md', text))).toBe(text);
        },
      ),
    );
  });
  it('names the field that is wrong', () => {
    const wrong = (from: string | RegExp, to: string) => () =>
      parseProposal('p.md', one?.text.replace(from, to) ?? '');
    expect(wrong('status: open', 'status: maybe')).toThrow(/p\.md: status must be one of open, accepted/);
    expect(wrong(/effort_hours: .*/, 'effort_hours: "much"')).toThrow(/effort_hours/);
    expect(wrong(/keys: .*/, 'keys: []')).toThrow(/keys/);
    expect(wrong(/id: .*/, 'id: ../../x')).toThrow(/id must be/);
  });
});
