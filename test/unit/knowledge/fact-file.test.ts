import { describe, expect, it } from 'vitest';
import { formatFact, parseFact, parseFactCarefully } from '../../../src/knowledge/fact-file.ts';
import { parseOwnFact } from '../../../src/knowledge/fact-text.ts';
import { sampleFact } from './sample-fact.ts';

const specExample = `---
id: "k7f3q2m9xw"
title: "mise refuses to run tasks in a fresh worktree until \`mise trust\`"
category: "tool-quirk"
scope: "repo:acme/shop"
status: "active"
trust: "user"
confidence: "0.7"
tags: ["mise", "worktree"]
paths: ["mise.toml"]
keywords: ["config files are not trusted", "untrusted"]
first_seen: "2026-08-02"
last_confirmed: "2026-08-02"
supersedes: []
sources:
  - session: "claude-code/8d58fde0"
    line: "501"
    quote: "Config files are not trusted. Trust them with \`mise trust\`"
    commit: null
---
In a new clone or worktree run \`mise trust\` once before any \`mise run …\`; the error names the fix.
`;

describe('the file of a fact', () => {
  it('is written exactly as promised', () => {
    expect(formatFact(sampleFact())).toBe(specExample);
  });

  it('reads back as the same fact through both doors', () => {
    expect(parseOwnFact(specExample)).toEqual(sampleFact());
    expect(parseFactCarefully('knowledge/x.md', specExample)).toEqual(sampleFact());
    expect(parseFact('knowledge/x.md', specExample)).toEqual(sampleFact());
  });
});
