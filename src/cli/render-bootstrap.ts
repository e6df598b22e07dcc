import { terminalSafe } from '../base/text.ts';
import type { Bootstrap } from '../flows/bootstrap.ts';
import type { CodeBlock } from '../flows/bootstrap-code.ts';
import type { SelectedFact } from '../flows/select-facts.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { describePack } from './render-pack.ts';
import { renderTable } from './render-table.ts';

/** The packet for a person or a program; what they should know beside it goes to stderr. */
export function renderBootstrap(
  ctx: Pick<CommandContext, 'note' | 'color'>,
  result: Bootstrap,
  { json, explain, code }: { json: boolean; explain: boolean; code?: CodeBlock | undefined },
): CommandResult {
  for (const note of result.notes) ctx.note(`note: ${terminalSafe(note)}`);
  const data = { ...describe(result), ...(code && { code: describePack(code.pack) }) };
  if (json) return { data, text: `${JSON.stringify({ schema_version: 1, ...data }, null, 2)}\n`, raw: true };
  if (result.packet.text === '') ctx.note(emptyReason(result));
  if (code?.text === '') ctx.note('No source file to pack.');
  const parts = [
    result.packet.text,
    code ? terminalSafe(code.text) : '',
    explain ? explainText(result, ctx.color) : '',
  ];
  return { data, text: parts.filter(Boolean).join('\n') };
}

function emptyReason({ selected, budget, packet }: Bootstrap): string {
  const { stock, scopes } = selected.ranking;
  if (stock === 0)
    return 'No fact is in use for this repository, this agent or everywhere yet. `kaizen harvest` learns from sessions; `kaizen knowledge review` shows what waits.';
  if (packet.held.length > 0)
    return 'Every chosen fact is withheld from this session, to measure what they are worth.';
  if (scopes.every((scope) => !scope.passed))
    return `None of ${stock} facts is about this task: nothing is better than noise.`;
  return `No fact fits into ${budget.tokens} tokens and ${budget.characters} characters.`;
}

/** Every candidate with what became of it. */
function fates(result: Bootstrap): { fact: SelectedFact; fate: string }[] {
  const { packet, selected } = result;
  const held = new Set(packet.held);
  const left = new Map(
    packet.leftOut.map(({ candidate, reason, twin }) => [candidate, twin ? `${reason} of ${twin}` : reason]),
  );
  return selected.facts.map((fact) => ({
    fact,
    fate: held.has(fact) ? 'held back' : (left.get(fact) ?? 'shown'),
  }));
}

function describe(result: Bootstrap) {
  const { packet, selected, place, budget } = result;
  return {
    packet: packet.text,
    tokens: packet.tokens,
    characters: packet.characters,
    budget: { tokens: budget.tokens, characters: budget.characters },
    repo: result.repo ?? null,
    agent: result.agent ?? null,
    store: {
      root: place.root,
      commit: place.git?.head ?? null,
      read: result.how,
      work_tree_files: result.overlaid,
      facts: selected.ranking.stock,
    },
    scopes: selected.ranking.scopes,
    holdout: { q: result.q, held: packet.held.map(({ entry }) => entry.id) },
    recorded: result.recorded,
    delivered: packet.delivered.length,
    left_out: selected.ranking.stock - packet.delivered.length,
    facts: fates(result).map(({ fact, fate }, at) => ({
      rank: at + 1,
      id: fact.entry.id,
      title: fact.entry.title,
      category: fact.entry.category,
      scope: fact.entry.scope,
      status: fact.entry.status,
      path: fact.path,
      state: fate,
      tokens: fact.entry.tokens,
      confidence: fact.entry.confidence,
      confidence_now: fact.shown.confidence,
      age_days: fact.shown.ageDays === null ? null : Math.floor(fact.shown.ageDays),
      score: fact.score,
      valid: fact.shown.stale ? 0.5 : 1,
      ...fact.ranked.parts,
    })),
    refused: selected.refused.map(({ entry, reason }) => ({ id: entry.id, title: entry.title, reason })),
    notes: result.notes,
  };
}

function explainText(result: Bootstrap, color: boolean): string {
  const { ranking, refused } = result.selected;
  const { packet, budget } = result;
  const searched = ranking.scopes.some((scope) => scope.coverage > 0 || !scope.passed);
  const scopes = ranking.scopes.map(
    ({ scope, stock, coverage, passed }) =>
      `  ${terminalSafe(scope)}: ${stock} facts${searched ? `, best covers ${share(coverage)} of the task, ${passed ? 'let through' : 'shut out'}` : ''}`,
  );
  const rows = fates(result).map(({ fact, fate }, at) => [
    String(at + 1),
    fact.entry.id,
    fate,
    ...partCells(fact),
    fact.entry.title,
  ]);
  return [
    `Facts: ${describeStore(result)}`,
    ...scopes,
    `Budget: ${packet.tokens} of ${budget.tokens} tokens, ${packet.characters} of ${budget.characters} characters`,
    `Hold-out: ${describeHoldout(result)}`,
    '',
    `score = ${searched ? '(0.2 + relevance) × use × recency × trust' : '0.2 × kind × use × recency × trust, kind = category × confidence'}; half where a path it names is gone`,
    '',
    renderTable(
      [
        ...[
          '#',
          'id',
          'state',
          'score',
          'relevance',
          'words',
          'chars',
          'covers',
          'use',
          'recency',
          'trust',
          'kind',
          'valid',
        ].map((head) => ({ head })),
        { head: 'title', flexible: true },
      ],
      rows,
      { columns: 200, color },
    ),
    ...refused.map(({ entry, reason }) => `refused  ${entry.id}  ${terminalSafe(entry.title)}: ${reason}`),
    '',
  ].join('\n');
}

function partCells({ score, shown, ranked: { parts } }: SelectedFact): string[] {
  const { relevance, words, chars, coverage, use, recency, trust, kind } = parts;
  const numbers = [
    score,
    relevance,
    words,
    chars,
    coverage,
    use,
    recency,
    trust,
    kind,
    shown.stale ? 0.5 : 1,
  ];
  return numbers.map((number) => number.toFixed(2));
}

function describeStore({ how, place, overlaid, selected }: Bootstrap): string {
  const commit = place.git?.head ? `commit ${place.git.head.slice(0, 7)}` : 'the files of a folder';
  const laid = overlaid > 0 ? `, ${overlaid} changed files of the work tree over it` : '';
  return `${selected.ranking.stock} from ${commit}${laid}, ${how === 'index' ? 'by the index' : 'read one by one (no SQLite)'}`;
}

function describeHoldout({ q, packet, recorded }: Bootstrap): string {
  if (q === null) return 'no session id, so nothing is withheld or recorded';
  const held = packet.held.map(({ entry }) => entry.id).join(', ') || 'none';
  const record = recorded ? 'recorded' : 'not recorded';
  return q === 0
    ? `off (holdout.facts: 0); ${record}`
    : `each chosen fact is withheld with probability ${q}; here: ${held}; ${record}`;
}

function share(value: number): string {
  return `${(value * 100).toFixed(0)} %`;
}
