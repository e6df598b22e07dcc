import { dayOf } from '../base/calendar.ts';
import type { ContextExposed, SessionObserved } from '../base/events.ts';
import { packetOpening } from '../base/packet-fence.ts';
import { foldSpace } from '../base/text.ts';
import type { Fact } from '../knowledge/fact.ts';
import type { Session, ToolCall } from '../sessions/session.ts';
import { shellSegments } from '../sessions/shell-segments.ts';
import { type FactMarks, marksOfFact } from './marks-of-fact.ts';

/** A fact that a bootstrap put in front of the session, and when (null: at its start). */
export interface InjectedFact {
  fact: Fact;
  at: string | null;
}

/** How a session used a fact. */
export type UsedFact = SessionObserved['usedFacts'][number];

/** The facts that the exposures of one session delivered, each once, with the first time; unknown ids are left out. */
export function injectedFacts(
  exposures: readonly Pick<ContextExposed, 'delivered' | 'at'>[],
  facts: ReadonlyMap<string, Fact>,
): InjectedFact[] {
  const first = new Map<string, string>();
  for (const exposure of exposures)
    for (const id of exposure.delivered) {
      const known = first.get(id);
      if (known === undefined || exposure.at < known) first.set(id, exposure.at);
    }
  return [...first].flatMap(([id, at]) => {
    const fact = facts.get(id);
    return fact ? [{ fact, at }] : [];
  });
}

/**
 * Which injected facts a session used (spec 04, Measurer 3 and 4): the id is cited, or a distinctive command, path or
 * value of the fact appears later in something the agent did. Not counted: text that repeats the injection; what the
 * agent did before, or what a person or the output of a tool had named by then (an error that says its own remedy); a
 * fact newer than the session; a fact whose only evidence is this session; anything commonplace (see `marksOfFact`),
 * so substring luck is no hit. Sorted by id.
 */
