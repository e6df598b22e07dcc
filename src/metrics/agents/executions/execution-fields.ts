import { utcDay } from '../../../base/calendar.ts';
import { KaizenError } from '../../../base/errors.ts';
import { isObject } from '../../../base/is-object.ts';

/** Reads one field: the value as it must be, or KaizenError `bad_input` naming `path`. May add a warning. */
export type Read<T> = (value: unknown, path: string, warnings: string[]) => T;

const wrong = (path: string, what: string) => new KaizenError('bad_input', `${path} must be ${what}`);

/** A JSON object. */
export function object(value: unknown, path: string): Record<string, unknown> {
  if (!isObject(value)) throw wrong(path, 'a JSON object');
  return value;
}

/** A text of 1 to `max` characters without control characters. */
export const plainText =
  (max: number): Read<string> =>
  (value, path) => {
    if (
      typeof value !== 'string' ||
      value === '' ||
      value.length > max ||
      /[\u0000-\u001f\u007f]/.test(value)
    )
      throw wrong(path, `a text of 1 to ${max} characters in one line`);
    return value;
  };

/** true or false. */
export const truth: Read<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw wrong(path, 'true or false');
  return value;
};

/** A finite number within bounds. */
export const real =
  ({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = {}): Read<number> =>
  (value, path) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(path, 'a finite number');
    if (value < min) throw wrong(path, `at least ${min}`);
    if (value > max) throw wrong(path, Number.isFinite(min) ? `from ${min} to ${max}` : `at most ${max}`);
    // JSON has no -0: it would come back as another value.
    return value === 0 ? 0 : value;
  };

/** A number from 0 to 1. */
export const share: Read<number> = (value, path, warnings) => {
  const read = real()(value, path, warnings);
  if (read < 0 || read > 1) throw wrong(path, 'from 0 to 1');
  return read;
};

/** A whole number ≥ 0. */
export const count: Read<number> = (value, path, warnings) => {
  const read = real({ min: 0 })(value, path, warnings);
  if (!Number.isInteger(read)) throw wrong(path, 'a whole number');
  return read;
};

const isoTime = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d(?:[.,]\d{1,9})?))?\s?(Z|z|[+-]\d\d(?::?\d\d)?)?$/;

/** An ISO 8601 time as UTC with milliseconds. Without a zone it is taken as UTC, with a warning. */
export const timestamp: Read<string> = (value, path, warnings) => {
  const parts = typeof value === 'string' ? isoTime.exec(value) : null;
  if (!parts) throw wrong(path, 'an ISO 8601 time such as 2026-11-20T09:00:00Z');
  const [, day, minutes, seconds = '00', zone] = parts;
  if (zone === undefined) warnings.push(`${path} has no zone and was taken as UTC`);
  const digits = zone?.replace(/\D/g, '') ?? '';
  const offset = digits === '' ? 'Z' : `${zone?.[0]}${digits.slice(0, 2)}:${digits.slice(2) || '00'}`;
  const time = new Date(`${day}T${minutes}:${seconds.replace(',', '.')}${offset}`);
  const midnight = new Date(`${day}T00:00:00Z`);
  // `new Date('2026-02-30')` is the 2nd of March; such a day does not exist.
  if (Number.isNaN(time.getTime()) || utcDay(midnight) !== day) throw wrong(path, 'a time that exists');
  return time.toISOString();
};

/** `{key: value}` read, or `{}` when it is null or absent. */
export function optional<K extends string, T>(
  key: K,
  value: unknown,
  path: string,
  read: Read<T>,
): { [key in K]?: T } {
  if (value === null || value === undefined) return {};
  return { [key]: read(value, path, []) } as { [key in K]?: T };
}
