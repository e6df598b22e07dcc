import pc from 'picocolors';
import { terminalSafe } from '../base/text.ts';
import type { State } from '../flows/doctor/finding.ts';
import type { Examination } from '../flows/doctor.ts';

const words: Record<State, string> = {
  ok: 'ok',
  off: 'off',
  not_built: 'not built',
  stale: 'stale',
  broken: 'broken',
};
const marks: Record<State, string> = { ok: '✔', off: '○', not_built: '○', stale: '!', broken: '✘' };

/** What was looked at, one line a part, with the fix below the parts that want one, and a closing count. */
export function renderDoctor({ checks, count }: Examination, style: { color: boolean }): string {
  const { bold, green, dim, yellow, red } = pc.createColors(style.color);
  const paint: Record<State, (text: string) => string> = {
    ok: green,
    off: dim,
    not_built: dim,
    stale: yellow,
    broken: red,
  };
  const left = Math.max(...checks.map((check) => check.title.length)) + 2;
  const lines = checks.flatMap(({ state, title, detail, fix }) => {
    const word = state === 'ok' ? '' : `${words[state]}: `;
    const line = `${paint[state](marks[state])} ${title.padEnd(left)}${paint[state](word)}${terminalSafe(detail)}`;
    return fix ? [line, `${' '.repeat(left + 2)}${dim('→')} ${terminalSafe(fix)}`] : [line];
  });
  const tally = (Object.keys(words) as State[])
    .filter((state) => count[state] > 0)
    .map((state) => `${count[state]} ${words[state]}`);
  return [...lines, '', bold(tally.join(', '))].join('\n');
}
