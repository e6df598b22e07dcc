import { asText, type JsonRecord, timeMs } from './json-shape.ts';

/** Everything a fork copies is written in one burst when it starts. */
const burstMs = 2000;

/**
 * A forked or spawned session begins with its parent's history, written again under new times. That is the parent's:
 * it is passed over up to the first turn of its own. Turn ids are UUIDs of version 7, which hold the time the turn
 * began; where they are not, the burst of lines at the start is the copy.
 */
export class CodexReplay {
  /** The lines now read are the parent's. */
  isOn = false;
  private ownId: string | undefined;
  /** When the session was made, and when its first line was written: seconds later in some clients. */
  private startMs: number | null = null;
  private firstLineMs: number | null = null;

  /** Looks at the next line before it is read. */
  look(type: string, payload: JsonRecord, at: string | null) {
    if (type === 'session_meta') this.lookAtMeta(payload, at);
    else if (this.isOn && this.isOwnTurn(type, payload, at)) this.isOn = false;
  }

  private lookAtMeta(payload: JsonRecord, at: string | null) {
    const id = asText(payload.id);
    if (this.ownId === undefined) {
      this.ownId = id;
      this.firstLineMs = timeMs(at);
      this.startMs = uuidMs(id) ?? this.firstLineMs;
      this.isOn = asText(payload.forked_from_id) !== undefined;
    } else if (id !== undefined && id !== this.ownId && this.isInBurst(at)) {
      this.isOn = true;
    }
  }

  private isOwnTurn(type: string, payload: JsonRecord, at: string | null): boolean {
    const starts = type === 'turn_context' || (type === 'event_msg' && payload.type === 'task_started');
    const turnMs = starts ? uuidMs(asText(payload.turn_id)) : null;
    if (turnMs !== null && this.startMs !== null) return turnMs >= this.startMs;
    return !this.isInBurst(at);
  }

  private isInBurst(at: string | null): boolean {
    const ms = timeMs(at);
    return ms !== null && this.firstLineMs !== null && ms - this.firstLineMs <= burstMs;
  }
}

/** The time inside a version 7 UUID, in milliseconds; null for any other id. */
function uuidMs(id: string | undefined): number | null {
  if (id === undefined || !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/i.test(id)) return null;
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
