import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What the hooks at the start and end of a session load: these modules and everything they import statically. */
const entries = [
  'cli/main.ts',
  'cli/parse-quickly.ts',
  'cli/open-context.ts',
  'cli/render-result.ts',
  'cli/commands/bootstrap.ts',
  'cli/commands/agent.ts',
  'flows/answer-hook.ts',
  'flows/agents/enqueue-closing.ts',
  'flows/write-exposure.ts',
  'io/fact-folders.ts',
];

/** Packages that cost more to load than everything a hook does. */
const heavy =
  /^(zod|js-yaml|gray-matter|simple-git|unified|remark-.*|tokenx|commander|cli-table3|string-width|picocolors|simple-statistics)$/;

function closure(): { modules: Set<string>; packages: Set<string> } {
  const modules = new Set<string>();
  const packages = new Set<string>();
  const pending = [...entries];
  while (pending.length > 0) {
    const file = pending.pop() as string;
    if (modules.has(file)) continue;
    modules.add(file);
    const code = readFileSync(join('src', file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    for (const [, kind, to = ''] of code.matchAll(/^(import type|import|export)\b[^'"]*?from '([^']+)';/gm)) {
      if (kind === 'import type') continue;
      if (to.startsWith('.')) pending.push(normalize(join(dirname(file), to)).replaceAll('\\', '/'));
      else packages.add(to);
    }
  }
  return { modules, packages };
}

describe('the hook path', () => {
  const { modules, packages } = closure();

  it('was followed at all', () => {
    expect(modules).toContain('context/rank-facts.ts');
    expect(modules).toContain('io/fact-index-read.ts');
    expect(packages).toContain('node:fs');
  });

  it('loads no heavy package', () => {
    expect([...packages].filter((name) => heavy.test(name))).toEqual([]);
    expect([...packages].filter((name) => !name.startsWith('node:'))).toEqual([]);
  });

  it('starts no process and loads nothing that indexes', () => {
    expect([...packages]).not.toContain('node:child_process');
    for (const file of [
      'context/segment.ts',
      'context/fact-document.ts',
      'knowledge/fact-text.ts',
      'io/git.ts',
    ])
      expect(modules).not.toContain(file);
  });

  it('loads few modules', () => {
    expect(modules.size).toBeLessThanOrEqual(70);
  });
});
