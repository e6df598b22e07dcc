import { type ProfileDraft, profileSession } from '../../src/outcomes/profile-session.ts';
import { profilesOf, type WorkProfile } from '../../src/proposals/work-profile.ts';
import { SessionBuilder } from '../../src/sessions/build-session.ts';
import type { TranscriptEvent } from '../../src/transcripts/event.ts';
import { randomFrom } from './simulate-fleet.ts';

/** One kind of waste planted in a fleet, and where it shows among the proposals. */
export interface Plant {
  name: string;
  /** Titles of the proposals that are about it. */
  matches: RegExp;
  kind: 'error' | 'retry' | 'poll' | 'slow' | 'routine';
  /** Chance that a session shows it. */
  chance: number;
  /** Median seconds of one occurrence. */
  seconds: number;
}

/** A simulated fleet: what it looks like, and the hours that were planted. */
export interface WastedFleet {
  profiles: WorkProfile[];
  /** Hours that each plant really cost. */
  planted: Map<Plant, number>;
}

/** The waste planted by default: from minutes to tens of hours in twelve weeks. */
export const usualPlants: readonly Plant[] = [
  { name: 'locked database', matches: /database .*is locked/, kind: 'error', chance: 0.3, seconds: 420 },
  { name: 'missing program', matches: /protoc is called/, kind: 'error', chance: 0.22, seconds: 300 },
  { name: 'stale client', matches: /generated client is stale/, kind: 'error', chance: 0.12, seconds: 240 },
  { name: 'no such host', matches: /resolve host/, kind: 'error', chance: 0.05, seconds: 180 },
  {
    name: 'flaky test',
    matches: /worker exited|pnpm test is tried again/,
    kind: 'retry',
    chance: 0.25,
    seconds: 200,
  },
  { name: 'slow deploy', matches: /deploy\.sh is usually fast/, kind: 'slow', chance: 0.5, seconds: 240 },
  {
    name: 'polling',
    matches: /asking again and again: gh run view/,
    kind: 'poll',
    chance: 0.2,
    seconds: 260,
  },
  { name: 'release by hand', matches: /npm version, npm pack/, kind: 'routine', chance: 0.35, seconds: 30 },
];

const repos = ['acme/shop', 'acme/api', 'acme/site'];
const files = ['src/cart.ts', 'src/price.ts', 'src/tax.ts', 'README.md', 'src/user.ts', 'test/cart.test.ts'];
const releaseSteps = [
  'npm version patch',
  'npm pack',
  'rclone copy out remote',
  'terraform apply',
  'slackcat -c releases',
];

interface WasteTruth {
  sessions: number;
  seed: number;
  plants?: readonly Plant[];
}

/** Sessions over twelve weeks; every random number comes from the seed. Without plants the fleet is clean. */
export function simulateWaste(truth: WasteTruth): WastedFleet {
  const { rows, planted } = wasteRows(truth);
  return { profiles: profilesOf(rows), planted };
}

/** The same as harvest would write them. */
export function wasteRows(options: WasteTruth): Pick<WastedFleet, 'planted'> & { rows: ProfileDraft[] } {
  const { sessions, seed, plants = [] } = options;
  const random = randomFrom(seed);
  const planted = new Map(plants.map((plant) => [plant, 0]));
  const rows = Array.from({ length: sessions }, (_, index) => {
    const startMs = Date.UTC(2026, 2, 2) + (index * 84 * 86_400_000) / sessions;
    const session = new SimulatedSession(random, startMs, `${seed}-${index}`, repos[index % 3] as string);
    session.work();
    for (const plant of plants) {
      if (plant.kind === 'slow') session.deploys(plant, planted);
      else if (random() < plant.chance) add(planted, plant, session.waste(plant));
      if (random() < 0.4) session.work();
    }
    session.noise();
    session.work();
    return session.profile();
  });
  return { rows, planted };
}

function add(planted: Map<Plant, number>, plant: Plant, ms: number): void {
  planted.set(plant, (planted.get(plant) ?? 0) + ms / 3_600_000);
}

/** Writes a transcript step by step, with times as agents have them. */
class SimulatedSession {
  private readonly random: () => number;
  private readonly id: string;
  private readonly builder = new SessionBuilder({ keep: true });
  private nowMs: number;
  private line = 0;

