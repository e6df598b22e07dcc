import { describe, expect, it } from 'vitest';
import { KaizenError } from '../../../src/base/errors.ts';
import { numberFlag, parseTime, switchFlag, textFlag, textFlags } from '../../../src/cli/flag-values.ts';
import { wantsColor } from '../../../src/cli/open-context.ts';
import { interruptedError, renderError } from '../../../src/cli/render-error.ts';
import { renderResult } from '../../../src/cli/render-result.ts';
import { renderTable } from '../../../src/cli/render-table.ts';

const person = { json: false, debug: false };

describe('renderError', () => {
  it('is two lines on stderr for a person', () => {
    const error = new KaizenError('bad_config', 'budget:\n  must be a number');
    const { hint } = error;
    expect(renderError(error, person)).toEqual({
      stdout: '',
      stderr: `error: budget: must be a number\nhint: ${hint}\n`,
      exitCode: 2,
    });
  });

  it('is one document on stdout for a program', () => {
    const shown = renderError(new KaizenError('locked', 'busy', { hint: 'wait' }), {
      json: true,
      debug: false,
    });
    expect(JSON.parse(shown.stdout)).toEqual({
      schema_version: 1,
      error: { code: 'locked', message: 'busy', hint: 'wait' },
    });
    expect(shown).toMatchObject({ stderr: '', exitCode: 3 });
  });

  it('calls anything else a bug, with its stack only on request', () => {
    const bug = new TypeError('x is not a function', { cause: new Error('deeper') });
    const quiet = renderError(bug, person);
    expect(quiet.exitCode).toBe(70);
    expect(quiet.stderr.split('\n')).toHaveLength(3);
    expect(quiet.stderr).toContain('kaizen failed unexpectedly: x is not a function');
    expect(quiet.stderr).toContain('KAIZEN_DEBUG=1');
    const loud = renderError(bug, { json: false, debug: true });
    expect(loud.stderr).toContain('words.test.ts');
    expect(loud.stderr).toContain('caused by: Error: deeper');
    expect(renderError('a thrown text', person).stderr).toContain('a thrown text');
  });

  it('lets no control character of the data reach the terminal', () => {
    const shown = renderError(new KaizenError('not_found', 'no \u001b]0;owned\u0007 fact \u009b31m'), person);
    expect(shown.stderr.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  it('ends an interrupted run with 130', () => {
    expect(renderError(interruptedError(new Error('aborted')), person).exitCode).toBe(130);
    const own = new KaizenError('interrupted', 'stopped after 3 sessions');
    expect(interruptedError(own)).toBe(own);
  });
});

describe('renderResult', () => {
  it('prints the text, or one document that says its schema', () => {
    const result = { data: { facts: 3 }, text: 'three' };
    expect(renderResult(result, false)).toBe('three\n');
    expect(JSON.parse(renderResult(result, true))).toEqual({ schema_version: 1, facts: 3 });
    expect(renderResult({ data: {}, text: '{"hook":1}\n', raw: true }, true)).toBe('{"hook":1}\n');
    expect(renderResult({ data: {}, text: '' }, false)).toBe('');
    expect(JSON.parse(renderResult({ data: [1], text: '' }, true))).toEqual({
      schema_version: 1,
      result: [1],
    });
  });
});

describe('wantsColor', () => {
  it.each([
    [{}, false, true, true],
    [{}, false, false, false],
    [{}, true, true, false],
    [{ NO_COLOR: '1' }, false, true, false],
    [{ NO_COLOR: '' }, false, true, true],
    [{ FORCE_COLOR: '1' }, false, false, true],
    [{ FORCE_COLOR: '0' }, false, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, false, true],
    [{ FORCE_COLOR: '1' }, true, true, false],
    [{ TERM: 'dumb' }, false, true, false],
  ])('%j, --no-color %s, terminal %s → %s', (env, noColor, terminal, expected) => {
    expect(wantsColor(env, noColor, terminal)).toBe(expected);
  });
});

describe('flag values', () => {
  it('reads texts, lists and switches by their flag name', () => {
    const flags = { dryRun: true, repoDir: 'x', path: ['a', 'b'] };
    expect(switchFlag(flags, 'dry-run')).toBe(true);
    expect(textFlag(flags, 'repo-dir')).toBe('x');
    expect(textFlags(flags, 'path')).toEqual(['a', 'b']);
    expect(textFlags(flags, 'repo-dir')).toEqual(['x']);
    expect(textFlags(flags, 'none')).toEqual([]);
  });

  it('takes numbers within bounds only', () => {
    const read = (text: string, bounds = {}) => numberFlag({ budget: text }, 'budget', bounds);
    expect(read('2000')).toBe(2000);
    expect(read('-3')).toBe(-3);
    expect(read('0.5', { whole: false, min: 0, max: 1 })).toBe(0.5);
    expect(numberFlag({}, 'budget')).toBeUndefined();
    for (const [text, bounds] of [
      ['', {}],
      ['1e3', {}],
      ['0x10', {}],
      ['1.5', {}],
      ['-1', { min: 0 }],
      ['11', { max: 10 }],
      ['NaN', {}],
      [' 1', {}],
    ] as const)
      expect(() => read(text, bounds), text).toThrow(/--budget cannot be/);
  });

  it('takes days and zoned times only', () => {
    expect(parseTime('2026-11-20', 'now').toISOString()).toBe('2026-11-20T00:00:00.000Z');
    expect(parseTime('2026-11-20T10:00:00+02:00', 'now').toISOString()).toBe('2026-11-20T08:00:00.000Z');
    expect(parseTime('2028-02-29', 'now').toISOString()).toBe('2028-02-29T00:00:00.000Z');
    for (const text of [
      '',
      'yesterday',
      '2026-11-20T10:00',
      '2026-13-01',
      '2026-02-30',
      '2027-02-29',
      '1700000000',
      '2026-11-20T25:00Z',
    ])
      expect(() => parseTime(text, 'now'), text).toThrow(/--now cannot be/);
  });
});

describe('renderTable', () => {
  const head = [
    { head: 'Agent' },
    { head: 'Calls', align: 'right' as const },
    { head: 'Title', flexible: true },
    { head: 'Age' },
  ];
  const rows = [
    ['claude-code', '7', 'Fix the \u001b[31mcart\ntest', '2d'],
    ['codex', '1204', '会話の題名がとても長くて一行には収まりきらない場合', '10d'],
  ];

  it('fits the width, keeps wide characters aligned and shows control characters', () => {
    expect(`\n${renderTable(head, rows, { columns: 50, color: false })}\n`).toBe(`
Agent        Calls  Title                      Age
claude-code      7  Fix the ␛[31mcart test     2d
codex         1204  会話の題名がとても長くて…  10d
`);
  });
});
