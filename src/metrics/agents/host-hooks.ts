import {
  cutElement,
  insertElement,
  type JsonMember,
  type JsonNode,
  layoutOf,
  memberOf,
  parseJsonTree,
} from '../../base/json-tree.ts';

/** What Claude Code runs when a session or a sub-agent ends: it notes 1 KB at most and leaves the work to harvest. */
export const closingCommand = 'kaizen agent close --enqueue';

/** Where a team's hooks of Claude Code stand. */
export const settingsPath = '.claude/settings.json';

/** The events at which an agent's session may be over. */
const closingEvents = ['SessionEnd', 'SubagentStop'] as const;

const closingGroup = { hooks: [{ type: 'command', command: closingCommand, timeout: 5 }] };

/** What was put into the settings, so that it can be taken out again to the byte. */
export interface SettingsEdit {
  /** There was no file before. */
  created: boolean;
  /** Insertions in the order they were made, each with its offset at that time. */
  inserted: { at: number; text: string }[];
  /** Keys that were not there before: `hooks`, and events below it. */
  keys: string[];
}

/**
 * Settings of Claude Code with our hooks at the end of a session and of a sub-agent, everything else kept to the byte;
 * `edit` is undefined when they are there already. `was` null: there is no file. `problem`: why such a file is not
 * touched (comments, not JSON, a `hooks` of another shape).
 */
export function addClosingHooks(
  was: string | null,
): { text: string; edit: SettingsEdit | undefined } | { problem: string } {
  if (was === null || was.trim() === '') return newSettings(was);
  const read = readSettings(was);
  if ('problem' in read) return read;
  const edit: SettingsEdit = { created: false, inserted: [], keys: [] };
  let text = was;
  const hooks = memberOf(read.tree, 'hooks');
  const missing = closingEvents.filter((event) => !hasCommand(memberOf(hooks?.value, event)));
  if (missing.length === 0) return { text, edit: undefined };
  if (!hooks) {
    const value = Object.fromEntries(missing.map((event) => [event, [closingGroup]]));
    text = put(text, edit, () => ({ container: read.tree, element: { key: 'hooks', value } }));
    return { text, edit: { ...edit, keys: ['hooks', ...missing] } };
  }
  for (const event of missing) {
    text = put(text, edit, (tree) => {
      const group = memberOf(tree, 'hooks')?.value as JsonNode;
      const list = memberOf(group, event)?.value;
      if (list) return { container: list, element: { value: closingGroup } };
      edit.keys.push(event);
      return { container: group, element: { key: event, value: [closingGroup] } };
    });
  }
  return { text, edit };
}

/**
 * The settings without our hooks: the bytes of before where nothing changed since the edit that put them in; else our
 * entries are taken out of the file as it is now, and all others keep their bytes. `text` null: the file was ours alone.
 */
export function removeClosingHooks(
  now: string,
  edit: SettingsEdit,
): { text: string | null } | { problem: string } {
  const before = undo(now, edit);
  if (before !== undefined) return { text: edit.created && before === '' ? null : before };
  const read = readSettings(now);
  if ('problem' in read) return read;
  let text = now;
  for (let next = cutOnce(text, edit); next !== undefined; next = cutOnce(text, edit)) text = next;
  const tree = parseJsonTree(text);
  const isEmpty = tree.kind === 'object' && tree.members.length === 0;
  return { text: edit.created && isEmpty ? null : text };
}

function newSettings(was: string | null): { text: string; edit: SettingsEdit } {
  const hooks = Object.fromEntries(closingEvents.map((event) => [event, [closingGroup]]));
  const inserted = `${JSON.stringify({ hooks }, null, 2)}\n`;
  const at = was?.length ?? 0;
  return {
    text: (was ?? '') + inserted,
    edit: { created: was === null, inserted: [{ at, text: inserted }], keys: ['hooks', ...closingEvents] },
  };
}