export function findUsedFacts(session: Session, injected: readonly InjectedFact[]): UsedFact[] {
  const eligible = injected.filter(({ fact }) => couldHaveHelped(fact, session));
  if (eligible.length === 0) return [];
  const { deeds, told } = readSession(session);
  const ids = injected.map(({ fact }) => fact.id);
  const shared = sharedMarks(injected);
  return eligible
    .flatMap(({ fact, at }): UsedFact[] => {
      const how = howUsed({ fact, at, deeds, told, ids, shared });
      return how ? [{ id: fact.id, how }] : [];
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function couldHaveHelped(fact: Fact, session: Session): boolean {
  const day = dayOf(session.summary.startedAt);
  if (fact.firstSeen !== null && day !== null && fact.firstSeen > day) return false;
  return fact.sources.some((source) => source.session !== session.summary.key);
}

/** One thing the agent said or did. */
interface Deed {
  /** Place in the session, to tell before from after. */
  index: number;
  at: string | null;
  kind: 'said' | 'ran' | 'wrote' | 'touched';
  /** Prose, a command line, or the text put into a file. */
  text: string;
  /** Simple commands of a command line. */
  commands: string[][];
  path: string | null;
}

/** Something the agent was told in the session: by a person, or by the output of a tool. */
interface Told {
  index: number;
  text: string;
}

function readSession(session: Session): { deeds: Deed[]; told: Told[] } {
  const calls = new Map(session.calls.map((call) => [call.id, call]));
  const [deeds, told]: [Deed[], Told[]] = [[], []];
  session.events.forEach((event, index) => {
    if (event.kind === 'assistant')
      deeds.push({ index, at: event.at, kind: 'said', text: event.text, commands: [], path: null });
    else if (event.kind === 'call') {
      const call = calls.get(event.id);
      if (call) deeds.push(deedOfCall(call, index));
    } else if (event.kind === 'result') told.push({ index, text: event.text });
    else if (event.kind === 'user' && event.origin !== 'injected') told.push({ index, text: event.text });
  });
  return { deeds, told };
}

function deedOfCall(call: ToolCall, index: number): Deed {
  if (call.command !== null)
    return {
      index,
      at: call.at,
      kind: 'ran',
      text: call.command,
      commands: shellSegments(call.command.slice(0, 20_000)).map((segment) => segment.words),
      path: null,
    };
  const written = Object.values(call.input).filter((value): value is string => typeof value === 'string');
  return {
    index,
    at: call.at,
    kind: call.path === null ? 'wrote' : 'touched',
    text: written.join('\n'),
    commands: [],
    path: call.path,
  };
}

/** Marks that more than two injected facts name tell nothing about which of them was used. */
function sharedMarks(injected: readonly InjectedFact[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { fact } of injected)
    for (const mark of flatMarks(marksOfFact(fact))) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count > 2).map(([mark]) => mark));
}

const flatMarks = (marks: FactMarks) => [
  ...marks.commands.map((words) => words.join(' ')),
  ...marks.paths,
  ...marks.values,
];

interface UseQuestion {
  fact: Fact;
  /** When it was injected. */
  at: string | null;
  deeds: readonly Deed[];
  told: readonly Told[];
  /** Every injected id. */
  ids: readonly string[];
  shared: ReadonlySet<string>;
}

function howUsed(question: UseQuestion): UsedFact['how'] | undefined {
  const { fact, at, deeds, told, shared } = question;
  const isLater = (deed: Deed) => at === null || deed.at === null || deed.at >= at;
  const counted = deeds.filter((deed) => isLater(deed) && !repeatsInjection(deed, question));
  if (counted.some((deed) => cites(deed, fact.id))) return 'cited';
  // Our own packet and our own search results are the injection, not another teacher.
  const others = told.filter(({ text }) => !text.includes(packetOpening) && !text.includes(fact.id));
  const isNew = (mark: string, shows: (deed: Deed) => boolean) => {
    if (shared.has(mark) || deeds.some((deed) => !isLater(deed) && shows(deed))) return false;
    const first = counted.find(shows);
    return (
      first !== undefined && !others.some(({ index, text }) => index < first.index && text.includes(mark))
    );
  };
  const marks = marksOfFact(fact);
  if (marks.commands.some((words) => isNew(words.join(' '), (deed) => ran(deed, words)))) return 'command';
  if (marks.values.some((value) => isNew(value, (deed) => put(deed, value)))) return 'command';
  if (marks.paths.some((path) => isNew(path, (deed) => touched(deed, path)))) return 'path';
  return undefined;
}

/** True for text that hands the packet on: its fence, the fact's own wording, or most of the injected ids at once. */
function repeatsInjection(deed: Deed, { fact, ids }: UseQuestion): boolean {
  if (deed.text.includes(packetOpening)) return true;
  const text = foldSpace(deed.text);
  if (wordings(fact).some((wording) => text.includes(wording))) return true;
  const cited = ids.filter((id) => deed.text.includes(id)).length;
  return cited >= 3 && cited >= ids.length * 0.6;
}

/** Title and sentences of a fact, where they are long enough not to be met by chance. */
function wordings(fact: Fact): string[] {
  const sentences = fact.body.split(/\n|(?<=[.!?])\s+/).map(foldSpace);
  return [
    ...(fact.title.length >= 20 ? [fact.title] : []),
    ...sentences.filter((sentence) => sentence.length >= 40),
  ];
}

function cites(deed: Deed, id: string): boolean {
  if (deed.kind === 'ran' && /\bkaizen\b.*\b(?:dispute|reject|retire|purge|bootstrap)\b/.test(deed.text))
    return false;
  return new RegExp(`(?<![\\w-])${id}(?![\\w-])`).test(deed.text);
}

/** The words side by side in one simple command. */
function ran(deed: Deed, words: readonly string[]): boolean {
  return deed.commands.some((command) =>
    command.some((_, start) => words.every((word, offset) => command[start + offset] === word)),
  );
}

/** The value as a word of its own in a command line or in what was written to a file. */
function put(deed: Deed, value: string): boolean {
  if (deed.kind === 'said') return false;
  for (let at = deed.text.indexOf(value); at !== -1; at = deed.text.indexOf(value, at + 1)) {
    const [before, after] = [deed.text[at - 1] ?? ' ', deed.text[at + value.length] ?? ' '];
    if (!/[\w-]/.test(before) && !/[\w-]/.test(after)) return true;
  }
  return false;
}

/** The path, whole or as the end of a longer one, was read or changed; in a command line it stands as a word. */
function touched(deed: Deed, path: string): boolean {
  const isPath = (word: string) => {
    const plain = word
      .replace(/\\/g, '/')
      .replace(/^\.\//, '')
      .replace(/:\d+(?:[,:-]\d+)*$/, '');
    return plain === path || plain.endsWith(`/${path}`);
  };
  if (deed.path !== null) return isPath(deed.path);
  return deed.commands.some((words) => words.some(isPath));
}
