import { formatHead } from './head.ts';
import { memorySections } from './sections.ts';

/** The memory of an agent that has none yet: the seed's layout, each section with a comment that says what it is for. */
export function newMemory(agent: string, project: string, day: string): string {
  const head = formatHead({ agent, project, last_updated: day, session_count: '0' });
  const sections = memorySections.map(({ name, purpose }) => `## ${name}\n\n<!-- ${purpose} -->\n`);
  return `${head}\n${sections.join('\n')}`;
}
