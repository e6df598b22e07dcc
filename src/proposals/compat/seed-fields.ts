import { KaizenError } from '../../base/errors.ts';
import { isDict, kindOf, type PythonDict, type PythonValue } from './python-value.ts';

/** Stops where the seed's script ends in a traceback: `bad_input` with the path of the field. */
export function badField(path: string, value: PythonValue | undefined, wanted: string): never {
  const found = value === undefined ? '' : `, found ${kindOf(value)}`;
  throw new KaizenError('bad_input', `${path}: expected ${wanted}${found}`);
}

/** The field, or `absent` when the object has none; a field that is null is null. */
export function fieldOf(dict: PythonDict, name: string, absent: PythonValue): PythonValue {
  return dict.has(name) ? (dict.get(name) as PythonValue) : absent;
}

/**
 * The items of a list field. As in the script an empty text or object passes for an empty list; anything else is
 * `bad_input`.
 */
export function listOf(value: PythonValue, path: string): readonly PythonValue[] {
  if (Array.isArray(value)) return value;
  if (value === '' || (isDict(value) && value.size === 0)) return [];
  return badField(path, value, 'a list');
}

/** The object itself, or `bad_input`. */
export function dictOf(value: PythonValue, path: string): PythonDict {
  return isDict(value) ? value : badField(path, value, 'an object');
}

/** A number; true and false count as 1 and 0, as in the script. */
export function numberOf(value: PythonValue, path: string): bigint | number {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : badField(path, value, 'a number');
}
