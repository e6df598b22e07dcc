import type { ReleaseAnswer } from '../../metrics/progress/dependency-metrics.ts';
import type { JsonAnswer } from '../fetch-json.ts';

/** Why a registry gave no releases; undefined when it did. */
export function refusal(answer: JsonAnswer): Extract<ReleaseAnswer, { unknown: string }> | undefined {
  if (answer.kind === 'error')
    return { unknown: `the registry gave no answer: ${answer.error}`, failed: true };
  const { status } = answer;
  if (status === 200) return undefined;
  if (status === 404) return { unknown: 'the registry does not know this package', failed: false };
  if (status === 401 || status === 403) return { unknown: 'the registry wants a sign-in', failed: false };
  return { unknown: `the registry answers with HTTP ${status}`, failed: true };
}
