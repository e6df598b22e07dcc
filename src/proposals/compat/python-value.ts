/**
 * A JSON value with the distinctions Python makes: an int is a `bigint`, a float a `number`, an object a `Map` in the
 * order of its first keys. `parsePythonJson` makes them.
 */
export type PythonValue = null | boolean | bigint | number | string | readonly PythonValue[] | PythonDict;

/** A Python `dict` with text keys. */
export type PythonDict = ReadonlyMap<string, PythonValue>;

/** Whether it is a `dict`. */
export function isDict(value: PythonValue): value is PythonDict {
  return value instanceof Map;
}

/** Python's truth of a value: nothing, zero and the empty are false; NaN is true. */
export function isTruthy(value: PythonValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return Number.isNaN(value) || Boolean(value);
}

/** What a person calls it in JSON: `a list`, `null`, `a text`. */
export function kindOf(value: PythonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'an object';
  return typeof value === 'string' ? 'a text' : typeof value === 'boolean' ? 'a boolean' : 'a number';
}

/**
 * A key under which Python's `dict` and `set` keep a value, or undefined for a list or object, which they refuse: 1,
 * 1.0 and true are one key; NaN is itself, since every NaN of one JSON text is the same object there.
 */
export function hashKey(value: PythonValue): string | undefined {
  if (value === null) return 'None';
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'object') return undefined;
  if (typeof value === 'number' && !Number.isInteger(value)) return `f${value}`;
  return `i${BigInt(value)}`;
}

/** Python's `==`: 1, 1.0 and true are equal, lists and objects by content; NaN differs from itself. */
export function isEqual(a: PythonValue, b: PythonValue): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => isSameOrEqual(item, b[at] as PythonValue));
  if (a instanceof Map && b instanceof Map)
    return (
      a.size === b.size &&
      [...a].every(([key, item]) => b.has(key) && isSameOrEqual(item, b.get(key) as PythonValue))
    );
  const key = hashKey(a);
  return key !== undefined && key === hashKey(b) && !Number.isNaN(a);
}

/** Inside containers Python asks for identity first, so there NaN equals itself. */
function isSameOrEqual(a: PythonValue, b: PythonValue): boolean {
  return (Number.isNaN(a) && Number.isNaN(b)) || isEqual(a, b);
}
