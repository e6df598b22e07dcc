import { type Execution, formatExecution } from './execution.ts';
import { parseExecutionLine } from './executions-text.ts';
import { uniqueExecutions } from './summary.ts';

/** What is wrong in a file of executions. */
export type FlawKind =
  | 'bad line'
  | 'glued rows'
  | 'repeated row'
  | 'id used twice'
  | 'byte order mark'
  | 'carriage returns'
  | 'no newline at the end';

/** Something wrong, with how often and where first. */
export interface Flaw {
  kind: FlawKind;
  count: number;
  /** From 1; the first of them. */
  line: number;
  detail: string;
}

/** A line taken out of the file, as it is kept beside it. */
interface SetAside {
  line: number;
  reason: string;
  text: string;
}

/** A file of executions looked through: what is wrong, its text put right, and what that text no longer holds. */
export interface RepairPlan {
  flaws: Flaw[];
  /** Equal to the text given when nothing is wrong. */
  text: string;
  setAside: SetAside[];
  /** Rows with an earlier time than the row before them: a clock that was set back, or branches that were merged. */
  outOfOrder: number;
}

/**
 * Looks through the text of an executions file. Rows stay as they are; what is no execution is set aside, after
 * executions glued to it (a line torn by a crash, the next row behind it) were parted from it; a row that stands
 * twice stays once; of two executions with one id the earliest stays.
 */
export function planRepair(text: string, agent: string): RepairPlan {
  const flaws = new Map<string, Flaw>();
  const note = (kind: FlawKind, line: number, detail: string) => {
    const key = kind === 'bad line' ? `${kind}: ${detail}` : kind;
    const known = flaws.get(key);
    if (known) known.count += 1;
    else flaws.set(key, { kind, count: 1, line, detail });
  };
  const setAside: SetAside[] = [];
  const rows: { line: number; text: string; execution: Execution }[] = [];
  if (text.startsWith('\ufeff')) note('byte order mark', 1, 'at the start of the file');
  const lines = text.replace(/^\ufeff/, '').split('\n');
  if (lines.at(-1) !== '')
    note('no newline at the end', lines.length, 'a write was torn, or the file was edited');
  lines.forEach((content, at) => {
    const line = at + 1;
    const trimmed = content.trim();
    if (content.endsWith('\r')) note('carriage returns', line, 'an editor or Git changed the ends of lines');
    const parsed = parseExecutionLine(trimmed, agent);
    if (parsed.kind === 'execution') rows.push({ line, text: trimmed, execution: parsed.execution });
    if (parsed.kind !== 'bad') return;
    const { executions, rest } = partGlued(trimmed, agent);
    if (executions.length > 0) note('glued rows', line, 'an execution stands behind something else');
    for (const execution of executions) rows.push({ line, text: formatExecution(execution), execution });
    if (rest === '') return;
    const left = parseExecutionLine(rest, agent);
    const reason = left.kind === 'bad' ? left.reason : parsed.reason;
    note('bad line', line, reason);
    setAside.push({ line, reason, text: rest });
  });
  const chosen = new Set(uniqueExecutions(rows.map((row) => row.execution)));
  const texts = new Set<string>();
  const kept = rows.filter(({ line, text: row, execution }) => {
    if (texts.has(row)) {
      note('repeated row', line, `id ${execution.id}`);
      return false;
    }
    texts.add(row);
    if (chosen.has(execution)) return true;
    note('id used twice', line, `id ${execution.id}; the earliest execution counts`);
    setAside.push({ line, reason: `the id ${execution.id} is that of an earlier execution`, text: row });
    return false;
  });
  const whole = kept.map((row) => `${row.text}\n`).join('');
  const outOfOrder = kept.filter(({ execution }, at) => {
    const before = kept[at - 1]?.execution;
    return before !== undefined && execution.timestamp < before.timestamp;
  }).length;
  return { flaws: [...flaws.values()], text: flaws.size === 0 ? text : whole, setAside, outOfOrder };
}

/** Whole executions in a line that is none, and what is left of it. */
function partGlued(line: string, agent: string): { executions: Execution[]; rest: string } {
  const executions: Execution[] = [];
  let rest = line;
  // From the back: a row that was written whole ends the line, whatever was torn before it.
  for (let at = rest.lastIndexOf('{"'); at >= 0; at = at === 0 ? -1 : rest.lastIndexOf('{"', at - 1)) {
    const parsed = parseExecutionLine(rest.slice(at), agent);
    if (parsed.kind !== 'execution') continue;
    executions.unshift(parsed.execution);
    rest = rest.slice(0, at);
  }
  return { executions, rest: rest.trim() };
}
