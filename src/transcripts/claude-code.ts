import { ClaudeCalls } from './claude-calls.ts';
import { isCompleteClaudeLine, trimClaudeLine } from './claude-code-bytes.ts';
import { addCountedEvents, identityOfCounted } from './claude-counted.ts';
import { detectClaudeCode, isClaudeLine, isContent } from './claude-detect.ts';
import { ClaudeRepeats } from './claude-repeats.ts';
import { ClaudeSkimmer } from './claude-skim.ts';
import { readToolResult } from './claude-tool-result.ts';
import { isInterruptMark, originOfUserText, withoutIdeNotes } from './claude-user-text.ts';
import type { SessionMeta, TranscriptEvent, UserOrigin } from './event.ts';
import type { TranscriptDecoder, TranscriptFormat } from './format.ts';
import { asCount, asRecord, asText, asTime, type JsonRecord, timeMs } from './json-shape.ts';
import { PromptQueue } from './prompt-queue.ts';
import { MetaTracker } from './session-meta.ts';
import { boundedInput, boundedText, contentText, joinParts } from './text-parts.ts';

/** Claude Code's session files, `~/.claude/projects/<folder>/<session>.jsonl`. Quirks: README.md in this folder. */
export const claudeCode: TranscriptFormat = {
  id: 'claude-code',
  title: 'Claude Code',
  detect: detectClaudeCode,
  trim: trimClaudeLine,
  complete: isCompleteClaudeLine,
  decoder: (file) => new ClaudeDecoder(file),
};

type LineBase = Pick<TranscriptEvent, 'src' | 'at' | 'side'>;

class ClaudeDecoder implements TranscriptDecoder {
  private readonly file: string;
  private readonly repeats = new ClaudeRepeats();
  private readonly calls = new ClaudeCalls();
  private readonly queue = new PromptQueue();
  private readonly skimmer = new ClaudeSkimmer();
  private readonly meta = new MetaTracker();
  private isSubAgentFile: boolean | undefined;
  /** The line whose members were told last. */
  private last: Pick<JsonRecord, 'sessionId' | 'cwd' | 'version' | 'gitBranch'> | undefined;
  private events: TranscriptEvent[] = [];

  constructor(file: string) {
    this.file = file;
  }

  push(value: unknown, line: number): readonly TranscriptEvent[] | undefined {
    const record = asRecord(value);
    if (!record || typeof record.type !== 'string') return undefined;
    this.events = [];
    return this.readLine(record, line) ? this.events : undefined;
  }

  skim(line: Buffer): unknown {
    return this.skimmer.skim(line);
  }

  count(bytes: Buffer, line: number): readonly TranscriptEvent[] | null | undefined {
    const found = this.skimmer.count(bytes);
    if (!found) return found;
    const at = asTime(found.timestamp);
    const ms = timeMs(at);
    if (ms === null) return undefined;
    this.events = [];
    if (!this.repeats.isNew(ms, identityOfCounted(found))) return this.events;
    const { envelope } = found;
    this.readMeta(envelope, line, at);
    addCountedEvents(this.events, found, { file: this.file, line }, at);
    return this.events;
  }

  end(): readonly TranscriptEvent[] {
    return [];
  }

  /** False: a shape Claude Code never writes. */
  private readLine(record: JsonRecord, line: number): boolean {
    switch (record.type) {
      case 'user':
      case 'assistant':
        return this.readMessage(record, line, record.type);
      case 'system':
        this.readMeta(record, line);
        this.readSystem(record, line);
        return true;
      case 'attachment':
        this.readAttachment(record, line);
        return true;
      case 'queue-operation':
        this.readQueueOperation(record, line);
        return true;
      case 'summary':
        this.addMeta(record, line, { title: record.summary });
        return true;
      case 'ai-title':
        this.addMeta(record, line, { title: record.aiTitle });
        return true;
      case 'custom-title':
        this.addMeta(record, line, { title: record.customTitle });
        return true;
      case 'pr-link':
        this.addMeta(record, line, { repoUrl: repoUrlOfPr(record) });
        return true;
      default:
        return isClaudeLine(record);
    }
  }

