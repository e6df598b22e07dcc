import { compareText } from '../../base/text.ts';

/** A session as its calls' shapes, in order. */
export interface ShapedSession {
  id: string;
  shapes: readonly string[];
}

/**
 * All sessions as one row of numbers. A step is one call, or several of one shape on end: three files read one after
 * another are one step, so that a routine is found again whether it read two files or five. Behind each session stands
 * a step of shape -1, which belongs to no pattern.
 */
export interface StepTable {
  /** Shape number → shape, in text order. */
  shapes: readonly string[];
  /** Session number → id, in text order. */
  sessions: readonly string[];
  shape: Int32Array;
  session: Int32Array;
  /** First call of the step in its session, and the first behind it. */
  from: Int32Array;
  to: Int32Array;
}

/** The table of some sessions: the same in whatever order they are given. */
export function stepTable(given: readonly ShapedSession[]): StepTable {
  const sorted = [...given].sort(
    (a, b) => compareText(a.id, b.id) || compareText(a.shapes.join('\n'), b.shapes.join('\n')),
  );
  const different = new Set<string>();
  for (const session of sorted) for (const shape of session.shapes) different.add(shape);
  const shapes = [...different].sort(compareText);
  const sessions = [...new Set(sorted.map(({ id }) => id))];
  const shapeNumber = new Map(shapes.map((shape, at) => [shape, at]));
  const sessionNumber = new Map(sessions.map((id, at) => [id, at]));
  const most = sorted.reduce((sum, session) => sum + session.shapes.length + 1, 0);
  const columns = Array.from({ length: 4 }, () => new Int32Array(most));
  const [shape, session, from, to] = columns as [Int32Array, Int32Array, Int32Array, Int32Array];
  let steps = 0;
  for (const { id, shapes: calls } of sorted) {
    const number = sessionNumber.get(id) as number;
    for (let call = 0; call <= calls.length; call += 1) {
      const next = call < calls.length ? (shapeNumber.get(calls[call] as string) as number) : -1;
      if (call > 0 && next >= 0 && next === shape[steps - 1]) {
        to[steps - 1] = call + 1;
        continue;
      }
      shape[steps] = next;
      session[steps] = number;
      from[steps] = call;
      to[steps] = call + 1;
      steps += 1;
    }
  }
  const used = (column: Int32Array) => column.subarray(0, steps);
  return { shapes, sessions, shape: used(shape), session: used(session), from: used(from), to: used(to) };
}
