import { asCount, asRecord, asText } from './json-shape.ts';
import { contentText } from './text-parts.ts';

/** A Codex tool output read out of whichever of its encodings was used. */
export interface CodexOutput {
  text: string;
  exitCode: number | null;
  durationMs: number | null;
  isError: boolean;
  denied: 'person' | 'rule' | null;
  collateral: boolean;
  /** The command still runs; `write_stdin` will poll it. */
  running: boolean;
}

/**
 * Reads `function_call_output.output` and `custom_tool_call_output.output`. The exit code stands in one of four
 * encodings: JSON text with `metadata.exit_code`; an `Exit code: N` head; a `Process exited with code N` head after a
 * chunk id; or one of those heads inside a list of `input_text` blocks. Failures without a code are told by their text.
 */
export function readCodexOutput(output: unknown): CodexOutput {
  const wrapped = typeof output === 'string' ? unwrapJson(output) : undefined;
  const text = wrapped?.text ?? contentText(output);
  const head = text.slice(0, 600);
  const code =
    wrapped?.exitCode ?? numberIn(/^(?:Exit code: |(?:.*\n){0,4}?Process exited with code )(-?\d+)/, head);
  const seconds = wrapped?.seconds ?? numberIn(/^(?:.*\n){0,3}?Wall time: ([\d.]+) seconds/, head);
  const denied = deniedBy(head);
  const collateral = /^aborted by user|^aborted$/i.test(head);
  const failed = wrapped?.success === false || failureText.test(head);
  return {
    text,
    exitCode: code,
    durationMs: seconds === null ? null : Math.round(seconds * 1000),
    isError: code !== null ? code !== 0 : failed || denied !== null || collateral,
    denied,
    collateral,
    running: code === null && /^(?:.*\n){0,4}?Process running with session ID/.test(head),
  };
}

const failureText =
  /^(?:(?:exec_command |apply_patch |write_stdin )?failed (?:in sandbox|for|to parse)|\S+ failed: |apply_patch verification failed|failed to parse function arguments|unsupported call|tool call error|err: |error: |Error: |collab \S+ failed|execution error|unable to )/i;

function deniedBy(head: string): 'person' | 'rule' | null {
  if (/^(?:exec command |patch |command )?rejected by user/i.test(head)) return 'person';
  if (
    /^(?:exec_command failed[^\n]*)?.{0,80}(?:rejected\("|rejected by (?:policy|sandbox|guardian)|approval policy is never|blocked by policy)/i.test(
      head,
    )
  ) {
    return /rejected by user/i.test(head) ? 'person' : 'rule';
  }
  return null;
}

function numberIn(pattern: RegExp, text: string): number | null {
  const found = pattern.exec(text)?.[1];
  const value = found === undefined ? Number.NaN : Number(found);
  return Number.isFinite(value) ? value : null;
}

interface Wrapped {
  text: string;
  exitCode: number | null;
  seconds: number | null;
  success: boolean | null;
}

function unwrapJson(output: string): Wrapped | undefined {
  if (!/^\s*\{\s*"(?:output|metadata|content|success)"/.test(output)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    return undefined;
  }
  const record = asRecord(value);
  if (!record) return undefined;
  const metadata = asRecord(record.metadata);
  const code = metadata?.exit_code;
  return {
    text: asText(record.output) ?? contentText(record.content),
    exitCode: typeof code === 'number' ? code : null,
    seconds: asCount(metadata?.duration_seconds) ?? null,
    success: typeof record.success === 'boolean' ? record.success : null,
  };
}
