import type { DeferredInput } from './claude-bits.ts';
import type { CountedLine } from './claude-skim.ts';
import type { Src, TranscriptEvent } from './event.ts';
import type { JsonRecord } from './json-shape.ts';
import { boundedInput } from './text-parts.ts';

/** Adds the events of a counted line; texts are a mark that there was one. Classes: one shape each for the engine. */
export function addCountedEvents(events: TranscriptEvent[], line: CountedLine, src: Src, at: string | null) {
  const { block, id, input, response, model, tokens, envelope } = line;
  const side = envelope.isSidechain === true;
  if (block === 'result') {
    events.push(new CountedResult(src, at, side, id));
    return;
  }
  if (envelope.isApiErrorMessage === true) {
    events.push({ kind: 'api_error', src, at, side, text: '…' });
    return;
  }
  if (block === 'call' && input) events.push(new DeferredCall(src, at, side, line, input));
  else if (block !== 'blank') {
    events.push({ kind: 'assistant', src, at, side, text: '…', thinking: block === 'thought' });
  }
  if (tokens && model !== '<synthetic>') {
    events.push({ kind: 'usage', src, at, side, responseId: response, model, tokens });
  }
}

/** A result that did not fail, as far as counting goes. */
class CountedResult {
  readonly kind = 'result';
  readonly src: Src;
  readonly at: string | null;
  readonly side: boolean;
  readonly id: string;
  readonly text = '';
  readonly isError = false;
  readonly exitCode = null;
  readonly durationMs = null;
  readonly denied = null;
  readonly deniedSaid = null;
  readonly collateral = false;

  constructor(src: Src, at: string | null, side: boolean, id: string) {
    this.src = src;
    this.at = at;
    this.side = side;
    this.id = id;
  }
}

/** What a counted block is known by within its time: as `ClaudeRepeats` has it for parsed ones. */
export function identityOfCounted({ block, id, response }: CountedLine): string {
  if (block === 'call') return `tool_use ${id}`;
  if (block === 'result') return `tool_result ${id}`;
  return `${block === 'text' ? 'text' : 'thinking'} ${response}`;
}

/** A call whose input is parsed when somebody asks for it. */
class DeferredCall {
  readonly kind = 'call';
  readonly src: Src;
  readonly at: string | null;
  readonly side: boolean;
  readonly id: string;
  readonly tool: string;
  private readonly deferred: DeferredInput;

  constructor(src: Src, at: string | null, side: boolean, line: CountedLine, deferred: DeferredInput) {
    this.src = src;
    this.at = at;
    this.side = side;
    this.id = line.id;
    this.tool = line.tool;
    this.deferred = deferred;
  }

  get input(): JsonRecord {
    return boundedInput(this.deferred.read());
  }
}
