/** Opens with a tag or a label (`<returncode>`, `Observation:`). */
const opening = /^\s*(<[a-z][\w-]*>|[A-Z][\w ]{2,24}:(?=\s))/;
/** A last line that is nothing but a prompt (`bash-$`, `>>>`). */
const prompt = /^\s*(\S{0,20}[$#%>])$/;
/** Fewer turns show no habit. */
const leastTurns = 3;

/**
 * True when a program speaks where the format has a person: agents without a tool role get the output of their commands,
 * and their scaffold's complaints, as user turns. Nobody opens or ends every other message with the same tag, label or
 * shell prompt. `turns`: the texts of a session's user turns, in order; the first is the task and shows nothing.
 */
export function areFramed(turns: readonly string[]): boolean {
  const answers = turns.slice(1);
  if (answers.length < leastTurns) return false;
  const lastLines = answers.map((text) => text.trimEnd().split('\n').at(-1) ?? '');
  return [answers.map((text) => opening.exec(text)), lastLines.map((line) => prompt.exec(line))].some(
    (found) => {
      const seen = new Map<string, number>();
      for (const match of found) {
        const mark = match?.[1];
        if (mark !== undefined) seen.set(mark, (seen.get(mark) ?? 0) + 1);
      }
      return Math.max(0, ...seen.values()) * 2 >= answers.length;
    },
  );
}
