import { isObject } from '../../base/is-object.ts';
import { type SignalName, signalNames } from './signals.ts';
import type { Weight, Weights } from './weights.ts';

/** Where weights fitted to a repository are kept. */
export const savedWeightsPath = '.kaizen/pack-weights.json';

const largestWeight = 50;

/** The text of such a file. */
export function formatSavedWeights(weights: Weights): string {
  return `${JSON.stringify({ schema_version: 1, ...weights }, null, 2)}\n`;
}

/** The weights of such a file; undefined for anything else. They are numbers and names only, whoever wrote them. */
export function parseSavedWeights(text: string): Weights | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // No JSON: the weights that come with Kaizen are used.
    return undefined;
  }
  if (!isObject(value) || value.schema_version !== 1 || !isObject(value.signals)) return undefined;
  const { name, provenance } = value;
  if (typeof name !== 'string' || !/^[\w.-]{1,60}$/.test(name) || typeof provenance !== 'string')
    return undefined;
  const signals: Partial<Record<SignalName, Weight>> = {};
  for (const [signal, weight] of Object.entries(value.signals)) {
    const known = signalNames.find((one) => one === signal);
    if (!known || !isObject(weight) || !isWeight(weight.base)) return undefined;
    if (weight.long !== undefined && !isWeight(weight.long)) return undefined;
    signals[known] = { base: weight.base, ...(weight.long === undefined ? {} : { long: weight.long }) };
  }
  return { name, provenance: provenance.slice(0, 500), signals };
}

function isWeight(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= largestWeight;
}
