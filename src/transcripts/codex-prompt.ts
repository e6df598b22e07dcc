import { asRecord, type JsonRecord } from './json-shape.ts';

/** Starts of user items that the harness put there. */
export const injectedStart =
  /^\s*(?:<(?:environment_context|user_instructions|permissions instructions|turn_aborted|INSTRUCTIONS|skills?|collaboration_mode|model_switch|user_shell_command|subagent_notification|apps_instructions|plugins_instructions|[a-z]+(?:_[a-z]+)+)>|# AGENTS\.md instructions)/;
const requestMark = /^## My request for Codex:[ \t]*\n?/gm;

/** The person's words of a prompt that the IDE or the desktop app wrapped. */
export function requestOf(text: string): string {
  const marks = [...text.matchAll(requestMark)];
  const last = marks.at(-1);
  return last ? text.slice(last.index + last[0].length) : text;
}

/** Arguments of a call: JSON text mostly; other text stands under `rawKey`. */
export function parseArguments(value: unknown, rawKey = 'arguments'): JsonRecord {
  const record = asRecord(value);
  if (record) return record;
  if (typeof value !== 'string') return {};
  if (value.trimStart().startsWith('{')) {
    try {
      return asRecord(JSON.parse(value)) ?? {};
    } catch {
      // Not JSON after all: keep the text itself.
    }
  }
  return { [rawKey]: value };
}
