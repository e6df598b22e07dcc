import { asRecord, asText, type JsonRecord } from './json-shape.ts';

/** Line types seen in real files: what the decoder reads, then what it passes over. */
const lineTypes = new Set([
  ...[
    'user',
    'assistant',
    'system',
    'attachment',
    'queue-operation',
    'summary',
    'ai-title',
    'custom-title',
    'pr-link',
  ],
  ...[
    'progress',
    'file-history-snapshot',
    'file-history-delta',
    'last-prompt',
    'permission-mode',
    'mode',
    'agent-name',
  ],
  ...['worktree-state', 'relocated', 'bridge-session', 'frame-link', 'started', 'result', 'atis-latch'],
]);

/** See TranscriptFormat.detect. */
export function detectClaudeCode(head: readonly unknown[]): number {
  let score = 0;
  let isForeign = false;
  let unknownTypes = 0;
  for (const value of head) {
    const line = asRecord(value);
    const type = asText(line?.type);
    if (!line) continue;
    if (type === 'user' || type === 'assistant') {
      const message = asRecord(line.message);
      const isOurs = message !== undefined && isContent(message.content) && typeof message.role === 'string';
      if (!isOurs) isForeign = true;
      else if (hasSessionId(line) || typeof line.uuid === 'string') return 1;
      else score = Math.max(score, 0.9);
    } else if (type !== undefined && lineTypes.has(type)) {
      const isDated = line.timestamp === undefined || typeof line.timestamp === 'string';
      if (isDated && (hasSessionId(line) || 'leafUuid' in line || 'messageId' in line))
        score = Math.max(score, 0.95);
    } else if (type !== undefined) {
      unknownTypes++;
    } else if ('type' in line && 'message' in line && 'uuid' in line) score = Math.max(score, 0.3);
  }
  return isForeign || unknownTypes > head.length / 2 ? 0 : score;
}

function hasSessionId(line: JsonRecord): boolean {
  return typeof line.sessionId === 'string' || typeof line.session_id === 'string';
}

/** A message's content as every version writes it. */
export function isContent(content: unknown): content is string | unknown[] {
  return typeof content === 'string' || Array.isArray(content);
}

/** A line without meaning for us, but of a kind Claude Code writes. */
export function isClaudeLine(record: JsonRecord): boolean {
  return lineTypes.has(String(record.type)) || hasSessionId(record) || typeof record.uuid === 'string';
}
