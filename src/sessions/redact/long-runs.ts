/** A stretch of a text without white space, quotes or brackets. */
export interface LongRun {
  start: number;
  text: string;
}

/** Shorter stretches hold no credential that is recognised by its look alone. */
const longRun = /[A-Za-z0-9_+/=.~$:%-]{16,}/g;

/** The long stretches of a text: everything that is told by its look is looked for in these alone. */
export function longRuns(text: string): LongRun[] {
  const runs: LongRun[] = [];
  longRun.lastIndex = 0;
  for (let hit = longRun.exec(text); hit !== null; hit = longRun.exec(text)) {
    runs.push({ start: hit.index, text: hit[0] });
  }
  return runs;
}
