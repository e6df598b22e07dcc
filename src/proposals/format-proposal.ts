import type { Range } from './price-pattern.ts';
import { notesLine, type ProposalRecord } from './proposal-record.ts';

/** The file of a record; `parseProposal` reads it back. */
export function formatProposal(record: ProposalRecord): string {
  const quoted = (value: string) => JSON.stringify(value);
  const fields: [string, string | null][] = [
    ['id', record.id],
    ['kind', record.kind],
    ['title', quoted(record.title)],
    ['status', record.status],
    ['priority', record.priority],
    ['area', record.area],
    ['owner', quoted(record.owner)],
    ['opened', quoted(record.opened)],
    ['decided', record.decided && quoted(record.decided)],
    ['by', record.by && quoted(record.by)],
    ['reason', record.reason && quoted(record.reason)],
    ['confidence', record.confidence],
    ['cost_hours_month', record.costMonth && rangeText(record.costMonth)],
    ['saving_hours_month', record.savingMonth && rangeText(record.savingMonth)],
    ['effort_hours', quoted(`${record.effort.low} to ${record.effort.high}`)],
    ['break_even_weeks', record.breakEvenWeeks === null ? null : figure(record.breakEvenWeeks)],
    ['net_hours', record.netHours && rangeText(record.netHours)],
    ['horizon_weeks', figure(record.horizonWeeks)],
    ['hourly_rate', quoted(`${record.hourlyRate} ${record.currency}`)],
    ['sessions', quoted(`${record.sessions} of ${record.watched}`)],
    ['seen', record.from && record.to && quoted(`${record.from} to ${record.to}`)],
    ['cost_session', quoted(`${figure(record.costSession.mean)} se ${figure(record.costSession.se)}`)],
    ['reference_ms', record.referenceMs === null ? null : figure(record.referenceMs)],
    ['rejected_at_month', record.rejectedAtMonth === null ? null : figure(record.rejectedAtMonth)],
    ['done_on', record.promise && quoted(record.promise.day)],
    ['promised_hours_month', record.promise && rangeText(record.promise.savingMonth)],
    [
      'before_session',
      record.promise &&
        quoted(
          `${figure(record.promise.costSession.mean)} se ${figure(record.promise.costSession.se)} n ${record.promise.watched}`,
        ),
    ],
    ['grouping', String(record.grouping)],
    ['keys', `[${record.keys.map(quoted).join(', ')}]`],
  ];
  const front = fields.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  const notes = record.notes === '' ? '' : `\n${record.notes}\n`;
  return `---\n${front.join('\n')}\n---\n\n${record.page}\n\n${notesLine}\n${notes}`;
}

/** A number to four digits, as it stands in a file. */
const figure = (value: number) => String(Number(value.toPrecision(4)));
const rangeText = ({ low, mid, high }: Range) => `"${figure(mid)} (${figure(low)} to ${figure(high)})"`;
