import { timeMs } from '../transcripts/json-shape.ts';

/** Longest gap between two events that still counts as work: beyond it somebody was away. */
export const activeGapMs = 5 * 60_000;

/** When a session ran, and how long somebody or something was at work in it. */
export class ActivityClock {
  firstAt: string | null = null;
  lastAt: string | null = null;
  private firstMs = Number.POSITIVE_INFINITY;
  private lastMs = Number.NEGATIVE_INFINITY;
  private previousAt = '';
  private previousMs: number | null = null;
  private summedMs = 0;

  /** Takes the time of the next event. What only describes the session may begin it, but is no activity. */
  add(at: string | null, isMeta: boolean) {
    if (at === null || at === this.previousAt) return;
    const ms = timeMs(at) ?? Date.parse(at);
    if (ms < this.firstMs) {
      this.firstMs = ms;
      this.firstAt = at;
    }
    if (isMeta) return;
    this.previousAt = at;
    if (ms > this.lastMs) {
      this.lastMs = ms;
      this.lastAt = at;
    }
    // A prompt is told where it reached the agent, under the earlier time it was typed at: time never runs back.
    if (this.previousMs !== null && ms <= this.previousMs) return;
    if (this.previousMs !== null) this.summedMs += Math.min(ms - this.previousMs, activeGapMs);
    this.previousMs = ms;
  }

  /** Sum of min(gap between events, 5 minutes); null when no event carried a time. */
  get activeMs(): number | null {
    return this.lastAt === null ? null : this.summedMs;
  }

  /** From the first time to the last; null when no event carried one. */
  get wallMs(): number | null {
    return this.lastAt === null ? null : this.lastMs - this.firstMs;
  }
}
