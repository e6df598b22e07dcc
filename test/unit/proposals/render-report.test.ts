import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { describe, expect, it } from 'vitest';
import { explainProposal } from '../../../src/proposals/explain-proposal.ts';
import { makeProposals } from '../../../src/proposals/make-proposals.ts';
import { observedSpan } from '../../../src/proposals/observed-span.ts';
import type { Pattern } from '../../../src/proposals/pattern.ts';
import { formatHours, formatMs, plainWords, readableTemplate } from '../../../src/proposals/plain-words.ts';
import { renderReport } from '../../../src/proposals/render-report.ts';
import { makeReport } from '../../../src/proposals/report.ts';
import { suggestMending } from '../../../src/proposals/suggest-mending.ts';
import { titleOf } from '../../../src/proposals/tell-pattern.ts';
import type { WorkProfile } from '../../../src/proposals/work-profile.ts';
import { profileOf, settings } from './profiles.ts';

interface Node {
  type: string;
  children?: Node[];
}
const flat = (node: Node): Node[] => [node, ...(node.children ?? []).flatMap(flat)];
const kinds = (page: string) =>
  flat(unified().use(remarkParse).use(remarkGfm).parse(page) as Node)
    .map((node) => node.type)
    // As on the dashboard: what looks like an address may become a link to it.
    .filter((type) => type !== 'text' && type !== 'link')
    .sort();

/** A fleet in which every kind of pattern pays, with a text wherever data can stand. */
function pageWith(text: string): string {
  const profiles = Array.from({ length: 20 }, (_, n): WorkProfile => {
    const profile = profileOf(n, {
      repo: text,
      active: 4 * 3600,
      errors: [
        { template: `fatal ${text}`, at: 100, green: 1500, did: text, fix: `fixed ${text}`, how: 'other' },
      ],
      runs: [
        { shape: `$ ${text}`, start: 2000, length: 1500 },
        { shape: `look ${text}`, kind: 'poll', start: 4000, length: 1500 },
      ],
      calls: [[`$ slow ${text}`, 6000, n % 5 === 0 ? 6000 : 1]],
    });
    return { ...profile, session: `agent/${text}` };
  });
  const span = observedSpan(profiles);
  const proposals = makeProposals(profiles, span, {
    ...settings,
    knownFixes: () => [{ id: 'abcdefghij', title: text, status: 'active' }],
  });
  const report = makeReport(
    {
      source: text,
      span,
      settings: { ...settings, thresholdHours: 0 },
      gaps: {
        skipped: [{ path: text, reason: text }],
        skippedCount: 1,
        cutCalls: 1,
        callsWithoutOutcome: 1,
        withoutProfile: 1,
      },
      followUps: [
        {
          id: 'abcdefghij',
          kind: 'error',
          title: text,
          day: '2026-04-01',
          promised: { low: 1, mid: 2, high: 3 },
          before: 30,
          after: 5,
          realised: null,
          interval: null,
          share: null,
          verdict: 'not enough data',
          reason: text,
        },
      ],
    },
    proposals,
    [],
    10,
  );
  expect(proposals.map(({ pattern }) => pattern.kind).sort()).toEqual(['error', 'poll', 'retry', 'slow']);
  const page = renderReport(report, settings);
  const [first] = proposals;
  return `${page}\n${first ? explainProposal(first, profiles, span) : ''}`;
}

const calm = pageWith('harmless words here');
const hostile: Record<string, string> = {
  html: '<img src=x onerror=alert(1)><script>x</script>',
  links: '[a](javascript:alert(1)) <javascript:alert(1)> ![](https://evil.invalid/x) www.evil.invalid',
  table: 'a | b\n|---|\n| injected row | x |',
  fence: '```\n# Heading\n```mermaid\npie',
  heading: '# Verdict\n- [x] done\n> quote',
  terminal: 'ok \u001b[2J\u001b]52;c;eA==\u0007\u009b31m\rfake',
  mention: '@ana closes #12 and fixes acme/app#3 [skip ci] GH-7',
};

