import type { OpenCall } from './claude-tool-result.ts';
import { asText, type JsonRecord } from './json-shape.ts';

/**
 * Calls that wait for their result. Some archives replace ids by `REDACTED`: such a call gets an id from its line, and
 * its result is found by the assistant line it names (`sourceToolAssistantUUID`).
 */
export class ClaudeCalls {
  private readonly byId = new Map<string, OpenCall>();
  private readonly unnamedByLine = new Map<string, OpenCall[]>();

  /** Notes a call and gives the id it goes by. */
  open(part: JsonRecord, record: JsonRecord, tool: string, ms: number | null, line: number): string {
    const own = usableId(part.id);
    const id = own ?? `line-${line}`;
    const call = { id, tool, ms };
    const uuid = asText(record.uuid);
    this.byId.set(id, call);
    if (own === undefined && uuid !== undefined) {
      this.unnamedByLine.set(uuid, [...(this.unnamedByLine.get(uuid) ?? []), call]);
    }
    return id;
  }

  /** The call a result belongs to, which is then no longer open. `id` is null when nothing links them. */
  close(part: JsonRecord, record: JsonRecord): { id: string | null; call: OpenCall | undefined } {
    const own = usableId(part.tool_use_id);
    const source = asText(record.sourceToolAssistantUUID);
    const call = own === undefined ? this.unnamedByLine.get(source ?? '')?.shift() : this.byId.get(own);
    if (call) this.byId.delete(call.id);
    return { id: own ?? call?.id ?? null, call };
  }
}

/** The id of a call; undefined where there is none, or an archive took it out. */
export function usableId(value: unknown): string | undefined {
  const id = asText(value);
  return id === undefined || id === 'REDACTED' ? undefined : id;
}
