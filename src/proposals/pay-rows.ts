import { compareText } from '../base/text.ts';
import type { PayRow } from '../metrics/dashboard/pay-section.ts';
import type { ProposalRecord } from './proposal-record.ts';

/** The proposals on file that are open or accepted, those with most to gain first, as the dashboard shows them. */
export function payRows(records: readonly ProposalRecord[]): PayRow[] {
  return records
    .filter(({ status }) => status === 'open' || status === 'accepted')
    .sort((a, b) => (b.netHours?.mid ?? 0) - (a.netHours?.mid ?? 0) || compareText(a.id, b.id))
    .map(({ id, title, status, priority, costMonth, savingMonth, breakEvenWeeks, confidence }) => ({
      id,
      title,
      status,
      priority,
      costMonth: costMonth?.mid ?? null,
      savingMonth,
      breakEvenWeeks,
      confidence,
    }));
}
