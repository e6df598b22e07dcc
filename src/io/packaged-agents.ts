import { readdir, readFile } from 'node:fs/promises';
import { compareText } from '../base/text.ts';

const folder = new URL('../../src/templates/agents/', import.meta.url);

/** The agent definitions that come with Kaizen, by name, in their order. */
export async function readPackagedAgents(): Promise<Map<string, string>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.md')).sort(compareText);
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')));
  return new Map(files.map((file, at) => [file.slice(0, -'.md'.length), texts[at] as string]));
}
