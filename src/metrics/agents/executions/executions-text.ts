import { KaizenError } from '../../../base/errors.ts';
import { type Execution, parseExecution } from './execution.ts';

/** A line of an executions file that is no execution, and why. */
export interface BadLine {
  /** From 1. */
  line: number;
  reason: string;
  text: string;
}

/** One line of an executions file. */
export type ParsedLine =
  | { kind: 'execution'; execution: Execution; warnings: string[] }
  | { kind: 'blank' }
  | { kind: 'bad'; reason: string };

/** Reads one line, without its newline; a byte order mark and a carriage return are not part of it. */
export function parseExecutionLine(line: string, agent: string): ParsedLine {
  const text = line.replace(/^\ufeff/, '').trim();
  if (text === '') return { kind: 'blank' };
  if (/^(<{7}|={7}|>{7}|\|{7})/.test(text)) return { kind: 'bad', reason: 'mark of a merge conflict' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'bad', reason: 'no JSON: torn or edited' };
  }
  try {
    return { kind: 'execution', ...parseExecution(value, agent) };
  } catch (error) {
    if (error instanceof KaizenError) return { kind: 'bad', reason: error.message };
    throw error;
  }
}

/** The rows of an executions file as they stand, with the lines that are none. Ids may occur more than once. */
export function parseExecutions(
  text: string,
  agent: string,
): { rows: { line: number; execution: Execution }[]; bad: BadLine[] } {
  const rows: { line: number; execution: Execution }[] = [];
  const bad: BadLine[] = [];
  text.split('\n').forEach((content, at) => {
    const parsed = parseExecutionLine(content, agent);
    if (parsed.kind === 'execution') rows.push({ line: at + 1, execution: parsed.execution });
    else if (parsed.kind === 'bad') bad.push({ line: at + 1, reason: parsed.reason, text: content });
  });
  return { rows, bad };
}
