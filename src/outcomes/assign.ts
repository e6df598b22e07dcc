import { createHash } from 'node:crypto';

/** What decides whether a fact is held back from a session. */
export interface FactAssignment {
  /** Of the running experiment; committed before the first session. */
  salt: string;
  /** Full session id. */
  session: string;
  fact: string;
  /** Share held back, 0–1. */
  q: number;
}

/**
 * True when the fact is withheld from the session: u < q, where u is the first 48 bits of
 * SHA-256(salt ‖ 0 ‖ session ‖ 0 ‖ fact) as a share of 2⁴⁸ (spec 04, fact-level hold-out). No state: every clone
 * decides the same, and nothing an agent does can steer it.
 */
export function isHeldBack({ salt, session, fact, q }: FactAssignment): boolean {
  return assignmentShare(`${salt}\0${session}\0${fact}`) < q;
}

/** The number in [0, 1) that a unit draws. */
export function assignmentShare(unit: string): number {
  return createHash('sha256').update(unit).digest().readUIntBE(0, 6) / 2 ** 48;
}
