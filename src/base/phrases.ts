/** Words in a row that are taken as a repetition, not a coincidence. */
const phraseWords = 6;

/** Six words in a row, folded, and where they stand in their text. */
export interface Phrase {
  words: string;
  start: number;
  end: number;
}

/** Every run of six words of a text, in order; [] for a shorter text. */
export function* phrasesOf(text: string): Generator<Phrase> {
  const words = [...text.toLowerCase().matchAll(/[\p{L}\p{N}][\p{L}\p{N}_'’./-]*/gu)];
  for (let at = 0; at + phraseWords <= words.length; at += 1) {
    const run = words.slice(at, at + phraseWords);
    const last = run[phraseWords - 1] as RegExpExecArray;
    yield {
      words: run.map((word) => word[0]).join(' '),
      start: (run[0] as RegExpExecArray).index,
      end: last.index + last[0].length,
    };
  }
}
