import type { CommandContext } from './command.ts';

/** `12 of 340 sessions, 4.1 a second, 80 s left`; silent when stderr is no terminal. */
export function openSessionProgress(ctx: CommandContext): (done: number, total: number) => void {
  const startMs = performance.now();
  let shownMs = 0;
  return (done, total) => {
    const nowMs = performance.now();
    if (nowMs - shownMs < 100 && done < total) return;
    shownMs = nowMs;
    const perSecond = done / Math.max(0.001, (nowMs - startMs) / 1000);
    const left = Math.round((total - done) / Math.max(0.001, perSecond));
    ctx.progress(`${done} of ${total} sessions, ${perSecond.toFixed(1)} a second, ${left} s left`);
  };
}