  private base(record: JsonRecord, line: number): LineBase {
    return {
      src: { file: this.file, line },
      at: asTime(record.timestamp),
      side: record.isSidechain === true,
    };
  }

  private addMeta(record: JsonRecord, line: number, members: Partial<Record<keyof SessionMeta, unknown>>) {
    const meta = this.meta.news(members);
    if (meta) this.events.push({ kind: 'meta', ...this.base(record, line), meta });
  }

  private readMeta(record: JsonRecord, line: number, at = asTime(record.timestamp)) {
    const { last } = this;
    const { sessionId, cwd, version, gitBranch } = record;
    if (
      last?.sessionId === sessionId &&
      last?.cwd === cwd &&
      last?.version === version &&
      last?.gitBranch === gitBranch
    ) {
      return;
    }
    this.last = { sessionId, cwd, version, gitBranch };
    this.isSubAgentFile ??= record.isSidechain === true && asText(record.agentId) !== undefined;
    const sub = this.isSubAgentFile;
    this.addMeta({ ...record, timestamp: at }, line, {
      sessionId: sub ? record.agentId : (sessionId ?? record.session_id),
      parentId: sub ? sessionId : undefined,
      agentVersion: version,
      cwd,
      branch: gitBranch === 'HEAD' ? undefined : gitBranch,
    });
  }

  private readMessage(record: JsonRecord, line: number, type: 'user' | 'assistant'): boolean {
    const message = asRecord(record.message);
    const content = message?.content;
    if (!message || !isContent(content)) return false;
    if (message.role !== undefined && message.role !== type) return false;
    const blocks = this.repeats.unseen(record, message, typeof content === 'string' ? [content] : content);
    if (blocks.length === 0 && content.length > 0) return true;
    this.readMeta(record, line);
    if (type === 'user') this.readUser(record, blocks, line);
    else this.readAssistant(record, message, blocks, line);
    return true;
  }

  private readUser(record: JsonRecord, blocks: readonly unknown[], line: number) {
    const base = this.base(record, line);
    if (record.isCompactSummary === true) {
      this.events.push({ kind: 'compact', ...base, text: boundedText(contentText(blocks)) });
      return;
    }
    const only = blocks.length === 1 ? asRecord(blocks[0]) : undefined;
    if (only?.type === 'tool_result') {
      this.readResult(record, only, base);
      return;
    }
    const texts: Record<UserOrigin, string[]> = { typed: [], queued: [], injected: [], command: [] };
    let interrupted = false;
    for (const block of blocks) {
      const part = asRecord(block);
      if (part?.type === 'tool_result') {
        this.readResult(record, part, base);
        continue;
      }
      const text = typeof block === 'string' ? block : asText(part?.text);
      if (text === undefined) continue;
      if (isInterruptMark(text)) {
        interrupted = true;
        continue;
      }
      const said = withoutIdeNotes(text);
      const origin = said.trim() === '' || isInjected(record) ? 'injected' : originOfUserText(said);
      texts[origin].push(origin === 'typed' ? said : text);
    }
    if (interrupted) this.events.push({ kind: 'interrupt', ...base });
    const uuid = asText(record.uuid) ?? null;
    for (const origin of ['injected', 'command', 'typed'] as const) {
      const text = boundedText(joinParts(texts[origin]));
      if (text.trim() === '' || (origin !== 'injected' && this.queue.arrived(text, line))) continue;
      this.events.push({ kind: 'user', ...base, text, origin, uuid });
    }
  }

  private readResult(record: JsonRecord, part: JsonRecord, base: LineBase) {
    const { id, call } = this.calls.close(part, record);
    this.events.push(readToolResult(base, id, record, part, call));
  }

