import { foldSpace } from '../base/text.ts';

/** A prompt typed while the agent worked. */
export interface QueuedPrompt {
  text: string;
  line: number;
  at: string | null;
}

/**
 * Prompts typed while Claude Code worked are written down up to three times: when queued, when taken out of the queue
 * in the middle of a turn (`remove`, in newer versions with an attachment), and as a plain user line when the turn
 * had ended (`dequeue`). This keeps one of each. Prompts pulled back into the editor (`popAll`) were never said.
 */
export class PromptQueue {
  private waiting: QueuedPrompt[] = [];
  private readonly delivered: string[] = [];

  /** The prompt was queued. */
  queued(prompt: QueuedPrompt) {
    this.waiting.push(prompt);
  }

  /** Taken out mid-turn; gives the prompt to report, or undefined when it was reported before or is unknown. */
  removed(text: string | undefined): QueuedPrompt | undefined {
    const at = text === undefined ? 0 : this.waiting.findIndex((prompt) => same(prompt.text, text));
    const prompt = at < 0 ? undefined : this.waiting.splice(at, 1)[0];
    if (!prompt || this.isDelivered(prompt.text)) return undefined;
    this.delivered.push(foldSpace(prompt.text));
    return prompt;
  }

  /** Pulled back into the editor. */
  withdrawn(text: string | undefined) {
    this.waiting = text === undefined ? [] : this.waiting.filter((prompt) => !same(prompt.text, text));
  }

  /** True when this text was already reported as a queued prompt. Also forgets it as waiting: it has arrived. */
  wasDelivered(text: string): boolean {
    const folded = foldSpace(text);
    this.waiting = this.waiting.filter((prompt) => !folded.includes(foldSpace(prompt.text)));
    const at = this.delivered.indexOf(folded);
    if (at < 0) return false;
    this.delivered.splice(at, 1);
    return true;
  }

  /** Reports a prompt delivered by an attachment; false when it was reported at its `remove`. */
  attached(text: string): boolean {
    if (this.wasDelivered(text)) return false;
    this.delivered.push(foldSpace(text));
    return true;
  }

  private isDelivered(text: string): boolean {
    const at = this.delivered.indexOf(foldSpace(text));
    if (at >= 0) this.delivered.splice(at, 1);
    return at >= 0;
  }
}

function same(a: string, b: string): boolean {
  return foldSpace(a) === foldSpace(b);
}
