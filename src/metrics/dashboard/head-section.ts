import { escapeMarkdown } from '../../base/markdown.ts';
import { counted } from '../../base/text.ts';
import type { Measurement } from '../measurement.ts';

/** The verdict in one sentence, and which days it is about. */
export function headSection({ verdict, window, before }: Measurement): string {
  return [
    '# Does the loop pay?',
    `> **${verdict.verdict.toUpperCase()}** — ${escapeMarkdown(verdict.sentence)}`,
    `Window: ${window.from} to ${window.to} (${counted(window.days, 'day')}, UTC), compared with ${before.from} to ${before.to}. ` +
      'Written by `kaizen measure` from `metrics/events/` and `knowledge/`; do not edit, run it again.',
  ].join('\n\n');
}
