import { describe, expect, it } from 'vitest';
import { checkAgentDefinition } from '../../../../src/metrics/agents/agent-definition.ts';
import { isForHostAlone, readHostDefinition } from '../../../../src/metrics/agents/host-definition.ts';

const loose = `---
name: code-explorer
description: Use this agent when you need to look around. Examples: <example>user: "where is it?" assistant: "I look"</example>
tools: Glob, Grep
color: cyan
---

Look around.
`;

describe("a host's own agent file", () => {
  it('gives name and description although its front matter is not plain YAML', () => {
    expect(checkAgentDefinition('a.md', loose)).toHaveProperty('problems');
    expect(readHostDefinition(loose)).toMatchObject({
      name: 'code-explorer',
      description: expect.stringMatching(/^Use this agent when .*<\/example>$/),
      body: 'Look around.',
    });
    expect(readHostDefinition(loose.replaceAll('\n', '\r\n'))?.name).toBe('code-explorer');
  });

  it('must be right as soon as it says something to Kaizen', () => {
    const own = loose.replace('color: cyan', 'memory: off');
    expect(isForHostAlone(own)).toBe(false);
    expect(readHostDefinition(own)).toBeUndefined();
    expect(isForHostAlone(loose.replace('Look around.\n', 'metrics: none\n'))).toBe(true);
  });

  it.each([
    ['no front matter', 'Look around.'],
    ['no name', loose.replace('name: code-explorer\n', '')],
    ['a name that is a path', loose.replace('code-explorer', '../x')],
    ['no prompt', loose.replace('Look around.\n', '')],
  ])('is no definition with %s', (_what, text) => {
    expect(readHostDefinition(text)).toBeUndefined();
  });
});
