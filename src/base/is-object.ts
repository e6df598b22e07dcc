/** Whether a value is a JSON object: no null, no array, no scalar. Its members must still be looked at before use. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
