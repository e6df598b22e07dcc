import { normalQuantile } from './distributions.ts';

/**
 * Half width, in units of the estimate, of the 95 % asymptotic confidence sequence after n observations with running
 * standard deviation `sd` (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, arXiv:2103.06476, eq. 2): valid at every n
 * at once, so it may be looked at as often as one likes.
 *
 * σ̂·√( 2(nρ²+1)/(n²ρ²) · ln( √(nρ²+1)/α ) ), ρ chosen to be tightest at n = `tightestAt`.
 */
export function sequenceMargin(
  n: number,
  sd: number,
  options: { alpha?: number; tightestAt?: number } = {},
): number {
  const alpha = options.alpha ?? 0.05;
  const rho = sequenceRho(alpha, options.tightestAt ?? 1000);
  const scaled = n * rho * rho + 1;
  return sd * Math.sqrt(((2 * scaled) / (n * n * rho * rho)) * Math.log(Math.sqrt(scaled) / alpha));
}

/** ρ = √((−2 ln α + ln(−2 ln α + 1)) / n*), the paper's near-optimal choice for time n*. */
export function sequenceRho(alpha: number, tightestAt: number): number {
  const log = -2 * Math.log(alpha);
  return Math.sqrt((log + Math.log(log + 1)) / tightestAt);
}

/** Smallest true effect a two-sided test at α with the given power sees: (z₁₋α/₂ + z_power) · standard error. */
export function minimumDetectable(
  standardError: number,
  options: { alpha?: number; power?: number } = {},
): number {
  const alpha = options.alpha ?? 0.05;
  return (normalQuantile(1 - alpha / 2) + normalQuantile(options.power ?? 0.8)) * standardError;
}
