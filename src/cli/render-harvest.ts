import pc from 'picocolors';
import { clipMiddle, foldSpace, terminalSafe } from '../base/text.ts';
import type { HarvestedItem, HarvestReceipt } from '../flows/harvest-receipt.ts';

/** Most facts, files and drafts listed before "and n more". */
const listed = 30;

/** The receipt of a harvest for a person: what was read, what is new and where it stands, what waits for review. */
export function renderHarvest(receipt: HarvestReceipt, style: { verbose: boolean; color: boolean }): string {
  const { bold, dim, green, yellow, red } = pc.createColors(style.color);
  const { sessions, facts } = receipt;
  const lines: string[] = [];
  lines.push(
    `${bold('Sessions')}  ${sessions.seen} seen, ${sessions.harvested} harvested, ${sessions.skipped} skipped${skipReasons(receipt)}, ${sessions.failed} failed`,
    `${bold('Facts')}     ${facts.new} new, ${facts.confirmed} confirmed, ${facts.quarantined} of them wait for review, ${facts.rejected} drafts rejected${receipt.dryRun ? ' (dry run: nothing was written)' : ''}`,
  );
  const max = style.verbose ? Number.MAX_SAFE_INTEGER : listed;
  const section = (title: string, items: readonly HarvestedItem[]) => {
    if (items.length === 0) return;
    lines.push('', bold(title));
    for (const item of items.slice(0, max)) lines.push(...itemLines(item, { dim, green, yellow }));
    if (items.length > max) lines.push(dim(`  … and ${items.length - max} more`));
  };
  section(
    'In use from now on',
    receipt.items.filter((item) => item.status === 'active'),
  );
  section(
    'Waiting for review',
    receipt.items.filter((item) => item.status === 'candidate'),
  );
  section(
    'Disputed or set aside',
    receipt.items.filter((item) => item.status !== 'active' && item.status !== 'candidate'),
  );
  if (receipt.frozen.length > 0)
    lines.push(
      '',
      yellow(
        `A burst: ${receipt.frozen.length} facts are held because their day brought too many. Review them one by one.`,
      ),
    );
  if (receipt.failed.length > 0) {
    lines.push('', red('Could not read'));
    for (const { path, reason } of receipt.failed.slice(0, max))
      lines.push(`  ${path}`, dim(`    ${reason}`));
  }
  if (receipt.badFacts.length > 0)
    lines.push(
      '',
      yellow(
        `${receipt.badFacts.length} files under knowledge/ are no facts; see \`kaizen knowledge lint\`.`,
      ),
    );
  if (style.verbose) lines.push(...verboseLines(receipt, { bold, dim }));
  if (facts.quarantined > 0 && !receipt.dryRun)
    lines.push('', `Review what waits: ${bold('kaizen knowledge review')}`);
  if (sessions.seen === 0)
    lines.push(
      '',
      'No transcripts. Name files or folders, sweep this machine with --local, or capture some with `kaizen capture`.',
    );
  return terminalSafe(lines.join('\n'));
}

type Paint = (text: string) => string;

function itemLines(
  item: HarvestedItem,
  { dim, green, yellow }: { dim: Paint; green: Paint; yellow: Paint },
): string[] {
  const mark = item.outcome === 'new' ? green('+') : yellow('~');
  const source = item.sources[0];
  const why =
    item.status === 'candidate'
      ? dim(
          `    waits: ${item.holds.length > 0 ? item.holds.join('; ') : item.trust === 'tool' ? 'known from tool output only' : 'seen in one session only'}`,
        )
      : undefined;
  return [
    `${mark} ${item.title}`,
    dim(`    ${item.category} · ${item.scope} · confidence ${item.confidence} · ${item.path}`),
    ...(source
      ? [
          dim(
            `    “${clipMiddle(foldSpace(source.quote), 140).replace(/\n/g, ' ')}” ${source.session}:${source.line}`,
          ),
        ]
      : []),
    ...(why === undefined ? [] : [why]),
  ];
}

function skipReasons(receipt: HarvestReceipt): string {
  const counts = new Map<string, number>();
  for (const { reason } of receipt.skipped) {
    const short = reason.includes('not a transcript') ? 'not a transcript' : reason;
    counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  if (counts.size === 0) return '';
  return ` (${[...counts].map(([reason, count]) => `${count} ${reason}`).join(', ')})`;
}

function verboseLines(receipt: HarvestReceipt, { bold, dim }: { bold: Paint; dim: Paint }): string[] {
  const lines: string[] = [];
  if (receipt.rejected.length > 0) lines.push('', bold('Rejected drafts'));
  for (const one of receipt.rejected)
    lines.push(
      `  ${foldSpace(one.title).slice(0, 110)}`,
      dim(`    ${one.reason} · ${one.rule} · ${one.session}:${one.line}`),
    );
  if (receipt.skipped.length > 0) lines.push('', bold('Skipped'));
  for (const { path, reason } of receipt.skipped) lines.push(`  ${path}`, dim(`    ${reason}`));
  if (receipt.ungrounded > 0)
    lines.push('', dim(`${receipt.ungrounded} drafts were dropped: their quote does not stand on its line.`));
  return lines;
}
