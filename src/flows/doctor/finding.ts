/** How a part is: working, switched off, not made yet, made from older input, or not usable. */
export type State = 'ok' | 'off' | 'not_built' | 'stale' | 'broken';

/** What looking at one part found. `fix` says what to do; null where nothing needs doing. */
export interface Finding {
  state: State;
  detail: string;
  fix: string | null;
}

/** The part works. */
export function ok(detail: string): Finding {
  return { state: 'ok', detail, fix: null };
}
