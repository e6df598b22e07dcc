import type { Interval } from './describe.ts';
import { wilson } from './proportion.ts';

/** One cluster (a session): `hits` of `units` units. */
export interface Cluster {
  hits: number;
  units: number;
}

/** A share over units that come in clusters. */
export interface ClusteredShare {
  share: number;
  hits: number;
  units: number;
  clusters: number;
  /** Number of independent units that would say as much. */
  effective: number;
  interval: Interval;
}

/**
 * Share Σhits/Σunits with an interval that knows units of one cluster are alike: Wilson with the effective sample
 * size n/deff, deff from the linearised ratio variance (Korn & Graubard 1998). Without any visible variance the
 * number of clusters stands for n. Undefined when there is no unit.
 */
export function clusteredShare(clusters: readonly Cluster[]): ClusteredShare | undefined {
  const used = clusters.filter((cluster) => cluster.units > 0);
  const units = used.reduce((sum, cluster) => sum + cluster.units, 0);
  const hits = used.reduce((sum, cluster) => sum + cluster.hits, 0);
  if (units === 0) return undefined;
  const share = hits / units;
  const m = used.length;
  const squares = used.reduce((sum, cluster) => sum + (cluster.hits - share * cluster.units) ** 2, 0);
  const variance = m > 1 ? (squares * m) / (m - 1) / units ** 2 : 0;
  const effective = variance > 0 ? Math.min(units, (share * (1 - share)) / variance) : m;
  return {
    share,
    hits,
    units,
    clusters: m,
    effective,
    interval: wilson(share * effective, effective) as Interval,
  };
}

/** Lag-1 autocorrelation of a series; 0 when it has none to speak of. */
export function lagOneCorrelation(values: readonly number[]): number {
  const n = values.length;
  if (n < 3) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let [cross, total] = [0, 0];
  for (let i = 0; i < n; i += 1) {
    const here = (values[i] as number) - mean;
    total += here * here;
    if (i > 0) cross += here * ((values[i - 1] as number) - mean);
  }
  return total === 0 ? 0 : cross / total;
}

/**
 * How much wider an interval of a mean must be because neighbours in time are alike: √((1+ρ)/(1−ρ)) for a series with
 * lag-1 correlation ρ (long-run variance of an AR(1) process), never below 1, ρ at most 0.9.
 */
export function serialInflation(values: readonly number[]): number {
  const rho = Math.min(0.9, Math.max(0, lagOneCorrelation(values)));
  return Math.sqrt((1 + rho) / (1 - rho));
}
