import pc from 'picocolors';
import { clipEnd, counted, foldSpace, terminalSafe } from '../base/text.ts';
import type { ShownSession } from '../flows/show-session.ts';
import type { SessionSummary } from '../sessions/session.ts';
import type { TranscriptEvent } from '../transcripts/event.ts';
import { shortCount, shortSpan, tokenSum } from './format-figures.ts';

/** Entries of one kind shown on the page. */
const listed = 12;
const lineWidth = 98;

/** One session on one page: figures, the person's messages, what failed and what fixed it. */
export function renderSession({ summary, story }: ShownSession, style: { color: boolean }): string {
  const { bold, dim, red, green, yellow } = pc.createColors(style.color);
  const lines = [...headLines(summary, { bold, dim }), ''];
  const section = <T>(title: string, items: readonly T[], tell: (item: T) => string[]) => {
    if (items.length === 0) return;
    lines.push(bold(title));
    for (const item of items.slice(0, listed)) lines.push(...tell(item));
    if (items.length > listed) lines.push(dim(`       … and ${items.length - listed} more (--json has all)`));
    lines.push('');
  };
  section('What the person said', story.turns, (turn) => {
    const marks = [...(turn.corrects ? ['corrects'] : []), ...(turn.queued ? ['while it worked'] : [])].join(
      ', ',
    );
    const said = shown(turn.text, lineWidth - 18 - marks.length);
    return [
      `${dim(number(turn.line))}  ${clock(turn.at, dim)}${said}${marks === '' ? '' : `  ${yellow(marks)}`}`,
    ];
  });
  section('What failed', story.failures, (failure) => {
    const code = failure.exitCode === null ? '' : dim(` (exit ${failure.exitCode})`);
    const fix = failure.fixedBy
      ? `        ${green('then worked')}, line ${failure.fixedBy.line}: ${shown(failure.fixedBy.what, lineWidth - 36)}`
      : `        ${dim('not seen to work afterwards')}`;
    return [
      `${dim(number(failure.line))}  ${failure.tool}: ${shown(failure.what, lineWidth - 24)}${code}`,
      `        ${red(shown(failure.error || '(no output)', lineWidth - 10))}`,
      fix,
    ];
  });
  section('What the person refused', story.refusals, (refusal) => [
    `${dim(number(refusal.line))}  ${refusal.tool}: ${shown(refusal.what, lineWidth - 24)}`,
    ...(refusal.said === null ? [] : [`        ${yellow(shown(refusal.said, lineWidth - 10))}`]),
  ]);
  const noise = Object.entries(story.noise);
  if (noise.length > 0) {
    lines.push(
      dim(`Failures of the agent's own tools: ${noise.map(([reason, n]) => `${n} ${reason}`).join(', ')}`),
    );
  }
  lines.push(...footLines(summary).map(dim));
  return lines.join('\n').trimEnd();
}

type Paint = (text: string) => string;

function headLines(summary: SessionSummary, { bold, dim }: { bold: Paint; dim: Paint }): string[] {
  const { tokens } = summary;
  const when =
    summary.startedAt === null
      ? 'at an unknown time'
      : `${summary.startedAt.slice(0, 16).replace('T', ' ')} UTC`;
  const span =
    summary.activeMs === null || summary.wallMs === null
      ? ''
      : `, ${shortSpan(summary.activeMs)} active in ${shortSpan(summary.wallMs)}`;
  const where = [summary.repo, summary.branch, summary.cwd].filter((part) => part !== null).map(safe);
  const counts = [
    counted(summary.turns, 'turn'),
    counted(summary.toolCalls, 'tool call'),
    counted(summary.errors, 'error'),
    counted(summary.retries, 'retry', 'retries'),
    counted(summary.interruptions, 'interruption'),
    counted(summary.rejections, 'rejection'),
    counted(summary.corrections, 'correction'),
    ...(summary.compactions > 0 ? [counted(summary.compactions, 'compaction')] : []),
    ...(summary.apiErrors > 0 ? [counted(summary.apiErrors, 'API error')] : []),
  ];
  return [
    `${bold(safe(summary.key))}${summary.title === null ? '' : `  ${shown(summary.title, 60)}`}`,
    dim(
      `${summary.agent} ${safe(summary.agentVersion ?? '(version unknown)')}  ${safe(summary.models.join(', '))}`,
    ),
    `${when}${span}; ended: ${summary.termination.replace('_', ' ')}`,
    ...(where.length > 0 ? [where.join(' · ')] : []),
    counts.join(', '),
    tokens === null
      ? 'tokens: none recorded'
      : `${shortCount(tokenSum(tokens))} tokens: input ${shortCount(tokens.input)}, output ${shortCount(tokens.output)}, cache read ${shortCount(tokens.cacheRead)}, cache write ${shortCount(tokens.cacheWrite)}`,
  ];
}

function footLines(summary: SessionSummary): string[] {
  const skipped = summary.skipped.map(
    ({ reason, count, firstLines }) =>
      `${count} ${reason.replace('_', ' ')} (line${firstLines.length > 1 ? 's' : ''} ${firstLines.join(', ')}${count > firstLines.length ? ', …' : ''})`,
  );
  return [
    ...(skipped.length > 0 ? [`Lines passed over: ${skipped.join('; ')}`] : []),
    `Not known: ${summary.unknown.map(({ field, reason }) => `${field} (${reason})`).join('; ') || 'nothing'}`,
  ];
}

/** Every event on a line: number, time, kind, text. */
export function renderEvents(events: readonly TranscriptEvent[], style: { color: boolean }): string {
  const { dim } = pc.createColors(style.color);
  return events
    .map((event) => {
      const side = event.side ? '↳' : ' ';
      return `${dim(number(event.src.line))} ${side} ${clock(event.at, dim)}${event.kind.padEnd(9)} ${shown(eventText(event), lineWidth - 28)}`;
    })
    .join('\n');
}

function eventText(event: TranscriptEvent): string {
  switch (event.kind) {
    case 'meta':
      return Object.entries(event.meta)
        .map(([key, value]) => `${key}=${value}`)
        .join(' ');
    case 'user':
      return event.origin === 'typed' ? event.text : `(${event.origin}) ${event.text}`;
    case 'assistant':
      return event.thinking ? `(thinking) ${event.text}` : event.text;
    case 'call':
      return `${event.tool} ${JSON.stringify(event.input)}`;
    case 'result':
      return `${resultState(event)} ${event.text}`;
    case 'usage': {
      const { input, output, cacheRead, cacheWrite } = event.tokens;
      return `${event.model ?? ''} input ${input}, output ${output}, cache read ${cacheRead}, cache write ${cacheWrite}`;
    }
    case 'interrupt':
      return '';
    default:
      return event.text;
  }
}

function resultState(event: Extract<TranscriptEvent, { kind: 'result' }>): string {
  if (event.denied !== null) return event.denied === 'person' ? 'refused' : 'forbidden';
  if (event.collateral) return 'collateral';
  if (!event.isError) return 'ok';
  return event.exitCode === null ? 'error' : `exit ${event.exitCode}`;
}

function number(line: number): string {
  return String(line).padStart(6);
}

function clock(at: string | null, dim: Paint): string {
  return at === null ? '' : `${dim(at.slice(11, 19))}  `;
}

function shown(text: string, width: number): string {
  return safe(clipEnd(foldSpace(text), width));
}

function safe(text: string): string {
  return terminalSafe(text);
}
