import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePythonJson } from '../../../../src/proposals/compat/python-json.ts';
import { fixed0, fixed1, floatText, round1 } from '../../../../src/proposals/compat/python-number.ts';
import { seedErrorKey } from '../../../../src/proposals/compat/seed-error-key.ts';
import { seedJson } from '../../../../src/proposals/compat/seed-json.ts';
import { seedMarkdown } from '../../../../src/proposals/compat/seed-markdown.ts';
import { seedProposals } from '../../../../src/proposals/compat/seed-proposals.ts';

const oracle = new URL('../../../../../shared/oracle/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, oracle), 'utf8');

interface Case {
  name: string;
  args: string[];
  exit_code: number;
  crash: boolean;
}

const time = new Date('2026-11-20T09:00:00.120Z');
const withoutTime = (page: string) => page.replace(/^Generated: .*$/m, 'Generated: then');

/** The seed's own outputs, where the corpus is beside the project. */
if (!existsSync(oracle)) console.warn('skipped: ../shared/oracle is not here');

describe.skipIf(!existsSync(oracle))('the seed’s recorded outputs', () => {
  const cases: Case[] = existsSync(oracle) ? JSON.parse(read('cases/manifest.json')).cases : [];

  it.each(cases.filter(({ crash }) => !crash))('$name', ({ name, args, exit_code }) => {
    const thresholdHours = args[0] === '--threshold' ? Number(args[1]) : 2;
    const report = seedProposals(parsePythonJson(read(`cases/${name}.input.json`)), { thresholdHours });
    expect(report === undefined ? 1 : 0).toBe(exit_code);
    if (!report) return;
    const json = read(`cases/${name}.oracle.json`).replace(/: Infinity/g, ': null');
    expect(`${seedJson(report.proposals)}\n`).toBe(json);
    expect(withoutTime(`${seedMarkdown(report, time)}\n`)).toBe(withoutTime(read(`cases/${name}.oracle.md`)));
  });

  it.each(cases.filter(({ crash }) => crash))('$name ends politely', ({ name }) => {
    expect(() =>
      seedProposals(parsePythonJson(read(`cases/${name}.input.json`)), { thresholdHours: 2 }),
    ).toThrow(expect.objectContaining({ name: 'KaizenError', exitCode: 2 }));
  });

  it('normalises errors like the seed', () => {
    const vectors: { in: string; out: string }[] = JSON.parse(read('vectors/normalize_error.json'));
    expect(vectors.length).toBeGreaterThan(100);
    for (const vector of vectors) expect(seedErrorKey(vector.in)).toBe(vector.out);
  });

  it('prints and rounds numbers like Python', () => {
    const vectors: { x: number; round1: number; repr_round1: string; f1: string; f0: string }[] = JSON.parse(
      read('vectors/number_format.json'),
    );
    expect(vectors.length).toBeGreaterThan(100);
    for (const { x, ...want } of vectors)
      expect({
        round1: round1(x),
        repr_round1: floatText(round1(x)),
        f1: fixed1(x),
        f0: fixed0(x),
      }).toStrictEqual(want);
  });
});
