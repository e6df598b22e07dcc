import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PacketTemplate, parseTemplate } from '../context/packet-template.ts';
import { readTextIfExistsSync } from './files.ts';

/** Where a repository keeps its own words for the packet. */
export const templatePath = '.kaizen/templates/bootstrap-context.md';

/** The repository's template, else ours; with the reason when the repository's own cannot be used. */
export async function readPacketTemplate(
  root: string,
): Promise<{ template: PacketTemplate; problem: string | undefined }> {
  const own = readTextIfExistsSync(join(root, templatePath));
  const parsed = own === undefined ? undefined : parseTemplate(own);
  if (parsed && !('problem' in parsed)) return { template: parsed, problem: undefined };
  const ours = parseTemplate(
    readFileSync(new URL('../../src/templates/bootstrap-context.md', import.meta.url), 'utf8'),
  );
  if ('problem' in ours) throw new Error(`the built-in template: ${ours.problem}`);
  return { template: ours, problem: parsed && `${templatePath} is not used: ${parsed.problem}` };
}