  private readAssistant(record: JsonRecord, message: JsonRecord, blocks: readonly unknown[], line: number) {
    const base = this.base(record, line);
    // Spelt out where most events are made: a spread costs several times as much.
    const { src, at, side } = base;
    if (record.isApiErrorMessage === true) {
      this.events.push({ kind: 'api_error', src, at, side, text: boundedText(contentText(blocks)) });
      return;
    }
    for (const block of blocks) {
      const part = asRecord(block);
      const text = typeof block === 'string' ? block : asText(part?.text);
      if (part?.type === 'thinking') {
        const thinking = asText(part.thinking);
        if (thinking)
          this.events.push({ kind: 'assistant', src, at, side, text: boundedText(thinking), thinking: true });
      } else if (part?.type === 'tool_use') {
        const tool = asText(part.name);
        if (tool === undefined) continue;
        const id = this.calls.open(part, record, tool, timeMs(base.at), line);
        this.events.push({ kind: 'call', src, at, side, id, tool, input: boundedInput(part.input) });
      } else if (text !== undefined) {
        this.events.push({ kind: 'assistant', src, at, side, text: boundedText(text), thinking: false });
      }
    }
    this.readUsage(record, message, base);
  }

  private readUsage(record: JsonRecord, message: JsonRecord, base: LineBase) {
    const usage = asRecord(message.usage);
    const model = asText(message.model) ?? null;
    if (!usage || model === '<synthetic>') return;
    this.events.push({
      kind: 'usage',
      src: base.src,
      at: base.at,
      side: base.side,
      responseId: asText(message.id) ?? asText(record.requestId) ?? null,
      model,
      tokens: {
        input: asCount(usage.input_tokens) ?? 0,
        output: asCount(usage.output_tokens) ?? 0,
        cacheRead: asCount(usage.cache_read_input_tokens) ?? 0,
        cacheWrite: asCount(usage.cache_creation_input_tokens) ?? 0,
      },
    });
  }

  private readSystem(record: JsonRecord, line: number) {
    const base = this.base(record, line);
    if (record.subtype === 'api_error') {
      const error = asRecord(record.error);
      const text = asText(error?.formatted) ?? asText(error?.message) ?? 'API error';
      this.events.push({ kind: 'api_error', ...base, text: boundedText(text) });
    }
  }

  private readAttachment(record: JsonRecord, line: number) {
    const attachment = asRecord(record.attachment);
    if (attachment?.type !== 'queued_command') return;
    const text = boundedText(contentText(attachment.prompt));
    const kind = asRecord(attachment.origin)?.kind;
    const byPerson =
      (kind === undefined || kind === 'human') && attachment.commandMode !== 'task-notification';
    const origin = byPerson ? originOfUserText(text) : 'injected';
    if (text.trim() === '' || !this.queue.attached(text, line)) return;
    const uuid = asText(record.uuid) ?? null;
    const base = this.base(record, line);
    this.events.push({ kind: 'user', ...base, text, origin: origin === 'typed' ? 'queued' : origin, uuid });
  }

  private readQueueOperation(record: JsonRecord, line: number) {
    const text = asText(record.content);
    switch (record.operation) {
      case 'enqueue':
        if (text !== undefined && !text.startsWith('/') && !text.startsWith('{"task_id"')) {
          if (originOfUserText(text) === 'typed')
            this.queue.queued({ text, line, at: asTime(record.timestamp) });
        }
        return;
      case 'remove': {
        const prompt = this.queue.removed(text, line);
        if (!prompt) return;
        const src = { file: this.file, line: prompt.line };
        const said = boundedText(prompt.text);
        this.events.push({
          kind: 'user',
          src,
          at: prompt.at,
          side: false,
          text: said,
          origin: 'queued',
          uuid: null,
        });
        return;
      }
      case 'popAll':
        this.queue.withdrawn(text);
        return;
    }
  }
}

/** The line's own flags say that no person typed it. */
function isInjected(record: JsonRecord): boolean {
  const origin = asRecord(record.origin)?.kind;
  return (
    record.isMeta === true ||
    record.isSidechain === true ||
    record.sourceToolUseID !== undefined ||
    (typeof origin === 'string' && origin !== 'human')
  );
}

function repoUrlOfPr(record: JsonRecord): string | undefined {
  const url = asText(record.prUrl);
  const fromUrl = url === undefined ? undefined : /^(https?:\/\/[^/]+\/[^/]+\/[^/]+)\//.exec(url)?.[1];
  const name = asText(record.prRepository);
  return fromUrl ?? (name?.includes('/') ? `https://github.com/${name}` : undefined);
}
