import { stripInvisible } from '../../base/visible-text.ts';
import { secretKind } from './secret-name.ts';
import { isSecretValue } from './secret-value.ts';
import type { Span } from './span.ts';

/** How deep a decoded value is followed; what lies deeper is masked unseen. */
const maxDepth = 64;
/** How often a text that is JSON is opened inside a text that is JSON. */
const maxJsonDepth = 3;
/** Parts joined to look for a secret split between them, in characters. */
const maxJoinCharacters = 64 * 1024;

/** What the walk needs of the redactor. */
export interface WalkTools {
  text(value: string): string;
  /** Spans in a visible text, the reviewed ones left out; [] when looking would cost too much. */
  find(value: string): Span[];
  mask(span: Span, value: string): string;
  allowed(value: string): boolean;
}

/**
 * Redacts a decoded JSON value: texts, object keys, numbers under password names, JSON inside texts, secrets split
 * over adjacent text parts. Parts that need no change are shared with the input, which is never changed.
 */
export function walkValue(value: unknown, tools: WalkTools): unknown {
  return walk(value, undefined, 0, 0);

  function walk(item: unknown, name: string | undefined, depth: number, jsonDepth: number): unknown {
    if (typeof item === 'string') return walkText(item, name, depth, jsonDepth);
    if (typeof item === 'number') return walkNumber(item, name);
    if (typeof item !== 'object' || item === null) return item;
    if (depth >= maxDepth)
      return tools.mask({ start: 0, end: 0, rule: 'too-deep', kind: 'secret' }, 'too-deep');
    return Array.isArray(item)
      ? walkArray(item, name, depth, jsonDepth)
      : walkObject(item as Record<string, unknown>, depth, jsonDepth);
  }

  function walkText(raw: string, name: string | undefined, depth: number, jsonDepth: number): string {
    if (raw.length < 4) return tools.text(raw);
    const kind = name === undefined ? undefined : secretKind(name);
    if (kind !== undefined && raw.length <= 4096) {
      const value = stripInvisible(raw).text;
      if (
        !/\[REDACTED:|\[BLOB /.test(value) &&
        !tools.allowed(value) &&
        isSecretValue(value, kind, 'quoted')
      ) {
        return tools.mask(
          {
            start: 0,
            end: value.length,
            rule: kind === 'password' ? 'password' : 'named-secret',
            kind: 'secret',
          },
          value,
        );
      }
    }
    if (
      name !== undefined &&
      /signature$|^encrypted_content$/i.test(name) &&
      /^[A-Za-z0-9+/_=-]{64,}$/.test(raw)
    ) {
      return tools.mask({ start: 0, end: raw.length, rule: 'blob', kind: 'blob' }, raw) as string;
    }
    const seen = tools.text(raw);
    if (jsonDepth >= maxJsonDepth || depth >= maxDepth) return seen;
    const parsed = parseJsonText(seen);
    if (parsed === undefined) return seen;
    const inner = walk(parsed, name, depth + 1, jsonDepth + 1);
    return inner === parsed ? seen : tools.text(JSON.stringify(inner));
  }

  function walkNumber(item: number, name: string | undefined): unknown {
    if (
      name === undefined ||
      !Number.isInteger(item) ||
      Math.abs(item) < 100_000 ||
      secretKind(name) !== 'password'
    )
      return item;
    return tools.mask({ start: 0, end: 0, rule: 'password', kind: 'secret' }, String(item));
  }

  function walkArray(
    items: readonly unknown[],
    name: string | undefined,
    depth: number,
    jsonDepth: number,
  ): unknown {
    const joined = maskSplitSecrets(items);
    let changed: unknown[] | undefined = joined === items ? undefined : [...joined];
    for (let i = 0; i < joined.length; i++) {
      const next = walk(joined[i], name, depth + 1, jsonDepth);
      if (next === joined[i]) continue;
      changed ??= [...joined];
      changed[i] = next;
    }
    return changed ?? items;
  }

  function walkObject(object: Record<string, unknown>, depth: number, jsonDepth: number): unknown {
    let changed = false;
    const valueName = pairName(object);
    const entries: [string, unknown][] = [];
    for (const key of Object.keys(object)) {
      const item = object[key];
      const nextKey = key.length < 5 ? key : tools.text(key);
      const itemName = valueName !== undefined && /^val(?:ue)?$/i.test(key) ? valueName : key;
      const next = walk(item, itemName, depth + 1, jsonDepth);
      if (nextKey !== key || next !== item) changed = true;
      entries.push([nextKey, next]);
    }
    // Not an object literal: a key may be `__proto__`.
    return changed ? Object.fromEntries(entries) : object;
  }

  /** Masks in every part its piece of a secret that only shows when adjacent text parts are read as one. */
  function maskSplitSecrets(items: readonly unknown[]): readonly unknown[] {
    if (items.length < 2) return items;
    let out: unknown[] | undefined;
    for (let from = 0; from < items.length; ) {
      let to = from;
      while (to < items.length && partText(items[to]) !== undefined) to++;
      if (to - from >= 2) {
        const run = items.slice(from, to);
        const masked = maskRun(run, '') ?? (typeof run[0] === 'string' ? maskRun(run, ' ') : undefined);
        if (masked !== undefined) {
          out ??= [...items];
          out.splice(from, run.length, ...masked);
        }
      }
      from = Math.max(to, from + 1);
    }
    return out ?? items;
  }

  function maskRun(run: readonly unknown[], glue: '' | ' '): unknown[] | undefined {
    const texts = run.map((item) => stripInvisible(partText(item)!).text);
    const total = texts.reduce((sum, text) => sum + text.length + glue.length, 0);
    if (
      total > maxJoinCharacters ||
      (glue === '' && !texts.some((text, i) => i > 0 && touches(texts[i - 1]!, text)))
    )
      return undefined;
    const starts: number[] = [];
    let at = 0;
    for (const text of texts) {
      starts.push(at);
      at += text.length + glue.length;
    }
    const whole = texts.join(glue);
    const crossing = tools.find(whole).filter((span) => {
      if (span.kind !== 'secret') return false;
      if (typeof run[0] === 'string' && /^(?:high-entropy|encoded)$/.test(span.rule)) return false;
      if (glue === '') return starts.some((start) => start > span.start && start < span.end);
      // Arguments: the flag and its value are two strings, the secret is one of them or its tail.
      return /^(?:password|named-secret|user-flag|command-password|auth-header)$/.test(span.rule);
    });
    if (crossing.length === 0) return undefined;
    let changed = false;
    const masked = run.map((item, i) => {
      const start = starts[i]!;
      const text = texts[i]!;
      const pieces = crossing
        .map((span) => ({
          span,
          start: Math.max(0, span.start - start),
          end: Math.min(text.length, span.end - start),
        }))
        .filter((piece) => piece.end > piece.start);
      if (pieces.length === 0) return item;
      changed = true;
      let out = '';
      let done = 0;
      for (const piece of pieces) {
        out +=
          text.slice(done, piece.start) +
          tools.mask(piece.span, whole.slice(piece.span.start, piece.span.end));
        done = piece.end;
      }
      return withText(item, out + text.slice(done));
    });
    return changed ? masked : undefined;
  }
}

/** Environment entries and the like: `{name: 'DB_PASSWORD', value: …}` names its value by content. */
function pairName(object: Record<string, unknown>): string | undefined {
  if (!('value' in object || 'Value' in object || 'val' in object)) return undefined;
  for (const key of ['name', 'key', 'Name', 'Key', 'variable', 'field', 'id']) {
    const name = object[key];
    if (typeof name === 'string') return name;
  }
  return undefined;
}

function partText(item: unknown): string | undefined {
  if (typeof item === 'string') return item;
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
  const { text } = item as { text?: unknown };
  return typeof text === 'string' ? text : undefined;
}

function withText(item: unknown, text: string): unknown {
  return typeof item === 'string' ? text : { ...(item as object), text };
}

function touches(left: string, right: string): boolean {
  return /[A-Za-z0-9+/_=.~-]$/.test(left) && /^[A-Za-z0-9+/_=.~-]/.test(right);
}

function parseJsonText(text: string): unknown {
  const head = text.trimStart().charAt(0);
  if (head !== '{' && head !== '[') return undefined;
  const tail = text.trimEnd().at(-1);
  if (tail !== '}' && tail !== ']') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
