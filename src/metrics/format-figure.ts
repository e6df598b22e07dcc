import type { WindowChange } from './compare-windows.ts';
import type { Figure } from './figure.ts';

/** `38 %`, `4.2 %`, `0 %`. */
export function formatShare(value: number): string {
  const percent = 100 * value;
  return `${percent > 0 && percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** Two or three significant digits, thousands with a comma. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

const formatValue = (figure: Figure, value: number) =>
  figure.unit === 'share' ? formatShare(value) : formatNumber(value);

/** `38 % (27–51 %)`, `12.5`, or `unknown: <why>`. */
export function formatFigure(figure: Figure): string {
  if (figure.value === null) return `unknown: ${figure.reason ?? 'no reason given'}`;
  const value = formatValue(figure, figure.value);
  if (figure.interval === null) return value;
  const [low, high] = figure.interval.map((end) => formatValue(figure, end));
  return `${value} (${low?.replace(/ %$/, '')}–${high})`;
}

/** `better by 12 points (2 to 21)`, `no change seen (−9 to +3 %)`, `too few`, or `–` where nothing is compared. */
export function formatChange(change: WindowChange): string {
  if (change.state === 'too few') return 'too few';
  if (change.state === 'not compared' || change.difference === null || change.interval === null) return '–';
  const unit = change.kind === 'points' ? 'points' : '%';
  const ends = change.interval.map((end) => signed(100 * end)).join(' to ');
  return `${change.state}: ${signed(100 * change.difference)} ${unit} (${ends})`;
}

/** A number with its sign, `−` for minus: `+7.3`, `−12`, `0`. */
export function signed(value: number): string {
  const rounded = Math.abs(value) < 10 ? Math.round(value * 10) / 10 : Math.round(value);
  return rounded === 0 ? '0' : rounded > 0 ? `+${rounded}` : `−${Math.abs(rounded)}`;
}
