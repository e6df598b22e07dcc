import type { Cost } from './cost.ts';

/** `12.34 USD (price table 2026-11)`; small amounts with more digits. */
export function formatMoney({
  amount,
  currency,
  priceTable,
}: Pick<Cost, 'amount' | 'currency' | 'priceTable'>): string {
  if (amount === null) return 'unknown';
  return `${formatAmount(amount)} ${currency} (price table ${priceTable})`;
}

/** `0.0123`, `1.23`, `1,234`. */
export function formatAmount(amount: number): string {
  const size = Math.abs(amount);
  if (size >= 1000) return Math.round(amount).toLocaleString('en-US');
  return amount.toFixed(size >= 1 || size === 0 ? 2 : 4);
}
