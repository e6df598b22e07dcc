import { foldSpace } from '../base/text.ts';

/** A prompt typed while the agent worked. */
export interface QueuedPrompt {
  text: string;
  line: number;
  at: string | null;
}

/** Another record of a delivered prompt follows within this many lines; the same words later are said anew. */
const twinWindow = 50;

/**
 * Prompts typed while Claude Code worked are written down up to three times: when queued, when taken out of the queue
 * in the middle of a turn (`remove`, in newer versions with an attachment), and as a plain user line when the turn
 * had ended (`dequeue`). This keeps one of each. Prompts pulled back into the editor (`popAll`) were never said.
 */
export class PromptQueue {
  private waiting: QueuedPrompt[] = [];
  private delivered: { text: string; line: number }[] = [];

  /** The prompt was queued. */
  queued(prompt: QueuedPrompt) {
    this.forget(foldSpace(prompt.text));
    this.waiting.push(prompt);
  }

  /** Taken out mid-turn; gives the prompt to report, or undefined when it was reported before or is unknown. */
  removed(text: string | undefined, line: number): QueuedPrompt | undefined {
    const at = text === undefined ? 0 : this.waiting.findIndex((prompt) => same(prompt.text, text));
    const prompt = at < 0 ? undefined : this.waiting.splice(at, 1)[0];
    if (!prompt || this.wasDelivered(prompt.text, line)) return undefined;
    this.deliver(prompt.text, line);
    return prompt;
  }

  /** Pulled back into the editor. */
  withdrawn(text: string | undefined) {
    this.waiting = text === undefined ? [] : this.waiting.filter((prompt) => !same(prompt.text, text));
  }

  /** True when this text was reported as a queued prompt just before; it is no longer waiting in any case. */
  arrived(text: string, line: number): boolean {
    const folded = foldSpace(text);
    this.waiting = this.waiting.filter((prompt) => !folded.includes(foldSpace(prompt.text)));
    return this.wasDelivered(text, line);
  }

  /** An attachment says that it was delivered; false when it was reported already. */
  attached(text: string, line: number): boolean {
    if (this.wasDelivered(text, line)) return false;
    this.deliver(text, line);
    return true;
  }

  private deliver(text: string, line: number) {
    this.delivered.push({ text: foldSpace(text), line });
  }

  private wasDelivered(text: string, line: number): boolean {
    const folded = foldSpace(text);
    const known = this.delivered.some((one) => one.text === folded && line - one.line <= twinWindow);
    if (known) this.forget(folded);
    return known;
  }

  private forget(folded: string) {
    this.delivered = this.delivered.filter((one) => one.text !== folded);
  }
}

function same(a: string, b: string): boolean {
  return foldSpace(a) === foldSpace(b);
}
