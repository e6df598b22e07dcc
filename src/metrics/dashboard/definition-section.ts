import { escapeMarkdown } from '../../base/markdown.ts';
import { definitions } from '../definitions.ts';
import type { Measurement } from '../measurement.ts';

/** What every figure above means, word for word from the definitions. */
export function definitionSection({ figures, definitions: version }: Measurement): string {
  const ids = [...figures.map((row) => row.window.id), 'utility' as const];
  return [
    `## What the figures mean (definitions ${version})`,
    ids
      .map((id) => `- **${definitions[id].name}** (\`${id}\`). ${escapeMarkdown(definitions[id].text)}`)
      .join('\n'),
    'Intervals are 95 %. Changes are called better or worse only after correction for looking at many figures (Benjamini–Hochberg 5 %; recurrence, named in advance, alone). ' +
      'Fewer than 20 on a side is too few. “Usable”: of how many sessions (facts, for the age) the needed parts could be read. n counts what the value is made from. Unknown is unknown, never 0.',
  ].join('\n\n');
}
