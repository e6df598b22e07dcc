import { describe, expect, it } from 'vitest';
import { asEvent } from '../../../src/base/event-shape.ts';
import { eventTypes } from '../../../src/base/events.ts';
import { profileSession } from '../../../src/outcomes/profile-session.ts';
import { observeTasks } from '../../../src/outcomes/tasks/observe-tasks.ts';
import { recordVerification } from '../../../src/outcomes/tasks/record-verification.ts';
import { readForTasks } from '../../../src/outcomes/tasks/split-tasks.ts';
import { exposed, harvested, observed, timeOf } from '../metrics/events.ts';
import { sessionOf } from '../outcomes/sessions.ts';

const failed = sessionOf([{ runs: 'deploy', gives: 'fatal: the area is locked', exitCode: 1 }]);
const committed = sessionOf([
  { user: 'Mend the parser' },
  { tool: 'Edit', input: { file_path: 'a.ts', old_string: 'a', new_string: 'b' } },
  { runs: 'npx vitest run', gives: ' Tests  3 passed (3)' },
  { runs: 'git commit -am x', gives: '[main 1a2b3c4] x\n 1 file changed, 1 insertion(+), 1 deletion(-)' },
]);
const around = { repo: 'acme/app', commits: null, redact: String, now: timeOf(0), isLive: false };
const samples = [
  observed('s1', { errorFingerprints: { k: 2 }, usedFacts: [{ id: 'f', how: 'path' }] }),
  exposed('s1', ['f', '-g']),
  harvested('s1', { factErrors: { f: ['k'] } }),
  {
    v: 1,
    id: 'r',
    at: timeOf(0),
    type: 'fact.reviewed',
    factId: 'f',
    action: 'accept',
    by: 'me',
    reason: null,
  },
  { v: 1, id: 'p', at: timeOf(0), type: 'session.purged', session: 'a/b', by: 'me', reason: null },
  { v: 1, id: 'q', ...profileSession(failed, { redact: (text) => text, now: timeOf(0) }) },
  { v: 1, id: 't', ...observeTasks(committed, readForTasks(committed), around)[0] },
  { v: 1, id: 'v', ...recordVerification(committed, readForTasks(committed), around) },
] as const;

describe('asEvent', () => {
  it('takes every type of event, as JSON gives it back', () => {
    expect(new Set(samples.map((sample) => sample.type))).toEqual(new Set(eventTypes));
    for (const sample of samples) expect(asEvent(JSON.parse(JSON.stringify(sample)))).toEqual(sample);
  });
  it('refuses a row in which a field a reader relies on is missing or of another kind', () => {
    for (const sample of samples)
      for (const key of Object.keys(sample)) {
        const optional = [
          'reason',
          'branch',
          'agentVersion',
          'channel',
          'storeCommit',
          'selector',
          'budgetTokens',
          'packetTokens',
          'leftOut',
        ];
        if (optional.includes(key)) continue;
        if (sample.type === 'context.exposed' && key === 'session') continue;
        if (sample.type === 'session.harvested' && key === 'repo') continue;
        expect([sample.type, key, asEvent({ ...sample, [key]: { odd: Symbol.iterator } })]).toEqual([
          sample.type,
          key,
          undefined,
        ]);
      }
  });
  it('refuses what is no event at all', () => {
    for (const odd of [
      null,
      1,
      'x',
      [],
      {},
      { v: 2 },
      { ...samples[0], v: 2 },
      { ...samples[0], type: 'constructor' },
      { ...samples[0], at: 'yesterday' },
      { ...samples[0], activeMs: Number.NaN },
      { ...samples[0], errorFingerprints: { k: 'many' } },
      { ...samples[1], would: [{ id: 'f', rank: 1, held: 'no', q: 0.9 }] },
      { ...samples[1], would: [{ id: 'f', rank: 1, held: true, q: 9 }] },
    ])
      expect(asEvent(odd)).toBeUndefined();
  });
});
