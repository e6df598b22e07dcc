import { KaizenError } from '../base/errors.ts';
import type { FlagValues } from './command.ts';
import { flagKey } from './invocation.ts';

/** A flag's text, or undefined when it was not given. */
export function textFlag(flags: FlagValues, name: string): string | undefined {
  const value = flags[flagKey(name)];
  return typeof value === 'string' ? value : undefined;
}

/** A flag's texts: [] when it was not given. */
export function textFlags(flags: FlagValues, name: string): string[] {
  const value = flags[flagKey(name)];
  return Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
}

/** A switch. */
export function switchFlag(flags: FlagValues, name: string): boolean {
  return flags[flagKey(name)] === true;
}

/** A number within bounds, or undefined when the flag was not given; throws `usage` for anything else. */
export function numberFlag(
  flags: FlagValues,
  name: string,
  bounds: { min?: number; max?: number; whole?: boolean } = {},
): number | undefined {
  const text = textFlag(flags, name);
  if (text === undefined) return undefined;
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, whole = true } = bounds;
  if (Number.isNaN(value) || value < min || value > max || (whole && !Number.isInteger(value)))
    throw new KaizenError('usage', `--${name} cannot be '${text}'; it is ${describeBounds(min, max, whole)}`);
  return value;
}

function describeBounds(min: number, max: number, whole: boolean): string {
  const kind = whole ? 'a whole number' : 'a number';
  if (Number.isFinite(min) && Number.isFinite(max)) return `${kind} from ${min} to ${max}`;
  if (Number.isFinite(min)) return `${kind} of at least ${min}`;
  return Number.isFinite(max) ? `${kind} of at most ${max}` : kind;
}

/** `--repo owner/name`, also with the `repo:` of a scope; throws `usage` for anything else. */
export function repoFlag(flags: FlagValues): string | undefined {
  const repo = textFlag(flags, 'repo')?.replace(/^repo:/, '');
  if (repo !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(repo))
    throw new KaizenError('usage', `--repo cannot be '${repo}'; write owner/name`);
  return repo;
}

const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** An ISO 8601 day (midnight UTC) or time with its zone; throws `usage` for anything else, a day that is none included. */
export function parseTime(text: string, flag: string): Date {
  const time = isoTime.test(text) ? new Date(text) : new Date(Number.NaN);
  const dayKept = !Number.isNaN(time.getTime()) && dayExists(text.slice(0, 10));
  if (!dayKept)
    throw new KaizenError('usage', `--${flag} cannot be '${text}'; write a day or a time with its zone`, {
      hint: `For example --${flag} 2026-11-20 or --${flag} 2026-11-20T09:00:00Z.`,
    });
  return time;
}

/** `new Date('2026-02-30')` is the 2nd of March; such a day does not exist. */
function dayExists(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
