import type { SessionMeta } from './event.ts';
import { asText } from './json-shape.ts';

/** Remembers what a file said of its session, so that only news are told. */
export class MetaTracker {
  readonly known: SessionMeta = {};

  /** The members that are new; undefined when none is. Anything but a non-empty string is passed over. */
  news(members: Partial<Record<keyof SessionMeta, unknown>>): SessionMeta | undefined {
    let news: SessionMeta | undefined;
    for (const key of Object.keys(members) as (keyof SessionMeta)[]) {
      const value = asText(members[key]);
      if (value === undefined || this.known[key] === value) continue;
      this.known[key] = value;
      news ??= {};
      news[key] = value;
    }
    return news;
  }
}
