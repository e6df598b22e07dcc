import { z } from 'zod';
import type { Release, ReleaseAnswer } from '../../metrics/progress/dependency-metrics.ts';
import { fetchJson } from '../fetch-json.ts';
import { refusal } from './refusal.ts';

const file = z.looseObject({ upload_time_iso_8601: z.string().optional(), yanked: z.boolean().optional() });
const project = z.looseObject({ releases: z.record(z.string(), z.array(file)) });

/** The releases of a project by the JSON API at `base` (`https://pypi.org`). */
export async function readPypiReleases(
  base: string,
  name: string,
  signal?: AbortSignal,
): Promise<ReleaseAnswer> {
  const url = `${base.replace(/\/+$/, '')}/pypi/${encodeURIComponent(name)}/json`;
  const answer = await fetchJson(url, { signal });
  const refused = refusal(answer);
  if (refused || answer.kind === 'error') return refused ?? { unknown: 'no answer', failed: true };
  const parsed = project.safeParse(answer.body);
  if (!parsed.success) return { unknown: 'the registry gives no dates of releases', failed: false };
  return {
    releases: Object.entries(parsed.data.releases).map(
      ([version, files]): Release => ({
        version,
        at: files[0]?.upload_time_iso_8601 ?? null,
        withdrawn: files.length > 0 && files.every(({ yanked }) => yanked === true),
      }),
    ),
  };
}
