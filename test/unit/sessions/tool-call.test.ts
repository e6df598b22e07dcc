import { describe, expect, it } from 'vitest';
import { commandOf, pathOf } from '../../../src/sessions/tool-call.ts';

describe('commandOf', () => {
  it.each([
    ['Bash', { command: 'ls -l' }, 'ls -l'],
    ['shell', { command: ['bash', '-lc', 'ls | wc'] }, 'ls | wc'],
    ['shell', { command: ['/usr/bin/zsh', '-c', 'ls'] }, 'ls'],
    ['local_shell', { type: 'exec', command: ['ls', '-l'] }, 'ls -l'],
    ['exec_command', { cmd: 'ls' }, 'ls'],
    ['PowerShell', { command: 'Get-Item' }, 'Get-Item'],
    ['exec', { input: 'await tools.x()' }, null],
    ['Read', { command: 'ls' }, null],
    ['Bash', { command: [1, 2] }, null],
    ['Bash', {}, null],
  ])('%s %o', (tool, input, command) => {
    expect(commandOf(tool, input)).toBe(command);
  });
});

describe('pathOf', () => {
  it.each([
    ['Edit', { file_path: '/a.ts' }, '/a.ts'],
    ['read', { filePath: 'b.ts' }, 'b.ts'],
    ['apply_patch', { input: '*** Begin Patch\n*** Update File: src/c.ts\n@@' }, 'src/c.ts'],
    ['apply_patch', { patch: '*** Begin Patch\n*** Add File: d.md\n+x' }, 'd.md'],
    ['Bash', { command: 'cat x' }, null],
    ['Edit', { file_path: 7 }, null],
  ])('%s %o', (tool, input, path) => {
    expect(pathOf(tool, input)).toBe(path);
  });
});
