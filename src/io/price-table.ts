import type { PriceTable } from '../metrics/kpi/cost.ts';
import { readConfig } from './config.ts';

/** The prices a person wrote into `.kaizen/config.yml`; null when there are none: no price is built in to go stale. */
export async function readPriceTable(root: string): Promise<PriceTable | null> {
  const { prices } = await readConfig(root);
  const models = Object.entries(prices.models).map(([name, price]) => [
    name,
    {
      input: price.input ?? null,
      output: price.output ?? null,
      cacheRead: price.cache_read ?? null,
      cacheWrite: price.cache_write ?? null,
    },
  ]);
  if (models.length === 0) return null;
  return { version: prices.version, currency: prices.currency, models: Object.fromEntries(models) };
}
