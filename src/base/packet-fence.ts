/**
 * The lines between which a packet stands. Harvest drops everything between them, so that what we told an agent is
 * never harvested as its own knowledge. No text from a fact can contain them: `<` before a letter or `/` is replaced.
 */
export const packetOpening = '<kaizen-context>';
/** The line that ends a packet. */
export const packetClosing = '</kaizen-context>';

/** A text of others between the two lines, with anything in it that looks like one of them broken. */
export function fencePacket(text: string): string {
  return `${packetOpening}\n${text.replace(/<(?=\/?kaizen-context)/gi, '‹').trimEnd()}\n${packetClosing}\n`;
}
