import { describe, expect, it } from 'vitest';
import { harnessNoise } from '../../../src/sessions/harness-noise.ts';
import { failedCall } from './events.ts';

describe('harnessNoise', () => {
  it.each([
    [
      '<tool_use_error>File has not been read yet. Read it first before writing to it.</tool_use_error>',
      'edit before read',
    ],
    ['<tool_use_error>String to replace not found in file.\nString: x', 'text to replace not found'],
    ['File content (31441 tokens) exceeds maximum allowed tokens (25000).', 'file too large for the tool'],
    ['<tool_use_error>InputValidationError: Read failed', 'malformed tool call'],
    ['apply_patch verification failed: Failed to find expected lines', 'patch did not match'],
    ['<tool_use_error>Unknown skill: commit</tool_use_error>', 'a misuse of the harness'],
    ['EISDIR: illegal operation on a directory, read', 'read of what is not there'],
  ])('%s', (text, reason) => {
    expect(harnessNoise({ ...failedCall('x', text), tool: 'Read', command: null })).toBe(reason);
  });

  it('names refusals, collateral failures and questions', () => {
    expect(harnessNoise(failedCall('rm', 'x', { denied: 'person' }))).toMatch(/person refused/);
    expect(harnessNoise(failedCall('rm', 'x', { denied: 'rule' }))).toMatch(/rule/);
    expect(harnessNoise(failedCall('ls', 'x', { collateral: true }))).toMatch(/not its own/);
    expect(harnessNoise({ ...failedCall('x', 'x'), tool: 'AskUserQuestion' })).toMatch(/question/);
  });

  it('names searches that found nothing, and exit 1 without output', () => {
    expect(harnessNoise(failedCall('grep -rn foo src', 'Exit code 1'))).toMatch(/empty output/);
    expect(harnessNoise(failedCall('make', 'Exit code: 1\nWall time: 0.1 seconds\nOutput:\n'))).toMatch(
      /empty output/,
    );
    expect(harnessNoise(failedCall('ls; diff a b', 'Exit code 1\n1c1\n< x\n> y'))).toMatch(/found nothing/);
    expect(harnessNoise(failedCall('cat x | git diff --quiet', 'Exit code 1\nM x'))).toMatch(/found nothing/);
  });

  it('names a failure that was announced', () => {
    const red = failedCall('npm test -- cart', 'Exit code 1\n1 failed');
    expect(harnessNoise(red, 'I will write the test first; it should fail now.')).toMatch(/announced/);
    expect(harnessNoise(red, 'Let me run the tests.')).toBeUndefined();
    expect(harnessNoise(failedCall('npm run deploy', 'Exit code 1\nno'), 'it should fail')).toBeUndefined();
  });

  it('keeps failures worth learning from, and says nothing of successes', () => {
    expect(
      harnessNoise(failedCall('pytest', 'Exit code 127\npytest: command not found', { exitCode: 127 })),
    ).toBeUndefined();
    expect(harnessNoise(failedCall('grep x y', 'Exit code 1\ngrep: invalid option'))).toBeUndefined();
    expect(harnessNoise(failedCall('ls', 'fine', { isError: false, exitCode: 0 }))).toBeUndefined();
    expect(harnessNoise({ ...failedCall('ls', ''), result: null })).toBeUndefined();
  });
});
