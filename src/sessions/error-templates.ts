import { base32Id, compareText } from '../base/text.ts';
import { type DrainOptions, growDrainTree } from './drain.ts';
import { meaningfulLine } from './error-fingerprint.ts';
import { maskForGrouping } from './mask-values.ts';

/**
 * Which masks and which tree made a group: stored beside every group, and part of its key, so that errors grouped by
 * another version are not taken for new ones.
 */
export const errorGroupingVersion = 1;

/** Templates kept by default: more than a fleet shows, few enough for the memory of a hook. */
const mostTemplates = 10_000;

/** Errors as they come, each put to its group at once. */
export interface ErrorTemplates {
  /**
   * The group of an error text: `templateId` counts from 1, `template` is what its members share by now, with `<*>` for
   * words that differ. Both hang on the order of errors; `groupErrors` gives what does not.
   */
  add(message: string): { templateId: number; template: string };
}

/** A group of errors that are the same but for their values. */
export interface ErrorGroup {
  /** 12 base32 characters of sha256(version, template): the same in every repository that shows the same template. */
  key: string;
  version: number;
  template: string;
  /** Errors in the group, a text that was given twice counted twice. */
  count: number;
}

/**
 * Groups error texts while they come: the line that says what went wrong, its values masked, then Drain (depth 4,
 * similarity 0.4, 100 children). Use this to see that many texts are one error; to look one error up, or to count it
 * over years, use the exact key of `errorFingerprint`.
 */
export function openErrorTemplates(
  options: Partial<Pick<DrainOptions, 'similarity' | 'maxTemplates'>> = {},
): ErrorTemplates {
  const tree = growDrainTree({ maxTemplates: mostTemplates, ...options });
  return {
    add(message) {
      const { template } = tree.add(lineOf(message));
      return { templateId: template.id, template: template.words.join(' ') };
    },
  };
}

/**
 * Groups error texts at once, whatever their order: they are taken in the order of their masked lines, and all that is
 * told of a group is told at the end. The group of each text stands at its place; a text that says nothing has none.
 */
export function groupErrors(messages: readonly string[]): (ErrorGroup | undefined)[] {
  const lines = messages.map(lineOf);
  const tree = growDrainTree();
  const templateOf = new Map(
    [...new Set(lines)]
      .filter((line) => line !== '')
      .sort(compareText)
      .map((line) => [line, tree.add(line).template]),
  );
  const groups = new Map<string, ErrorGroup>();
  return lines.map((line) => {
    const template = templateOf.get(line)?.words.join(' ');
    if (template === undefined) return undefined;
    const group = groups.get(template) ?? newGroup(template);
    groups.set(template, group);
    group.count += 1;
    return group;
  });
}

/** Where in which file a shell or compiler stood: it says nothing of what went wrong. */
const place = /^(?:<path>|\(eval\)|(?:ba|z|da|k|a)?sh)(?:: line)?(?:[: ]*<n>)?:? (?=\S+ \S)/;

/** What is grouped of an error text: the line that says what went wrong, masked, without the place it begins with. */
function lineOf(message: string): string {
  return maskForGrouping(meaningfulLine(message)).replace(place, '');
}

function newGroup(template: string): ErrorGroup {
  const key = base32Id(`${errorGroupingVersion}\n${template}`, 12);
  return { key, version: errorGroupingVersion, template, count: 0 };
}
