import { describe, expect, it } from 'vitest';
import { isCorrection } from '../../../src/sessions/correction.ts';

describe('isCorrection', () => {
  it.each([
    'no, the other one',
    'No. Use pnpm',
    "don't touch the lockfile",
    'stop, I meant the build folder',
    "That's wrong, the port is 4000",
    'thats not the branch I was looking for',
    'Actually use half-even rounding',
    'ok but use vitest instead of jest',
    'hmm, that is not what I asked for',
    'Instead of "Agent", write the name',
    'we never use default exports here',
    'revert that',
    'you forgot the tests',
    'why did you delete the file?',
    'I said the second file',
  ])('%s', (text) => {
    expect(isCorrection(text)).toBe(true);
  });

  it.each([
    'yes',
    'no problem, go on',
    'now add a test',
    'nothing else, thanks',
    'the build still fails on CI',
    'commit it',
    'can you also rename the file?',
    'note that the port is 4000',
    'Investigate why it stops',
    'donate button is missing',
    'Not sure. What do you think?',
  ])('is none: %s', (text) => {
    expect(isCorrection(text)).toBe(false);
  });
});
