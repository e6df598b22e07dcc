import type { TaskWorker, TokensByType } from '../../base/event-task.ts';

/** Prices of one model, in the table's currency for a million tokens of each type; null: not written down. */
export type ModelPrice = Record<keyof TokensByType, number | null>;

/** Prices that a person wrote down, under a version that every cost is printed with. There are none built in. */
export interface PriceTable {
  version: string;
  currency: string;
  /** By model name or the beginning of one (`claude-sonnet-4` prices `claude-sonnet-4-5-20250929`). */
  models: Readonly<Record<string, ModelPrice>>;
}

/** What tokens cost; null with the reason when a price or the tokens are not known. */
export interface Cost {
  amount: number | null;
  currency: string | null;
  priceTable: string | null;
  reason: string | null;
}

/** Cost of the work of some workers. A model or a type of tokens without a price makes the whole unknown, never cheaper. */
export function costOf(workers: readonly TaskWorker[], prices: PriceTable | null): Cost {
  const unknown = (reason: string): Cost => ({
    amount: null,
    currency: prices?.currency ?? null,
    priceTable: prices?.version ?? null,
    reason,
  });
  if (prices === null) return unknown('no price table in .kaizen/config.yml (prices:)');
  if (workers.length === 0) return unknown('the transcript records no token counts');
  const missing = workers.flatMap(({ model, tokens }) => missingPrice(model, tokens, prices) ?? []);
  if (missing.length > 0)
    return unknown(`price table ${prices.version} has no price for ${[...new Set(missing)].join(', ')}`);
  const amount = workers.reduce((sum, { model, tokens }) => {
    const price = priceOf(model, prices);
    return sum + types.reduce((part, type) => part + (tokens[type] * (price?.[type] ?? 0)) / 1e6, 0);
  }, 0);
  return { amount, currency: prices.currency, priceTable: prices.version, reason: null };
}

const types = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;

/** What lacks a price: the model, or a type of tokens that it used. */
function missingPrice(model: string | null, tokens: TokensByType, prices: PriceTable): string | undefined {
  const price = priceOf(model, prices);
  if (!price) return model ?? 'an unnamed model';
  const type = types.find((one) => tokens[one] > 0 && price[one] === null);
  return type && `${type} of ${model}`;
}

/** The longest name in the table that the model's name begins with. */
function priceOf(model: string | null, { models }: PriceTable): ModelPrice | undefined {
  if (model === null) return undefined;
  const names = Object.keys(models).filter((name) => model.startsWith(name));
  const longest = names.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : models[longest];
}
