import { codeSpan, escapeMarkdown } from '../../base/markdown.ts';
import type { Measurement } from '../measurement.ts';

/** What a person does next, each with its command; empty when there is nothing. */
export function nextSection({ next }: Measurement): string {
  if (next.length === 0) return '';
  return ['## Do next', ...next.map((step) => `- ${escapeMarkdown(step.why)} → ${codeSpan(step.command)}`)]
    .join('\n')
    .replace('\n', '\n\n');
}