  constructor(random: () => number, startMs: number, id: string, repo: string) {
    this.random = random;
    this.nowMs = startMs;
    this.id = id;
    this.event({ kind: 'meta', meta: { sessionId: id, repoUrl: `https://github.com/${repo}.git` } });
    this.says('please go on');
  }

  /** A log-normal length around a median, in milliseconds. */
  private around(seconds: number, sd = 0.4): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random());
    return Math.round(1000 * seconds * Math.exp(sd * normal));
  }

  private event(event: Record<string, unknown> & { kind: string }): void {
    this.line += 1;
    const at = new Date(this.nowMs).toISOString();
    this.builder.add({ src: { file: 's', line: this.line }, at, side: false, ...event } as TranscriptEvent);
  }

  /** A person types: until then time stands still. */
  private says(text: string): void {
    this.nowMs += this.around(300, 1);
    this.event({ kind: 'user', text, origin: 'typed', uuid: null });
  }

  private call(
    tool: string,
    input: Record<string, unknown>,
    seconds: number,
    fails?: string,
    thinkSeconds = 8,
    mostMs = Number.POSITIVE_INFINITY,
  ): number {
    this.nowMs += this.around(thinkSeconds);
    const id = `c${this.line}`;
    this.event({ kind: 'call', id, tool, input });
    // Tests and builds spread more than other calls: now one file, now all.
    const spread = tool === 'Bash' && /test|build/.test(String(input.command)) ? 0.8 : 0.4;
    const took = Math.min(this.around(seconds, spread), mostMs);
    this.nowMs += took;
    this.event({
      kind: 'result',
      id,
      text: fails ?? 'ok',
      isError: fails !== undefined,
      exitCode: tool === 'Bash' ? (fails === undefined ? 0 : 1) : null,
      durationMs: took,
      denied: null,
      deniedSaid: null,
      collateral: false,
    });
    return took;
  }

  private runs(
    command: string,
    seconds: number,
    fails?: string,
    thinkSeconds?: number,
    mostMs?: number,
  ): number {
    return this.call('Bash', { command }, seconds, fails, thinkSeconds, mostMs);
  }

  private pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }

  /** Ordinary work: looking, changing, a red test that a change turns green, a commit. */
  work(): void {
    const rounds = 1 + Math.floor(this.random() * 3);
    for (let round = 0; round < rounds; round += 1) {
      for (let n = Math.floor(this.random() * 4); n >= 0; n -= 1)
        this.random() < 0.5
          ? this.call('Read', { file_path: this.pick(files) }, 0.1)
          : this.runs(`rg -n word${Math.floor(this.random() * 50)} src`, 0.3);
      this.call('Edit', { file_path: this.pick(files), old_string: 'a', new_string: 'b' }, 0.2);
      if (this.random() < 0.4) {
        this.runs('pnpm test', 12, `FAIL cart > adds item ${this.line}\nAssertionError: expected 1 to be 2`);
        this.call('Edit', { file_path: this.pick(files), old_string: 'a', new_string: 'b' }, 0.2);
      }
      this.runs('pnpm test', 12);
      if (this.random() < 0.5) this.runs('git add -A && git commit -m "work"', 3);
      if (this.random() < 0.2) this.says('and the next thing');
    }
  }

  /** Failures that are nobody's pattern, with words of their own, and small ones that everybody has and gets over. */
  noise(): void {
    if (this.random() < 0.4) {
      const path = `docs/part${Math.floor(this.random() * 90)}`;
      this.runs(`ls ${path}`, 0.1, `ls: cannot access '${path}': No such file or directory`);
      this.runs('ls docs', 0.1);
    }
    if (this.random() < 0.3)
      this.call(
        'Edit',
        { file_path: 'src/cart.ts', old_string: 'x', new_string: 'y' },
        0.1,
        'String to replace not found in file.',
      );
    if (this.random() < 0.3)
      this.runs(
        `tool${this.id}`,
        2,
        `fatal: ${[0, 1, 2, 3].map(() => wordOf(this.random)).join(' ')} refused`,
      );
  }

  /** One occurrence of a plant; gives what it cost in milliseconds. */
  waste(plant: Plant): number {
    switch (plant.kind) {
      case 'error':
        return this.recoveredError(plant);
      case 'retry':
        return this.flakyTest(plant.seconds);
      case 'poll':
        return this.poll(plant.seconds);
      case 'routine':
        return this.release(plant.seconds);
      case 'slow':
        return 0;
    }
  }

  private recoveredError(plant: Plant): number {
    const n = Math.floor(this.random() * 9000);
    const [command, message] = {
      'locked database': [
        `migrate up --step ${n}`,
        `error: database "shop_${n}" is locked by process ${n} since 2026-03-0${1 + (n % 9)}T10:00:0${n % 10}Z`,
      ],
      'missing program': [`protoc --out gen/${n}`, 'bash: line 1: protoc: command not found'],
      'stale client': [
        `openapi check --port ${n}`,
        `Error: the generated client is stale (schema ${n.toString(16)}abc${n})`,
      ],
      'no such host': [
        `curl-sync --job ${n}`,
        `fatal: could not resolve host: cache-${n}.internal.example for job ${n}`,
      ],
    }[plant.name] as [string, string];
    const failed = this.runs(command, 4, message);
    const began = this.nowMs;
    const until = this.around(plant.seconds, 0.6);
    let waited = 0;
    while (this.nowMs - began - waited < until) {
      // Now and then a person has to be asked: that is no work, and not planted.
      if (this.random() < 0.1) {
        const before = this.nowMs;
        this.says('try again');
        waited += this.nowMs - before;
      }
      this.runs(
        `cat logs/part${Math.floor(this.random() * 90)}.log`,
        1,
        undefined,
        Math.min(60, until / 4000),
      );
    }
    this.runs(command, 4);
    return failed + this.nowMs - began - waited;
  }

  private flakyTest(seconds: number): number {
    const command = `pnpm test --grep "payment ${this.line}"`;
    this.runs(command, 12, '');
    const began = this.nowMs;
    const tries = 2 + Math.floor(this.random() * 2);
    for (let n = 1; n < tries; n += 1) this.runs(command, seconds / tries, 'worker exited');
    this.runs(command, seconds / tries);
    return this.nowMs - began;
  }

  /** Deploys are fast as a rule; some hang. Charged is what is above the usual 3 seconds. */
  deploys(plant: Plant, planted: Map<Plant, number>): void {
    const count = 1 + Math.floor(this.random() * 2);
    for (let n = 0; n < count; n += 1) {
      const hangs = this.random() < plant.chance * 0.2;
      // Agents stop a command after ten minutes; none of them hangs longer.
      const took = this.runs('./scripts/deploy.sh staging', hangs ? plant.seconds : 3, undefined, 8, 590_000);
      if (hangs) add(planted, plant, Math.max(0, took - 3000));
    }
  }

  private poll(seconds: number): number {
    const run = 1000 + Math.floor(this.random() * 900);
    const looks = 4 + Math.floor(this.random() * 4);
    this.runs(`gh run view ${run}`, 1);
    const began = this.nowMs;
    let first = 0;
    for (let n = 1; n < looks; n += 1) {
      const took = this.runs(`sleep 20; gh run view ${run}`, seconds / looks);
      if (n === 1) first = took;
    }
    return this.nowMs - began + (first > 0 ? 1000 : 0);
  }

  private release(seconds: number): number {
    let gaps = 0;
    releaseSteps.forEach((step, index) => {
      const before = this.nowMs;
      const took = this.runs(step, 5, undefined, seconds);
      if (index > 0) gaps += this.nowMs - before - took;
    });
    return gaps;
  }

  profile(): ProfileDraft {
    const session = this.builder.finish({
      agent: 'claude-code',
      file: 's',
      bytes: this.line,
      lines: this.line,
      skipped: [],
      contentSha256: this.id,
      fallbackId: this.id,
      isTorn: false,
    });
    return profileSession(session, { redact: (text) => text, now: '2026-06-01T00:00:00Z' });
  }
}

const syllables = 'ba ke ri to mu sa ne lo vi du fa ge hi jo ku pe'.split(' ');
function wordOf(random: () => number): string {
  return [0, 1, 2].map(() => syllables[Math.floor(random() * syllables.length)]).join('');
}
