import { packetClosing, packetOpening } from '../base/packet-fence.ts';

/** The words around the notes. Placeholders: `{{where}}`, `{{notes}}`, `{{more}}`. */
export interface PacketTemplate {
  head: string;
  tail: string;
}

const placeholder = '{{notes}}';

/**
 * A template text as head and tail of a packet, or why it cannot be one. The fence is not part of it: whatever a
 * template says, the packet opens and closes once.
 */
export function parseTemplate(text: string): PacketTemplate | { problem: string } {
  const parts = text.split(placeholder);
  if (parts.length !== 2) return { problem: `${placeholder} must stand in it once` };
  if (/<\/?kaizen/i.test(text)) return { problem: 'the fence lines are added by the program' };
  return { head: (parts[0] as string).trim(), tail: (parts[1] as string).trim() };
}

/** Names that can stand in the text as they are; any other is left out. */
const plainName = /^[\w.@/-]{1,120}$/;

/** What stands before and after the notes. */
export function fillTemplate(
  template: PacketTemplate,
  values: { repo: string | undefined; shown: number; leftOut: number },
): { head: string; tail: string } {
  const where = values.repo !== undefined && plainName.test(values.repo) ? ` in ${values.repo}` : '';
  const fill = (text: string) => text.replaceAll('{{where}}', where).replaceAll('{{more}}', moreText(values));
  return {
    head: `${packetOpening}\n${fill(template.head)}`,
    tail: `${fill(template.tail)}\n${packetClosing}`,
  };
}

function moreText({ shown, leftOut }: { shown: number; leftOut: number }): string {
  const whole = '`kaizen knowledge show ID` prints a whole note.';
  if (leftOut === 0) return `${shown} ${shown === 1 ? 'note' : 'notes'}, none left out. ${whole}`;
  return `${shown} of ${shown + leftOut} notes shown, ${leftOut} left out: \`kaizen search "error or words"\` finds them. ${whole}`;
}
