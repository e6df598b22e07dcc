import { compareText } from '../../base/text.ts';
import { noCall } from '../parse-analytics.ts';
import type { Endings, Pattern, SeenFix, Stretch } from '../pattern.ts';
import type { ProfileError, WorkProfile } from '../work-profile.ts';
import { errorFamilies } from './error-families.ts';

interface Found {
  stretches: Stretch[];
  shapes: Map<string, number>;
  endings: Endings;
  fixes: Map<string, { fix: SeenFix; sessions: Set<number> }>;
  keys: Set<string>;
  template: string;
  missing: string | null;
}

/**
 * Failures by what they say: one pattern for every group of wordings. A stretch runs from the start of the call that
 * failed to the next green state; where none came, over the call itself.
 */
export function errorPatterns(profiles: readonly WorkProfile[]): Pattern[] {
  const familyOf = errorFamilies(profiles);
  const groups = new Map<string, Found>();
  profiles.forEach((profile, at) => {
    for (const error of profile.errors) {
      const family = familyOf(error.key, profile.shapes[error.shape] ?? '');
      if (!family) continue;
      let found = groups.get(family.key);
      if (!found) {
        found = {
          stretches: [],
          shapes: new Map(),
          endings: { again: 0, other: 0, edited: 0, none: 0, untold: 0 },
          fixes: new Map(),
          keys: new Set(),
          template: family.template,
          missing: family.missing,
        };
        groups.set(family.key, found);
      }
      found.keys.add(family.key.includes(' ') ? family.key : error.key);
      note(found, error, profile, at);
    }
  });
  return [...groups].map(([key, found]) => patternOf(key, found));
}

function note(found: Found, error: ProfileError, profile: WorkProfile, at: number): void {
  const ownMs = error.tookMs ?? 0;
  found.stretches.push({
    at,
    fromMs: error.atMs - ownMs,
    toMs: error.atMs + (error.greenMs ?? 0),
    line: error.line,
    measured: error.basis === 'measured' && (error.greenMs !== null || error.tookMs !== null),
    ended: error.greenMs !== null,
  });
  const shape = profile.shapes[error.shape];
  if (shape !== undefined && shape !== noCall) found.shapes.set(shape, (found.shapes.get(shape) ?? 0) + 1);
  found.endings[endingOf(error)] += 1;
  if (error.did === null || error.fix === null || error.edited || error.green === 'check') return;
  const name = `${headOf(error.did)}\n${headOf(error.fix)}`;
  const known = found.fixes.get(name);
  if (known) known.sessions.add(at);
  else
    found.fixes.set(name, {
      fix: { did: error.did, fix: error.fix, sessions: 1, session: profile.session, line: error.line },
      sessions: new Set([at]),
    });
}

function endingOf({ basis, green, edited, did, fix }: ProfileError): keyof Endings {
  if (basis === 'assumed') return 'untold';
  if (green === null) return 'none';
  if (edited) return 'edited';
  return fix === null || fix === did ? 'again' : 'other';
}

/** Two fixes are the same when they begin with the same three words. */
const headOf = (command: string) => command.split(/\s+/).slice(0, 3).join(' ');

function patternOf(key: string, found: Found): Pattern {
  const shapes = [...found.shapes]
    .sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]))
    .map(([shape]) => shape);
  const fixes = [...found.fixes.values()]
    .map(({ fix, sessions }) => ({ ...fix, sessions: sessions.size }))
    .sort((a, b) => b.sessions - a.sessions || compareText(a.fix, b.fix));
  return {
    kind: 'error',
    key,
    keys: [...found.keys].sort(compareText),
    repo: null,
    stretches: found.stretches,
    detail: {
      kind: 'error',
      shapes,
      endings: found.endings,
      fixes: fixes.slice(0, 3),
      missing: found.missing,
      template: found.template,
    },
  };
}
