import {
  firstCharacters,
  lowerCase,
  pythonDigit,
  pythonSpace,
  pythonWord,
  stripSpace,
} from './python-text.ts';

const path = new RegExp(`/[^${pythonSpace}]+`, 'gu');
const hash = new RegExp(`(?<!${pythonWord})[0-9a-f]{8,}(?!${pythonWord})`, 'gu');
const d = pythonDigit;
const time = new RegExp(`${d}{4}-${d}{2}-${d}{2}[tT]${d}{2}:${d}{2}`, 'gu');

/**
 * The seed's `_normalize_error`: lower case, paths, hashes and minutes replaced, cut at 150 characters. It groups badly
 * on purpose (spec 06, weak points 15–17); `error-templates.ts` is what the default mode uses.
 */
export function seedErrorKey(message: string): string {
  const masked = stripSpace(lowerCase(message))
    .replace(path, '/PATH')
    .replace(hash, 'HASH')
    .replace(time, 'TIME');
  return firstCharacters(masked, 150);
}
