import { z } from 'zod';
import type { Release, ReleaseAnswer } from '../../metrics/progress/dependency-metrics.ts';
import { fetchJson } from '../fetch-json.ts';
import { refusal } from './refusal.ts';

const packument = z.looseObject({
  time: z.record(z.string(), z.unknown()),
  versions: z.record(z.string(), z.looseObject({ deprecated: z.unknown().optional() })),
});

/** The releases of a package by the npm registry at `base`; only the full document has dates. */
export async function readNpmReleases(
  base: string,
  name: string,
  signal?: AbortSignal,
): Promise<ReleaseAnswer> {
  const answer = await fetchJson(`${base.replace(/\/+$/, '')}/${name.replace('/', '%2f')}`, { signal });
  const refused = refusal(answer);
  if (refused || answer.kind === 'error') return refused ?? { unknown: 'no answer', failed: true };
  const parsed = packument.safeParse(answer.body);
  if (!parsed.success) return { unknown: 'the registry gives no dates of releases', failed: false };
  const { time, versions } = parsed.data;
  return {
    releases: Object.entries(versions).map(([version, { deprecated }]): Release => {
      const at = time[version];
      return {
        version,
        at: typeof at === 'string' ? at : null,
        withdrawn: deprecated !== undefined && deprecated !== false && deprecated !== '',
      };
    }),
  };
}
