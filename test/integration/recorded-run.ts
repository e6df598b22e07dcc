import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cleanEnvironment } from './temp-repository.ts';
import { type Line, writeTranscript } from './transcript-files.ts';

const startMs = Date.parse('2026-11-10T10:00:00Z');

/** ISO time of a second of a recorded run. */
export const timeAt = (second: number) => new Date(startMs + second * 1000).toISOString();

/**
 * Records a run in a real repository: commands are really run there, with the clock of the run for Git, and what they
 * printed goes into a Claude Code transcript, as an agent's harness would write it.
 */
export class RunRecorder {
  readonly lines: Line[] = [];
  private readonly root: string;
  private readonly id: string;
  private calls = 0;

  constructor(root: string, id: string) {
    this.root = root;
    this.id = id;
  }

  type(second: number, text: string) {
    this.lines.push({ type: 'user', timestamp: timeAt(second), message: { role: 'user', content: text } });
  }

  say(second: number, text: string) {
    this.answer(second, [{ type: 'text', text }]);
  }

  edit(second: number, file: string, before: string, after: string) {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, after);
    const input =
      before === ''
        ? { file_path: path, content: after }
        : { file_path: path, old_string: before, new_string: after };
    this.call(second, second + 1, before === '' ? 'Write' : 'Edit', input, { text: 'ok', fails: false });
  }

  /** Really runs the line in the repository; gives what it printed. */
  run(second: number, took: number, command: string): string {
    const output = runShell(this.root, command, timeAt(second + took));
    this.call(second, second + took, 'Bash', { command }, output);
    return output.text;
  }

  /** Writes the transcript as it is now; with `torn`, the last line is only half there. */
  write(folder: string, options: { torn?: boolean } = {}): string {
    const file = writeTranscript(folder, this.id, this.lines, this.root);
    if (options.torn) writeFileSync(file, '{"type":"assistant","message":{"role":"assi', { flag: 'a' });
    return file;
  }

  private call(
    from: number,
    to: number,
    name: string,
    input: Line,
    output: { text: string; fails: boolean },
  ) {
    this.calls += 1;
    const id = `toolu_${this.id}_${this.calls}`;
    this.answer(from, [{ type: 'tool_use', id, name, input }]);
    const content = output.fails ? `Exit code 1\n${output.text}` : output.text;
    const result = { type: 'tool_result', tool_use_id: id, is_error: output.fails, content };
    this.lines.push({ type: 'user', timestamp: timeAt(to), message: { role: 'user', content: [result] } });
  }

  private answer(second: number, content: unknown[]) {
    const usage = {
      input_tokens: 10,
      output_tokens: 100,
      cache_read_input_tokens: 1000,
      cache_creation_input_tokens: 50,
    };
    const message = {
      id: `msg_${this.id}_${this.lines.length}`,
      role: 'assistant',
      model: 'claude-x-1',
      content,
      usage,
    };
    this.lines.push({ type: 'assistant', timestamp: timeAt(second), message });
  }
}

function runShell(cwd: string, command: string, at: string): { text: string; fails: boolean } {
  // Node's test runner does nothing inside another runner's environment.
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...clean } = cleanEnvironment(cwd);
  const env = { ...clean, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
  try {
    return {
      text: execFileSync('sh', ['-c', command], { cwd, encoding: 'utf8', env, stdio: 'pipe' }),
      fails: false,
    };
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return { text: `${stdout}${stderr}`, fails: true };
  }
}
