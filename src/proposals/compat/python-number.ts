/**
 * Numbers as CPython 3.11 computes and prints them. Checked against the script itself: see
 * test/unit/proposals/compat.
 */

/** An int (`bigint`) or a float (`number`). */
export type PythonNumber = bigint | number;

/** What Python cannot turn into a float. */
export class FloatOverflow extends Error {}

/** Python's `sum`: exact while all are ints, then in floats from left to right (no compensation before 3.12). */
export function sumNumbers(values: readonly PythonNumber[]): PythonNumber {
  let total: PythonNumber = 0n;
  for (const value of values)
    total =
      typeof total === 'bigint' && typeof value === 'bigint'
        ? total + value
        : toFloat(total) + toFloat(value);
  return total;
}

/** Python's `/` by a positive int: the double nearest to the exact quotient, also of ints that no double holds. */
export function trueDivide(value: PythonNumber, divisor: bigint): number {
  if (typeof value === 'number') return value / Number(divisor);
  if (Number.isSafeInteger(Number(value))) return Number(value) / Number(divisor);
  const size = value < 0n ? -value : value;
  // With 66 bits or more of quotient, its last bit is far from where a double is rounded: it may say that there is more.
  const shift = BigInt(Math.max(0, 66 + bitLength(divisor) - bitLength(size)));
  const quotient = (size << shift) / divisor;
  const rest = (size << shift) % divisor;
  const float = toFloat(quotient | (rest === 0n ? 0n : 1n)) / 2 ** Number(shift);
  return value < 0n ? -float : float;
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}

function toFloat(value: PythonNumber): number {
  const float = Number(value);
  if (typeof value === 'bigint' && !Number.isFinite(float)) throw new FloatOverflow();
  return float;
}

/** `format(x, '.0f')`: half to even on the exact value, all digits, `inf`, `nan`, the sign of -0.0. */
export function fixed0(value: number): string {
  return fixed(value, 0);
}

/** `format(x, '.1f')`. */
export function fixed1(value: number): string {
  return fixed(value, 1);
}

/** `round(x, 1)`. */
export function round1(value: number): number {
  return Number.isFinite(value) ? Number(fixed1(value)) : value;
}

/** `str(x)` of a float: the shortest digits that read back, `1.0`, `1e+16`, `inf`. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return unbounded(value);
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [digits, exponent = ''] = value.toExponential().split('e');
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function fixed(value: number, places: 0 | 1): string {
  if (!Number.isFinite(value)) return unbounded(value);
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return `${sign}${size >= 1e21 ? `${BigInt(size)}${places === 1 ? '.0' : ''}` : evenly(size, places)}`;
}

/** `toFixed` is exact and only differs on a tie, which it takes upwards: there the even neighbour is wanted. */
function evenly(size: number, places: 0 | 1): string {
  const rest = size % 1;
  if (places === 0 && rest === 0.5 && Math.floor(size) % 2 === 0) return Math.floor(size).toFixed(0);
  if (places === 1 && rest === 0.25) return `${Math.floor(size)}.2`;
  return size.toFixed(places);
}

function unbounded(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

const floatForm =
  /^[+-]?(?:(?:\d+(?:_\d+)*)(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;

/** `float(text)`, as the script's flags are read (`1e3`, `1_000`, `inf`); undefined where Python refuses. */
export function parsePythonFloat(text: string): number | undefined {
  const trimmed = text.trim();
  if (floatForm.test(trimmed)) return Number(trimmed.replaceAll('_', ''));
  const word = /^([+-]?)(?:(inf|infinity)|nan)$/i.exec(trimmed);
  if (!word) return undefined;
  if (word[2] === undefined) return Number.NaN;
  return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
