/** Text as a person would see it, and how much was hidden in it. */
export interface VisibleText {
  text: string;
  /**
   * Characters dropped that can hide something from a reader. Terminal colours, a byte-order mark at the start and
   * the joiners of ordinary emoji are dropped too but not counted: they stand in nearly every terminal transcript.
   */
  removed: number;
}

/** Nothing but these needs no work at all; most text is this. */
const beyondPlain = /[^\t\n\r\x20-\x7e]/;

/** CSI sequences (SGR colour and the rest), OSC … BEL|ST, other strings (DCS, SOS, PM, APC), two-byte escapes. */
const escapes =
  /(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]{0,2048}(?:\x07|\x1b\\|\x9c)|\x1b[ -/]{0,4}[0-~]/g;

/** Emoji presentation selector after a pictograph, and the joiner between two of them. */
const emojiJoiners =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}#*0-9])\ufe0f|(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}])\u200d(?=\p{Extended_Pictographic})/gu;

/** Letters that are blank on screen: Hangul fillers, the Braille blank, the Khmer inherent vowels. */
const blankLetters = /[\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5]+/g;

/**
 * C0/C1 controls but tab and line ends, soft hyphen, combining grapheme joiner, Arabic letter mark, Mongolian
 * separators, zero-width and bidi controls, invisible operators, variation selectors, BOM, interlinear
 * annotations, tag characters, supplementary variation selectors, and the other default-ignorables of Plane 14.
 */
const invisible =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb]|[\u180b-\u180f]|[\ufe00-\ufe0f]|\u034f|[\u{e0000}-\u{e0fff}]|[\u{1bca0}-\u{1bca3}]|[\u{1d173}-\u{1d17a}]/gu;

/** Cheap looks, without Unicode tables, at whether the costly replacements can find anything. */
const maybeInvisible =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ud82f\ud834\udb40-\udb43]|\u034f|[\u180b-\u180f]|[\ufe00-\ufe0f]/;
const maybeMarks =
  /[\u0300-\u036f]|[\u0483-\u0489]|[\u0591-\u1dff]|[\u20d0-\u20ff]|[\u2cef-\u2cf1]|\u2d7f|[\u2de0-\u2dff]|[\u302a-\u302f]|\u3099|\u309a|[\ua66f-\ua6f1]|[\ua802-\uabff]|\ufb1e|[\ufe20-\ufe2f]|[\ud800-\ud83a]/;

/** More marks on one letter than any living script writes; the first four are kept. */
const markFlood = /(\p{M}{4})(\p{M}+)/gu;

/**
 * Drops what does not show on a screen (terminal escapes, zero-width, bidi, tag and variation-selector characters,
 * fillers, more than four combining marks a letter) and composes the rest (NFC). Blank-looking letters become one
 * space, or nothing inside a word. Applying it twice is applying it once.
 */
export function stripInvisible(text: string): VisibleText {
  if (!beyondPlain.test(text)) return { text, removed: 0 };
  let removed = 0;
  const drop = (hit: string): string => {
    removed += hit.length;
    return '';
  };
  let joined = withoutEscapes(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  if (/[\ufe0f\u200d]/.test(joined)) joined = joined.replace(emojiJoiners, '');
  if (maybeInvisible.test(joined)) joined = joined.replace(invisible, drop);
  const spaced = joined.replace(blankLetters, (run, at: number) => {
    removed += run.length;
    return run.length === 1 && isWordChar(joined, at - 1) && isWordChar(joined, at + 1) ? '' : ' ';
  });
  if (!maybeMarks.test(spaced))
    return { text: /[^\x00-\u02ff]/.test(spaced) ? spaced.normalize('NFC') : spaced, removed };
  const cut = (s: string): string =>
    s.replace(markFlood, (_all, kept: string, rest: string) => kept + drop(rest));
  // Composition can also split a letter into more marks, so the cap is applied on both sides of it.
  return { text: cut(cut(spaced).normalize('NFC')).normalize('NFC'), removed };
}

/** Removing one sequence can complete another around it, hence the rounds; lone escape characters go later anyway. */
function withoutEscapes(text: string): string {
  let out = text;
  for (let round = 0; round < 3 && /[\x1b\x90-\x9f]/.test(out); round++) out = out.replace(escapes, '');
  return out;
}

function isWordChar(text: string, at: number): boolean {
  return /[A-Za-z0-9_]/.test(text.charAt(at));
}
