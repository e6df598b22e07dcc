import { sha256Hex } from '../../base/text.ts';
import { seededChance } from './seeded-chance.ts';

/** How a made-up session ends. */
export type SessionEnd = 'green' | 'red' | 'deletes_test';

/** One made-up session of the pilot, before it becomes a transcript. */
export interface PlannedSession {
  id: string;
  number: number;
  startMs: number;
  task: PilotTask;
  end: SessionEnd;
  /** Tests of the suite before it, and those it adds. */
  testsBefore: number;
  testsAdded: number;
  /** Tries before the new test is green. */
  tries: number;
  /** The database is not up when the suite is first run: a failure that comes back from session to session. */
  databaseDown: boolean;
}

/** What a person asks for. */
export interface PilotTask {
  ask: string;
  module: string;
  subject: string;
}

const tasks: [PilotTask, ...PilotTask[]] = [
  {
    ask: 'Refunds must not exceed what was paid. Test first.',
    module: 'refund',
    subject: 'cap refunds at the paid amount',
  },
  {
    ask: 'Round invoice lines to whole cents before adding them up.',
    module: 'invoice',
    subject: 'round lines before the sum',
  },
  {
    ask: 'An expired voucher must be refused with its date in the message.',
    module: 'voucher',
    subject: 'refuse expired vouchers',
  },
  {
    ask: 'Two payments with the same reference are one payment.',
    module: 'payment',
    subject: 'take a repeated reference once',
  },
  {
    ask: 'Show the balance of a closed account as zero, not as missing.',
    module: 'account',
    subject: 'closed accounts have a balance of zero',
  },
  {
    ask: 'Booking dates in the future must be rejected.',
    module: 'booking',
    subject: 'reject bookings in the future',
  },
  {
    ask: 'The statement must list fees after the bookings of the same day.',
    module: 'statement',
    subject: 'fees stand after bookings of a day',
  },
];

/** Chance of a session to end with the suite red, and of one that meets the database switched off. */
const redShare = 0.6;
const downShare = 0.7;
const dayMs = 86_400_000;

/**
 * `n` sessions of one agent on working days before `now`, decided by the seed. The weaknesses are planted: more than half
 * of the sessions leave a test of the calendar red, most meet a database that is down, and of four or more one makes
 * its suite green by deleting the failing test.
 */
export function planSessions(n: number, seed: number, now: Date): PlannedSession[] {
  const chance = seededChance(seed);
  const deleting = n >= 4 ? chance.between(Math.floor(n / 2), n - 2) : -1;
  // At most four weeks, so that the optimizer's window of 30 days holds all of them.
  const stepMs = Math.min(dayMs, (28 * dayMs) / n);
  const planned: PlannedSession[] = [];
  let tests = 40;
  for (let at = 0; at < n; at++) {
    const roll = chance.next();
    const end: SessionEnd = at === deleting ? 'deletes_test' : roll < redShare ? 'red' : 'green';
    const testsAdded = end === 'deletes_test' ? 0 : chance.between(1, 3);
    planned.push({
      id: sessionId(seed, at),
      number: at + 1,
      startMs: now.getTime() - Math.round((n - at) * stepMs) + chance.between(0, 1800) * 1000,
      task: tasks[at % tasks.length] ?? tasks[0],
      end,
      testsBefore: tests,
      testsAdded,
      tries: chance.between(1, 3),
      databaseDown: chance.next() < downShare,
    });
    tests += end === 'deletes_test' ? -1 : testsAdded;
  }
  return planned;
}

/** A UUID that the seed gives. */
function sessionId(seed: number, at: number): string {
  const hex = sha256Hex(`pilot ${seed} ${at}`);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
