import { createInterface } from 'node:readline/promises';

/** Asks a person at the terminal, on stderr, so that stdout stays the result. */
export interface Prompt {
  /** The answer, trimmed; undefined when the input ended or the person pressed Ctrl-C. */
  ask(question: string): Promise<string | undefined>;
  /** True when the person pressed Ctrl-C. */
  wasStopped(): boolean;
  close(): void;
}

/** Opens a prompt on this process's terminal. Only where `ctx.interactive` is true. */
export function openPrompt(signal: AbortSignal): Prompt {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  let ended = false;
  let stopped = false;
  const end = new Promise<undefined>((resolve) => {
    const stop = () => {
      ended = true;
      resolve(undefined);
    };
    lines.once('close', stop);
    lines.once('SIGINT', () => {
      stopped = true;
      process.stderr.write('\n');
      lines.close();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
  return {
    async ask(question) {
      if (ended) return undefined;
      return Promise.race([lines.question(question).then((answer) => answer.trim()), end]);
    },
    wasStopped: () => stopped || signal.aborted,
    close: () => lines.close(),
  };
}
