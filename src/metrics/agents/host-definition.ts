import type { AgentDefinition } from './agent-definition.ts';
import { problemOfAgentName } from './agent-name.ts';

/** Fields that only Kaizen reads: a file with one of them was written for it. */
const ownFields = /^(?:metrics|memory|idempotency|optimization)\s*:/m;

/** True when nothing in the front matter of a text is meant for Kaizen. */
export function isForHostAlone(text: string): boolean {
  return !ownFields.test(frontMatterOf(text)?.head ?? '');
}

/**
 * What can be known of a host's own agent file whose front matter is not plain YAML: hosts read it more freely (a
 * description with colons or examples on one line is common). Name and description, as they stand; undefined without a
 * name that could be an agent's, and for files with fields that Kaizen reads: those must be right.
 */
export function readHostDefinition(text: string): AgentDefinition | undefined {
  const parts = frontMatterOf(text);
  if (!parts || !isForHostAlone(text)) return undefined;
  const name = /^name:[ \t]*(["']?)([^"'\n]*)\1[ \t]*$/m.exec(parts.head)?.[2]?.trim() ?? '';
  const description = /^description:[ \t]*(.+)$/m.exec(parts.head)?.[1]?.trim().slice(0, 4000) ?? '';
  if (problemOfAgentName(name) !== undefined || description === '' || parts.body === '') return undefined;
  return {
    name,
    description,
    memory: 'enabled',
    idempotency: 'session',
    optimization: { enabled: true },
    hostFields: {},
    body: parts.body,
  };
}

function frontMatterOf(text: string): { head: string; body: string } | undefined {
  const plain = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const match = /^---\n([\s\S]*?)\n---(?:\n|$)/.exec(plain);
  return match ? { head: match[1] as string, body: plain.slice(match[0].length).trim() } : undefined;
}
