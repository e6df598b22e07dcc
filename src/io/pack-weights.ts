import { join } from 'node:path';
import { parseSavedWeights, savedWeightsPath } from '../context/code/saved-weights.ts';
import type { Weights } from '../context/code/weights.ts';
import { readTextIfExists } from './files.ts';

/** Weights fitted to this repository; undefined without, with a note where the file is there but cannot be used. */
export async function readSavedWeights(
  root: string,
): Promise<{ weights: Weights | undefined; note: string | undefined }> {
  const text = await readTextIfExists(join(root, savedWeightsPath));
  const weights = text === undefined ? undefined : parseSavedWeights(text);
  const isBad = text !== undefined && !weights;
  return {
    weights,
    note: isBad
      ? `${savedWeightsPath} is not what \`kaizen pack --eval --fit --save\` writes: the built-in weights are used.`
      : undefined,
  };
}