function readSettings(text: string): { tree: JsonNode } | { problem: string } {
  let tree: JsonNode;
  try {
    tree = parseJsonTree(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {
      problem: hasComments(text)
        ? 'it has comments, and Kaizen does not rewrite a file whose comments it could move'
        : `it is not plain JSON: ${error.message.split('\n', 1)[0]}`,
    };
  }
  if (tree.kind !== 'object') return { problem: 'it is not a JSON object' };
  const hooks = memberOf(tree, 'hooks')?.value;
  if (hooks && hooks.kind !== 'object') return { problem: '`hooks` is not an object' };
  for (const event of closingEvents) {
    const list = memberOf(hooks, event)?.value;
    if (list && list.kind !== 'array') return { problem: `\`hooks.${event}\` is not a list` };
  }
  return { tree };
}

/** True for `//` or a block comment outside the strings of a text. */
function hasComments(text: string): boolean {
  return /\/\/|\/\*/.test(text.replace(/"(?:[^"\\\n]|\\.)*"/g, '""'));
}

function put(
  text: string,
  edit: SettingsEdit,
  where: (tree: JsonNode) => { container: JsonNode; element: { key?: string; value: unknown } },
): string {
  const { container, element } = where(parseJsonTree(text));
  const done = insertElement(text, container, element, layoutOf(text));
  edit.inserted.push({ at: done.at, text: done.inserted });
  return done.text;
}

/** The text before the edit, or undefined when it is not what the edit left. */
function undo(now: string, edit: SettingsEdit): string | undefined {
  let text = now;
  for (const { at, text: inserted } of [...edit.inserted].reverse()) {
    if (!text.startsWith(inserted, at)) return undefined;
    text = text.slice(0, at) + text.slice(at + inserted.length);
  }
  // What was cut may have been a copy: nothing of ours may be left, and the rest must still be settings.
  if (text.trim() === '') return text;
  const read = readSettings(text);
  if ('problem' in read) return undefined;
  return closingEvents.some((event) => hasCommand(memberOf(memberOf(read.tree, 'hooks')?.value, event)))
    ? undefined
    : text;
}

const isOurs = (node: JsonNode) => {
  const command = memberOf(node, 'command')?.value;
  return command?.kind === 'scalar' && command.value === closingCommand;
};

function hooksOf(group: JsonNode): JsonNode | undefined {
  const list = memberOf(group, 'hooks')?.value;
  return list?.kind === 'array' ? list : undefined;
}

function itemsOf(node: JsonNode | undefined): JsonNode[] {
  return node?.kind === 'array' ? node.items : [];
}

function hasCommand(event: JsonMember | undefined): boolean {
  return itemsOf(event?.value).some((group) => itemsOf(hooksOf(group)).some(isOurs));
}

/** The text with one entry of ours less, and with it what held nothing else and came with us; undefined: none left. */
function cutOnce(text: string, edit: SettingsEdit): string | undefined {
  const root = parseJsonTree(text);
  const hooks = memberOf(root, 'hooks')?.value;
  if (hooks?.kind !== 'object') return undefined;
  const cameWithUs = (key: string) => edit.keys.includes(key);
  for (const event of closingEvents) {
    const at = hooks.members.findIndex((member) => member.key === event);
    const list = hooks.members[at]?.value;
    for (const [index, group] of itemsOf(list).entries()) {
      const inner = hooksOf(group);
      const ours = itemsOf(inner).findIndex(isOurs);
      if (ours < 0 || !inner || !list) continue;
      if (itemsOf(inner).length > 1) return cutElement(text, inner, ours);
      if (itemsOf(list).length > 1 || !cameWithUs(event)) return cutElement(text, list, index);
      if (hooks.members.length > 1 || !cameWithUs('hooks')) return cutElement(text, hooks, at);
      return cutElement(
        text,
        root,
        root.kind === 'object' ? root.members.findIndex(({ key }) => key === 'hooks') : -1,
      );
    }
  }
  return undefined;
}
