import { closeSync, readSync } from 'node:fs';
import { type ParsedLine, parseExecutionLine } from '../metrics/agents/executions/executions-text.ts';
import { RowScanner } from '../metrics/agents/executions/row-scanner.ts';
import type { TallyRow } from '../metrics/agents/executions/tally.ts';
import { openIfExistsSync } from './files.ts';

const chunkBytes = 1 << 20;

/** What is done with each line. */
interface LineVisitor {
  /** A row in the form Kaizen writes; `text` decodes its line. The row is overwritten by the next. */
  row(row: TallyRow, text: () => string): void;
  /** A line of any other form, parsed. */
  line(parsed: ParsedLine): void;
}

/**
 * Visits every line of an executions file in bounded memory, its rows without `JSON.parse` where they have the form
 * Kaizen writes. A file that is not there has no lines.
 */
export function scanExecutions(path: string, agent: string, visitor: LineVisitor): void {
  const file = openIfExistsSync(path);
  if (file === undefined) return;
  const scanner = new RowScanner(agent);
  const visit = (bytes: Buffer, from: number, to: number): void => {
    const end = to > from && bytes[to - 1] === 0x0d ? to - 1 : to;
    const text = () => bytes.toString('utf8', from, end);
    if (scanner.scan(bytes, from, end)) visitor.row(scanner.row, text);
    else visitor.line(parseExecutionLine(text(), agent));
  };
  try {
    let buffer = Buffer.allocUnsafe(chunkBytes);
    let kept = 0;
    for (;;) {
      // A line longer than the buffer: more room.
      if (kept === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      const read = readSync(file, buffer, kept, buffer.length - kept, null);
      if (read === 0) break;
      const filled = kept + read;
      const whole = buffer.subarray(0, filled);
      let from = 0;
      for (let to = whole.indexOf(0x0a); to >= 0; to = whole.indexOf(0x0a, from)) {
        visit(whole, from, to);
        from = to + 1;
      }
      buffer.copyWithin(0, from, filled);
      kept = filled - from;
    }
    if (kept > 0) visit(buffer, 0, kept);
  } finally {
    closeSync(file);
  }
}
