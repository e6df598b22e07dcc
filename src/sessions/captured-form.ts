import { sha256Hex } from '../base/text.ts';
import { stripInvisible } from '../base/visible-text.ts';
import { type CapturedHeader, capturedVersion, formatCapturedEvent } from '../transcripts/captured.ts';
import type { TranscriptEvent } from '../transcripts/event.ts';
import type { Redactor } from './redact.ts';
import type { Session, SessionSummary } from './session.ts';

/** Version of redaction and slimming together: raise it when a captured file should be made anew. */
export const captureRules = 1;

/** Most characters kept of one text, by what it is. What a person or the agent said is kept as it was read. */
const keptCharacters = { result: 6_000, failedResult: 12_000, input: 8_000, thinking: 2_000 } as const;

/**
 * A session as the lines of its captured file: redacted, and slimmed to what facts and metrics are made of (words,
 * calls with inputs, results with their outcome, tokens, compactions, times). Thinking signatures, snapshots, images
 * and progress are not among the events to begin with; long results and inputs keep their head and their tail.
 */
export function formatCapturedSession(
  session: Session,
  options: { redactor: Pick<Redactor, 'text' | 'value'>; repo: string | null },
): string {
  const { summary } = session;
  const header: CapturedHeader = {
    kaizen: 'session',
    v: capturedVersion,
    rules: captureRules,
    agent: summary.agent,
    sessionId: options.redactor.text(summary.id),
    contentSha256: summary.contentSha256,
    bytes: summary.bytes,
    lines: summary.lines,
    isTorn: summary.skipped.some((skip) => skip.reason === 'torn_tail'),
    repo: summary.repo ?? options.repo,
    skipped: summary.skipped,
    unknown: summary.unknown,
  };
  const events = withoutRepeatedUsage(session.events).map((event) => slimEvent(event, options.redactor));
  return `${[JSON.stringify(header), ...events.map(formatCapturedEvent)].join('\n')}\n`;
}

/** `.kaizen/sessions/<agent>/<yyyy>/<mm>/<id>.jsonl`; year and month are 0000/00 for a session without times. */
export function capturedPath(summary: Pick<SessionSummary, 'agent' | 'id' | 'startedAt'>): string {
  const [year = '0000', month = '00'] = /^(\d{4})-(\d\d)/.exec(summary.startedAt ?? '')?.slice(1) ?? [];
  const isName = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9])?$/.test(summary.id);
  const name = isName ? summary.id : sha256Hex(summary.id).slice(0, 32);
  return `.kaizen/sessions/${summary.agent}/${year}/${month}/${name}.jsonl`;
}

/** One response's usage is repeated on each of its lines; a repetition that says nothing new adds nothing. */
function withoutRepeatedUsage(events: readonly TranscriptEvent[]): TranscriptEvent[] {
  const said = new Map<string, string>();
  let keptLine = 0;
  return events.filter((event) => {
    if (event.kind === 'usage' && event.responseId !== null) {
      const now = JSON.stringify([event.model, event.tokens]);
      const isRepeated = said.get(event.responseId) === now;
      said.set(event.responseId, now);
      // Its time counts towards the session's: it may go only where another event of the line stays.
      if (isRepeated && keptLine === event.src.line) return false;
    }
    keptLine = event.src.line;
    return true;
  });
}

function slimEvent(event: TranscriptEvent, redactor: Pick<Redactor, 'text' | 'value'>): TranscriptEvent {
  const value = <T>(raw: T): T => redactor.value(raw) as T;
  const words = (raw: string): string => value(withoutCutWords(raw));
  switch (event.kind) {
    case 'meta':
      return { ...event, meta: value(event.meta) };
    case 'user':
      return { ...event, ...hiddenIn(event.text), text: words(event.text), uuid: null };
    case 'assistant': {
      const text = words(event.text);
      return {
        ...event,
        ...hiddenIn(event.text),
        text: event.thinking ? clipText(text, keptCharacters.thinking) : text,
      };
    }
    case 'compact':
      return { ...event, ...hiddenIn(event.text), text: words(event.text) };
    case 'api_error':
      return { ...event, text: words(event.text) };
    case 'call':
      return {
        ...event,
        id: redactor.text(event.id),
        tool: redactor.text(event.tool),
        input: clipValue(value(event.input)) as Record<string, unknown>,
      };
    case 'result':
      return {
        ...event,
        id: event.id === null ? null : redactor.text(event.id),
        text: clipText(
          words(event.text),
          event.isError ? keptCharacters.failedResult : keptCharacters.result,
        ),
        deniedSaid: event.deniedSaid === null ? null : words(event.deniedSaid),
      };
    case 'usage':
      return { ...event, responseId: event.responseId === null ? null : redactor.text(event.responseId) };
    case 'interrupt':
      return event;
  }
}

function hiddenIn(text: string): { hidden?: number } {
  const { removed } = stripInvisible(text);
  return removed > 0 ? { hidden: removed } : {};
}

/** Where the reader clipped a text, a word on either side may be half a secret: both are dropped. */
function withoutCutWords(text: string): string {
  return text.replace(/\S{0,400}(\n… \[\d+ characters left out\] …\n)\S{0,400}/, '$1');
}

/** Head and tail with a mark between that names what is gone, so that two different texts stay different. */
function clipText(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, Math.ceil(max * 0.6)).replace(/\S{0,200}$/, '');
  const tail = text.slice(text.length - Math.floor(max * 0.4)).replace(/^\S{0,200}/, '');
  const gone = text.slice(head.length, text.length - tail.length);
  return `${head}\n… [${gone.length} characters left out, sha256 ${sha256Hex(gone).slice(0, 8)}] …\n${tail}`;
}

function clipValue(value: unknown): unknown {
  if (typeof value === 'string') return clipText(value, keptCharacters.input);
  if (Array.isArray(value)) return value.map(clipValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clipValue(item)]));
}
