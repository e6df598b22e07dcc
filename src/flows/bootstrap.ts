import { makePacket, type Packet } from '../context/format-packet.ts';
import type { PacketTemplate } from '../context/packet-template.ts';
import { readBootstrapSettings } from '../io/bootstrap-settings.ts';
import { locateStore, type StorePlace } from '../io/locate-store.ts';
import { type OpenedFacts, withFacts } from '../io/open-facts.ts';
import { readPacketTemplate } from '../io/packet-template.ts';
import { scopeKey } from '../knowledge/fact-path.ts';
import { isHeldBack } from '../outcomes/assign.ts';
import { type SelectedFacts, selectFacts } from './select-facts.ts';

/** What a session starts with. */
export interface BootstrapRequest {
  /** Folder of the store. */
  storeDir: string;
  /** Folder the agent works in: its repository's facts come first. */
  projectDir: string;
  now: Date;
  /** `owner/name`, instead of the project's own. */
  repo: string | undefined;
  agent: string | undefined;
  task: string;
  error: string;
  paths: readonly string[];
  /** Instead of the configured budget. */
  budgetTokens: number | undefined;
  /** Full session id of the agent; without it nothing is held back or recorded. */
  session: string | undefined;
  record: boolean;
  channel: 'hook' | 'cli';
  /** Files a caller in a hurry lets us read; when it would be more, there is no packet. */
  mostFiles?: number;
}

/** What was chosen, and everything that led to it. */
export interface Bootstrap {
  place: StorePlace;
  repo: string | undefined;
  agent: string | undefined;
  budget: { tokens: number; characters: number };
  packet: Packet;
  selected: SelectedFacts;
  how: OpenedFacts['how'];
  wantsIndex: boolean;
  overlaid: number;
  /** Share of chosen facts held back; null when no session is known. */
  q: number | null;
  /** True when the exposure went into the event log. */
  recorded: boolean;
  /** Things the user should know: a template that cannot be used, a record that could not be written. */
  notes: string[];
}

const taskGate = 0.12;
const errorGate = 0.32;
/** No fact takes fewer tokens: with this many candidates a budget, near-copies and misfits left out, is filled. */
const fewestTokens = 25;

/**
 * The packet for one session: facts of its repository, its agent and all, ranked for what is known of the task,
 * packed into the budget; the exposure is recorded when the session is known. undefined when the store is too large
 * to read in the allowed time and has no index yet.
 */
export async function bootstrap(request: BootstrapRequest): Promise<Bootstrap | undefined> {
  const place = await locateStore(request.storeDir);
  const project = request.projectDir === request.storeDir ? place : await locateStore(request.projectDir);
  const names = request.repo === undefined ? project.repoNames : [request.repo.replace(/^repo:/, '')];
  const own = names.map((name) => `repo:${name}`);
  const scopes = [...own, ...(request.agent === undefined ? [] : [`agent:${request.agent}`]), 'global'];
  const settings = await readBootstrapSettings(place);
  const facts = { scopes, ...(request.mostFiles === undefined ? {} : { mostFiles: request.mostFiles }) };
  return withFacts(place, facts, async (opened) => {
    const budget = {
      tokens: request.budgetTokens ?? settings.budgetTokens,
      characters: settings.maxCharacters,
    };
    const selected = await selectFacts(opened, {
      mode: 'bootstrap',
      text: [request.task, request.error, request.paths.join('\n')].filter(Boolean).join('\n'),
      gate: request.task === '' && request.error !== '' ? errorGate : taskGate,
      now: request.now,
      // Another repository's paths cannot be looked up here, nor those of a work tree that is not there as a whole.
      own:
        project.git?.bare || project.git?.sparse
          ? undefined
          : { scopes: project.repoNames.map((name) => scopeKey(`repo:${name}`)), root: project.root },
      limit: Math.max(20, Math.ceil(budget.tokens / fewestTokens)),
    });
    const { template, problem } = await readPacketTemplate(place.root);
    const result: Bootstrap = {
      place,
      repo: names[0],
      agent: request.agent,
      budget,
      packet: packetOf(request, { template, selected, budget, settings, repo: names[0] }),
      selected,
      how: opened.how,
      wantsIndex: opened.wantsIndex,
      overlaid: opened.overlaid,
      q: request.session === undefined ? null : settings.holdoutFacts,
      recorded: false,
      notes: problem === undefined ? [] : [problem],
    };
    if (request.session !== undefined && request.record) await recordExposure(request, result, opened);
    return result;
  });
}

interface PacketParts {
  template: PacketTemplate;
  selected: SelectedFacts;
  budget: { tokens: number; characters: number };
  settings: { holdoutFacts: number; salt: string };
  repo: string | undefined;
}

function packetOf(
  request: BootstrapRequest,
  { template, selected, budget, settings, repo }: PacketParts,
): Packet {
  const { session } = request;
  return makePacket({
    candidates: selected.facts,
    others: selected.ranking.stock - selected.facts.length,
    budget,
    template,
    repo,
    isHeld: (fact) =>
      session !== undefined && isHeldBack({ salt: settings.salt, session, fact, q: settings.holdoutFacts }),
  });
}

async function recordExposure(
  request: BootstrapRequest,
  result: Bootstrap,
  opened: OpenedFacts,
): Promise<void> {
  const { writeExposure } = await import('./write-exposure.ts');
  try {
    await writeExposure(request, result, opened.commit);
    result.recorded = true;
  } catch (error) {
    result.notes.push(`the exposure could not be recorded: ${(error as Error).message}`);
  }
}
