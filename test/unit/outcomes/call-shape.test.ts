import { describe, expect, it } from 'vitest';
import { callShape } from '../../../src/outcomes/call-shape.ts';
import { type Step, sessionOf } from './sessions.ts';

const shape = (step: Step) => sessionOf([step]).calls.map(callShape)[0];

describe('callShape', () => {
  it.each([
    ['git -C /srv/app commit -m "x y"', '$ git commit'],
    ['cd web && npm run build 2>&1 | tail -5', '$ npm run build'],
    ['ls -la && git add -A && git commit -m x', '$ git commit'],
    ['git status && npx vitest run test/a.test.ts', '$ vitest'],
    ['pnpm --filter @acme/api test', '$ pnpm test'],
    ['NODE_ENV=test python3 scripts/seed.py --all', '$ python3 seed.py'],
    ['python -c "print(1)"', '$ python -c'],
    ['python3 -m http.server', '$ http.server'],
    ['for f in *; do echo $f; done', '$ script'],
    ['sleep 30', '$ sleep'],
    ['grep -rn foo src | head', '$ grep'],
    ['', '$ script'],
  ])('%s is %s', (command, expected) => {
    expect(shape({ runs: command })).toBe(expected);
  });

  it('tells a tool by the extension of its file', () => {
    expect(shape({ tool: 'Read', input: { file_path: '/a/b/Main.TS' } })).toBe('Read .ts');
    expect(shape({ tool: 'Read', input: { file_path: '/a/.gitignore' } })).toBe('Read');
    expect(shape({ tool: 'mcp__browser__click', input: {} })).toBe('mcp__browser__click');
  });
});
