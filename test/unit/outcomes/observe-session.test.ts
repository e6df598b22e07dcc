import { describe, expect, it } from 'vitest';
import { changesFiles } from '../../../src/outcomes/changes-files.ts';
import { observeSession } from '../../../src/outcomes/observe-session.ts';
import { errorFingerprint } from '../../../src/sessions/error-fingerprint.ts';
import { type Step, sessionOf } from './sessions.ts';

const observe = (steps: Step[]) =>
  observeSession(sessionOf(steps), {
    usedFacts: [],
    redact: (text) => text.replace(/secret/g, '[masked]'),
    now: '2026-12-01T00:00:00Z',
  });
const edit: Step = { tool: 'Edit', input: { file_path: 'a.ts', old_string: 'a', new_string: 'b' } };

describe('observeSession', () => {
  it('is a row that the same transcript gives again, whenever it is observed', () => {
    const event = observe([{ user: 'go' }, { runs: 'npm test' }]);
    expect(event).toMatchObject({
      at: '2026-03-02T10:01:00.000Z',
      type: 'session.observed',
      session: 'claude-code/aaaaaaaa',
      toolCalls: 1,
      turns: 1,
      activeMs: 60_000,
      bytes: 1000,
      firstCheck: 'green',
      lastCheck: 'green',
    });
  });

  it('counts errors by fingerprint, without noise, with a redacted template to read', () => {
    const text = "error TS2304: Cannot find name 'secret' in src/a.ts";
    const event = observe([
      { runs: 'npx tsc', gives: text, exitCode: 2 },
      { runs: 'npx tsc', gives: text.replace('src/a.ts', 'src/b.ts'), exitCode: 2 },
      { runs: 'grep x y', gives: '', exitCode: 1 },
      { tool: 'Edit', input: { file_path: 'a' }, error: 'File has not been read yet. Read it first.' },
      { runs: 'deploy', gives: 'fatal: secret area is locked', exitCode: 1 },
    ]);
    const key = errorFingerprint(text).key;
    expect(event.errorFingerprints).toEqual({
      [key]: 2,
      [errorFingerprint('fatal: secret area is locked').key]: 1,
    });
    expect(event.errorTemplates[errorFingerprint('fatal: secret area is locked').key]).toBe(
      'fatal: [masked] area is locked',
    );
    expect(Object.keys(event.errorTemplates)).toEqual(Object.keys(event.errorFingerprints));
  });

  it('judges the first check after the first change, and the last', () => {
    expect(observe([{ runs: 'npm test', exitCode: 1 }, edit, { runs: 'npm test' }])).toMatchObject({
      firstCheck: 'green',
      lastCheck: 'green',
    });
    expect(
      observe([
        edit,
        { runs: 'npm test', exitCode: 1 },
        edit,
        { runs: 'npm test | tail', gives: '' },
        { runs: 'npx vitest run' },
      ]),
    ).toMatchObject({ firstCheck: 'red', lastCheck: 'green' });
    expect(observe([edit, { runs: 'npm test | head', gives: '' }])).toMatchObject({
      firstCheck: null,
      lastCheck: null,
    });
    expect(observe([{ user: 'hi' }])).toMatchObject({ firstCheck: null, lastCheck: null });
    expect(observe([{ runs: 'npm test', exitCode: 1 }])).toMatchObject({
      firstCheck: 'red',
      lastCheck: 'red',
    });
  });
});

describe('changesFiles', () => {
  const changes = (step: Step) => sessionOf([step]).calls.map((call) => changesFiles(call, '/srv/app'))[0];
  it('knows edit tools of every agent and shell lines that write', () => {
    for (const step of [
      edit,
      { tool: 'apply_patch', input: { input: '*** Begin Patch' } },
      { tool: 'str_replace_based_edit_tool', input: { command: 'create', path: 'a' } },
      { runs: "sed -i 's/a/b/' x.ts" },
      { runs: "cat > a.ts <<'EOF'\nx\nEOF" },
    ] as Step[])
      expect([step, changes(step)]).toEqual([step, true]);
    for (const step of [
      { tool: 'Read', input: { file_path: 'a' } },
      { tool: 'str_replace_editor', input: { command: 'view', path: 'a' } },
      { tool: 'TodoWrite', input: { todos: [] } },
      { runs: 'cat a.ts | head' },
      { tool: 'Edit', input: {}, error: 'String to replace not found' },
    ] as Step[])
      expect([step, changes(step)]).toEqual([step, false]);
  });
});
