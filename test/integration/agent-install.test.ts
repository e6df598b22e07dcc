import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installAgent, removeAgent } from '../../src/flows/agents/agent-install.ts';
import { openRepository } from '../../src/io/repository.ts';
import { closingCommand } from '../../src/metrics/agents/host-hooks.ts';
import { temporaryRepository } from './temp-repository.ts';

const settings = `{
  "permissions": { "allow": ["Bash(npm run test:*)"], "deny": ["Read(./.env)"] },
\t"hooks": {
    "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "./guard.sh" }] }],
    "SessionEnd": [ { "hooks": [ {"type": "command", "command": "~/bin/end.sh"} ] } ]
  }
}`;

function write(root: string, path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const read = (root: string, path: string) => readFileSync(join(root, path), 'utf8');
const both = { claudeCode: true, hooks: true, dryRun: false };

/** Every file of the work tree with its bytes. */
function tree(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => !file.startsWith('.git/') && file !== '.git' && statSync(join(root, file)).isFile(),
  );
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(root, file), 'latin1')]));
}

describe('kaizen agent init and remove', () => {
  it.each([
    ['no settings', undefined],
    ['settings with hooks of others', settings],
    ['settings on one line', '{"model":"opus"}'],
    ['settings with Windows line ends and a mark', '\ufeff{\r\n\t"env": {}\r\n}\r\n'],
  ])('give back every byte: %s', async (_what, text) => {
    const root = temporaryRepository();
    write(root, 'README.md', 'hello\n');
    if (text !== undefined) write(root, '.claude/settings.json', text);
    const before = tree(root);
    const repository = await openRepository(root);
    const installed = await installAgent(repository, 'tdd-workflow', both);
    expect(installed).toMatchObject({
      file: 'written',
      hooks: 'added',
      path: '.claude/agents/tdd-workflow.md',
    });
    expect(read(root, '.claude/settings.json').split(closingCommand)).toHaveLength(3);
    const after = tree(root);
    expect(await installAgent(repository, 'tdd-workflow', both)).toMatchObject({
      file: 'unchanged',
      hooks: 'there',
      changes: [],
    });
    expect(tree(root)).toEqual(after);
    const removed = await removeAgent(repository, 'tdd-workflow', { dryRun: false });
    expect(removed).toMatchObject({ file: 'removed', hooks: 'removed' });
    expect(tree(root)).toEqual(before);
    expect(existsSync(join(root, '.kaizen'))).toBe(false);
  });

  it('share the hooks among agents: the last to go takes them along', async () => {
    const root = temporaryRepository();
    write(root, '.claude/settings.json', settings);
    const repository = await openRepository(root);
    await installAgent(repository, 'tdd-workflow', both);
    await installAgent(repository, 'debugging', both);
    await installAgent(repository, 'coach', { ...both, claudeCode: false });
    await installAgent(repository, 'docs', { ...both, claudeCode: false });
    expect(await removeAgent(repository, 'docs', { dryRun: false })).toMatchObject({ hooks: 'none' });
    expect(await removeAgent(repository, 'tdd-workflow', { dryRun: false })).toMatchObject({ hooks: 'kept' });
    expect(await removeAgent(repository, 'debugging', { dryRun: false })).toMatchObject({ hooks: 'removed' });
    expect(read(root, '.claude/settings.json')).toBe(settings);
    expect(Object.keys(tree(root))).toEqual([
      '.claude/settings.json',
      '.kaizen/agents/coach/agent.md',
      '.kaizen/agents/installed.json',
    ]);
  });

  it('keep what a person edited or had before', async () => {
    const root = temporaryRepository();
    write(root, '.claude/agents/reviewer.md', '---\nname: reviewer\ndescription: Mine.\n---\nReview.\n');
    const repository = await openRepository(root);
    expect(await installAgent(repository, 'reviewer', both)).toMatchObject({ file: 'kept', hooks: 'added' });
    expect(await removeAgent(repository, 'reviewer', { dryRun: false })).toMatchObject({
      file: 'kept',
      hooks: 'removed',
    });
    expect(Object.keys(tree(root))).toEqual(['.claude/agents/reviewer.md']);
    await installAgent(repository, 'docs', both);
    write(
      root,
      '.claude/agents/docs.md',
      `${read(root, '.claude/agents/docs.md')}\nAnd in British English.\n`,
    );
    expect(await installAgent(repository, 'docs', both)).toMatchObject({ file: 'kept' });
    expect(await removeAgent(repository, 'docs', { dryRun: false })).toMatchObject({ file: 'kept' });
    expect(read(root, '.claude/agents/docs.md')).toContain('British');
  });

  it('renew a definition of an older Kaizen that nobody edited', async () => {
    const root = temporaryRepository();
    const repository = await openRepository(root);
    await installAgent(repository, 'docs', { ...both, claudeCode: false });
    const path = '.kaizen/agents/docs/agent.md';
    const older = `${read(root, path)}older\n`;
    write(root, path, older);
    const record = JSON.parse(read(root, '.kaizen/agents/installed.json'));
    const { sha256Hex } = await import('../../src/base/text.ts');
    record.agents.docs.sha256 = sha256Hex(older);
    write(root, '.kaizen/agents/installed.json', JSON.stringify(record));
    expect(await installAgent(repository, 'docs', { ...both, claudeCode: false })).toMatchObject({
      file: 'updated',
    });
    expect(read(root, path)).not.toContain('older\n');
  });

  it.each([
    ['comments', '{\n  // team rules\n  "model": "opus"\n}\n', /has comments/],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), /not UTF-8/],
    ['hooks of another shape', '{"hooks": []}', /`hooks` is not an object/],
  ])('refuse settings with %s, and write nothing', async (_what, text, reason) => {
    const root = temporaryRepository();
    write(root, '.claude/settings.json', text);
    const before = tree(root);
    const repository = await openRepository(root);
    await expect(installAgent(repository, 'tdd-workflow', both)).rejects.toMatchObject({
      code: 'bad_input',
      message: expect.stringMatching(reason),
      hint: expect.stringContaining('--no-hooks'),
    });
    expect(tree(root)).toEqual(before);
    expect(await installAgent(repository, 'tdd-workflow', { ...both, hooks: false })).toMatchObject({
      file: 'written',
    });
    await removeAgent(repository, 'tdd-workflow', { dryRun: false });
    expect(tree(root)).toEqual(before);
  });

  it('say what is left to do by hand when the settings got comments meanwhile', async () => {
    const root = temporaryRepository();
    const repository = await openRepository(root);
    await installAgent(repository, 'tdd-workflow', both);
    write(root, '.claude/settings.json', `// ours\n${read(root, '.claude/settings.json')}`);
    const removed = await removeAgent(repository, 'tdd-workflow', { dryRun: false });
    expect(removed).toMatchObject({ file: 'removed', hooks: 'by_hand' });
    expect(read(root, '.claude/settings.json')).toContain('// ours');
  });

  it('find their entries again when somebody took one out and they were put back', async () => {
    const root = temporaryRepository();
    write(root, '.claude/settings.json', '{"model": "opus"}');
    const repository = await openRepository(root);
    await installAgent(repository, 'tdd-workflow', both);
    const value = JSON.parse(read(root, '.claude/settings.json'));
    value.hooks.SubagentStop = undefined;
    write(root, '.claude/settings.json', JSON.stringify(value));
    expect(await installAgent(repository, 'tdd-workflow', both)).toMatchObject({ hooks: 'added' });
    await removeAgent(repository, 'tdd-workflow', { dryRun: false });
    expect(JSON.parse(read(root, '.claude/settings.json'))).toEqual({ model: 'opus' });
  });

  it('follow no symbolic link, keep the permissions of the settings, and write nothing in a dry run', async () => {
    const root = temporaryRepository();
    write(root, 'elsewhere.json', '{}');
    mkdirSync(join(root, '.claude'));
    symlinkSync(join(root, 'elsewhere.json'), join(root, '.claude/settings.json'));
    await expect(installAgent(await openRepository(root), 'docs', both)).rejects.toMatchObject({
      code: 'outside_store',
    });
    expect(read(root, 'elsewhere.json')).toBe('{}');

    const other = temporaryRepository();
    write(other, '.claude/settings.json', settings);
    chmodSync(join(other, '.claude/settings.json'), 0o600);
    const before = tree(other);
    const repository = await openRepository(other);
    expect((await installAgent(repository, 'docs', { ...both, dryRun: true })).changes).toHaveLength(3);
    expect(tree(other)).toEqual(before);
    await installAgent(repository, 'docs', both);
    expect(statSync(join(other, '.claude/settings.json')).mode & 0o777).toBe(0o600);
    expect((await removeAgent(repository, 'docs', { dryRun: true })).changes).toHaveLength(3);
    await removeAgent(repository, 'docs', { dryRun: false });
    expect(tree(other)).toEqual(before);
  });

  it('say what there is for a name that is not packaged, or was not installed', async () => {
    const repository = await openRepository(temporaryRepository());
    await expect(installAgent(repository, 'tdd', both)).rejects.toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('tdd-workflow'),
    });
    await expect(removeAgent(repository, 'tdd-workflow', { dryRun: false })).rejects.toMatchObject({
      code: 'not_found',
    });
    await installAgent(repository, 'docs', both);
    await expect(installAgent(repository, 'docs', { ...both, claudeCode: false })).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('kaizen agent remove docs'),
    });
  });
});