describe('the report', () => {
  it.each(Object.entries(hostile))('shows %s from data as text and nothing else', (_, text) => {
    const page = pageWith(text);
    expect(kinds(page)).toEqual(kinds(calm));
    expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    // Nobody is mentioned and nothing is closed, save in code, where no forge looks for it.
    expect(page.replace(/(`+)[^`\n]*\1/g, '')).not.toMatch(/(?<!\w)@ana|#\d|\[skip ci\]|GH-7/);
  });

  it('reads as a note: what would pay first, then each, then what is not worth it', () => {
    const headings = calm
      .split('\n')
      .filter((line) => /^##? /.test(line))
      .slice(0, 7);
    expect(headings[0]).toBe('# Improvement proposals');
    expect(headings).toContain('## What became of what was done');
    expect(calm).toMatch(/\*\*\d proposals? would give back about .* a month\*\*, worth .* EUR of capacity/);
    expect(calm).not.toMatch(/undefined|NaN|Infinity|\bnull\b/);
  });
});

describe('words', () => {
  it('are whole: a title is not cut inside a word', () => {
    const long = `fatal: ${Array.from({ length: 40 }, (_, n) => `word${n}`).join(' ')}`;
    const title = readableTemplate(long);
    expect(title.length).toBeLessThanOrEqual(110);
    expect(long.startsWith(title.slice(0, -1))).toBe(true);
    expect(long[title.length - 1]).toBe(' ');
  });
  it('mention nobody and close nothing', () => {
    expect(plainWords('a@b.c by @ana, fixes #12, GH-3\n[ci skip] ***NO_CI***')).toBe(
      'a@b.c by @ ana, fixes # 12, GH 3 (ci skip) NO_CI',
    );
    expect(readableTemplate('(eval):<n>: command not found: <value>: <path>:<n>')).toBe(
      'command not found: …',
    );
  });
  it('say lengths as people do', () => {
    expect([0, 20, 340, 6400, 31_000, 600_000, 7_200_000].map(formatMs)).toEqual([
      '0 ms',
      '20 ms',
      '340 ms',
      '6.4 s',
      '31 s',
      '10 min',
      '2 h',
    ]);
    expect([0, 0.001, 0.4, 1, 1.55, 41.2, -2].map(formatHours)).toEqual([
      '0',
      '4 s',
      '24 min',
      '1 h',
      '1.6 h',
      '41 h',
      '−2 h',
    ]);
  });
});

describe('what to do', () => {
  const pattern = (detail: Pattern['detail'], stretches = 3): Pattern => ({
    kind: detail.kind,
    key: 'k',
    keys: ['k'],
    repo: 'acme/app',
    stretches: Array.from({ length: stretches }, (_, at) => ({
      at,
      fromMs: 0,
      toMs: 1,
      line: 1,
      measured: true,
      ended: true,
    })),
    detail,
  });
  const error = (template: string, part: Partial<Extract<Pattern['detail'], { kind: 'error' }>> = {}) =>
    pattern({
      kind: 'error',
      template,
      shapes: ['$ deploy'],
      endings: { again: 1, other: 1, edited: 0, none: 1, untold: 0 },
      fixes: [],
      missing: null,
      ...part,
    });
  const told = (one: Pattern, known: Parameters<typeof suggestMending>[1] = []) =>
    suggestMending(one, known).join('\n');

  it('names the command that worked, the program that is missing, the fact that knows', () => {
    const fixes = [{ did: 'python x.py', fix: 'python3 x.py', sessions: 2, session: 'codex/a', line: 7 }];
    expect(told(error('x', { fixes }))).toContain(
      'Worked in 2 sessions: `python3 x.py` where `python x.py` had failed (`codex/a`, line 7)',
    );
    expect(told(error('x', { missing: 'docker' }))).toContain('Put `docker` into the environment');
    expect(titleOf(error('x', { missing: 'docker' }))).toBe('docker is called and not installed');
    const known = [{ id: 'abcdefghij', title: 'Use pnpm', status: 'candidate' }];
    expect(told(error('x'), known)).toContain('kaizen knowledge show abcdefghij');
    expect(told(error('git@host: Permission denied (publickey).'))).toContain('deploy key');
    const untold = { again: 0, other: 0, edited: 0, none: 0, untold: 3 };
    expect(told(error('x', { endings: untold }))).toContain('does not tell how these ended');
    expect(told(error('File has not been read yet. Read it first'))).toContain('right before its first edit');
  });
  it('names the blocking form of a wait, and what is slow about a commit', () => {
    const poll = (shape: string) => pattern({ kind: 'poll', shape, looks: 9, example: null });
    expect(told(poll('$ gh pr checks'))).toContain('`gh pr checks --watch --fail-fast`');
    expect(told(poll('$ curl'))).toContain('--retry-all-errors');
    const slow = (shape: string, part = {}) =>
      pattern({
        kind: 'slow',
        shape,
        isCheck: false,
        medianMs: 4000,
        p95Ms: 90_000,
        referenceMs: 4000,
        standing: false,
        earlierMs: null,
        calls: 40,
        mayWait: true,
        slowest: [{ session: 'codex/a', line: 7, ms: 90_000 }],
        ...part,
      });
    expect(told(slow('$ git commit'))).toContain('its hooks');
    expect(told(slow('$ deploy'))).toMatch(
      /time limit of about 12 s .*The slowest: 90 s \(`codex\/a`, line 7\)/,
    );
    expect(titleOf(slow('$ deploy', { earlierMs: 1000 }))).toBe(
      'deploy has become slower: 4.0 s, and 1.0 s before in acme/app',
    );
  });
  it('tells a flaky call from a hopeless one, and a script from a tool', () => {
    const retry = (succeeded: number) =>
      pattern({ kind: 'retry', shape: '$ npm test', tries: 6, succeeded, error: null });
    expect(told(retry(3))).toContain('flaky');
    expect(told(retry(0))).toContain('trying again does not help');
    expect(
      told(pattern({ kind: 'routine', steps: ['$ npm version', '$ npm pack', '$ gh release create'] })),
    ).toContain('a script of the repository');
  });
});
