import { describe, expect, it } from 'vitest';
import {
  checkAgentDefinition,
  parseAgentDefinition,
} from '../../../../src/metrics/agents/agent-definition.ts';

const whole = `---
name: tdd-workflow
description: Use for a change whose behaviour can be stated as a test.
version: 1.2.0
tools: Read, Edit, Bash
model: sonnet
metrics:
  primary:
    name: test_pass_rate
    target: 1.0
    direction: higher
  secondary:
    - name: cycle_time_s
      target: 4200
      direction: lower
    - name: tests
      direction: higher
  collection: per_execution
  retention_days: 90
memory: disabled
idempotency: none
optimization:
  enabled: true
  window_days: 30
  success_rate: 0.9
---

# TDD

Red, green, refactor.
`;

const problems = (text: string) => {
  const checked = checkAgentDefinition('a.md', text);
  return 'problems' in checked
    ? checked.problems.map(({ line, field, reason }) => `${line} ${field}: ${reason}`)
    : [];
};

describe('a definition', () => {
  it('is read whole, with the fields of the host untouched', () => {
    expect(parseAgentDefinition('a.md', whole)).toEqual({
      name: 'tdd-workflow',
      description: 'Use for a change whose behaviour can be stated as a test.',
      version: '1.2.0',
      metrics: {
        primary: { name: 'test_pass_rate', target: 1, direction: 'higher' },
        secondary: [
          { name: 'cycle_time_s', target: 4200, direction: 'lower' },
          { name: 'tests', direction: 'higher' },
        ],
        collection: 'per_execution',
        retentionDays: 90,
      },
      memory: 'disabled',
      idempotency: 'none',
      optimization: { enabled: true, windowDays: 30, successRate: 0.9 },
      hostFields: { tools: 'Read, Edit, Bash', model: 'sonnet' },
      body: '# TDD\n\nRed, green, refactor.',
    });
  });

  it('of a plain Claude Code agent has the defaults', () => {
    const text = '---\r\nname: scout\r\ndescription: Look around.\r\ntools:\r\n  - Read\r\n---\r\nLook.\r\n';
    expect(parseAgentDefinition('scout.md', text)).toEqual({
      name: 'scout',
      description: 'Look around.',
      memory: 'enabled',
      idempotency: 'session',
      optimization: { enabled: true },
      hostFields: { tools: ['Read'] },
      body: 'Look.',
    });
  });

  it('takes enabled and disabled for the whole of optimization', () => {
    const text = whole.replace(/optimization:[\s\S]*?---/, 'optimization: disabled\n---');
    expect(parseAgentDefinition('a.md', text).optimization).toEqual({ enabled: false });
  });
});

describe('a problem', () => {
  it.each([
    ['name: tdd-workflow', 'name: ../up', /^2 name: cannot be '..\/up': it does not start with/],
    ['    target: 1.0', '    target: often', /^10 metrics\.primary\.target: must be a number of at least/],
    [
      '    direction: higher',
      '    direction: up',
      /^11 metrics\.primary\.direction: must be higher or lower, not "up"/,
    ],
    ['      target: 4200\n', '', /^$/],
    [
      '      direction: lower\n',
      '',
      /^13 metrics\.secondary\.0\.direction: must be higher or lower, not missing/,
    ],
    [
      '    - name: tests',
      '    - name: cycle_time_s',
      /^16 metrics\.secondary\.1\.name: 'cycle_time_s' is there twice/,
    ],
    [
      '  retention_days: 90',
      '  retention_days: 0',
      /^19 metrics\.retention_days: must be a whole number from 1 to/,
    ],
    ['  retention_days: 90', '  retention: 90', /^19 metrics\.retention: is not a field here/],
    ['memory: disabled', 'memory: off', /^20 memory: must be enabled or disabled, not "off"/],
    [
      '  success_rate: 0.9',
      '  success_rate: 9',
      /^25 optimization\.success_rate: must be a number from 0 to 1/,
    ],
    ['# TDD\n\nRed, green, refactor.\n', '', /^1 body: the prompt below the front matter is empty/],
  ])('in %j → %j names line and field', (from, to, wanted) => {
    expect(whole).toContain(from);
    expect(problems(whole.replace(from, to)).join('\n')).toMatch(wanted);
  });

  it('does not hide the others, and the error counts them', () => {
    const text = whole.replace('memory: disabled', 'memory: off').replace('name: tdd-workflow', 'name: A b');
    expect(problems(text)).toHaveLength(2);
    expect(() => parseAgentDefinition('agents/a.md', text)).toThrow(
      /^agents\/a\.md:2: name: .* \(and 1 more\)$/,
    );
  });

  it.each([
    ['no front matter', '# Hello\n', '1 frontmatter: has no frontmatter'],
    ['an open bracket', '---\nname: a\ntools: [b\n---\nx', /^[34] frontmatter: /],
    ['a colon in a plain text', '---\nname: a\ndescription: use: it\n---\nx', /^3 frontmatter: /],
    ['an anchor', '---\nname: &a b\ndescription: x\n---\nx', /anchors and aliases are not allowed/],
    ['two sides of a merge', '<<<<<<< a\n=======\n>>>>>>> b\n', /merge conflict marks/],
  ])('with %s is one of the front matter', (_what, text, wanted) => {
    expect(problems(text)).toEqual([expect.stringMatching(wanted)]);
  });
});
