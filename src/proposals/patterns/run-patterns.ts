import type { Pattern } from '../pattern.ts';
import type { WorkProfile } from '../work-profile.ts';

/**
 * Retries and polls, by the call they repeat; a command that is retried is told apart by repository, since `npm test` is
 * another thing in each; tools, and what is waited for, are not. Retries count as waste whether or not the last try worked: what worked before did so at once.
 */
export function runPatterns(profiles: readonly WorkProfile[]): Pattern[] {
  const patterns = new Map<string, Pattern>();
  profiles.forEach((profile, at) => {
    for (const run of profile.runs) {
      const shape = profile.shapes[run.shape] ?? '';
      if (shape === '') continue;
      const repo = run.kind === 'poll' ? null : scopeOf(shape, profile.repo);
      const key = repo === null ? shape : `${repo} ${shape}`;
      const name = `${run.kind} ${key}`;
      let pattern = patterns.get(name);
      if (!pattern) {
        pattern = {
          kind: run.kind,
          key,
          keys: [key],
          repo,
          stretches: [],
          detail:
            run.kind === 'retry'
              ? { kind: 'retry', shape, tries: 0, succeeded: 0, error: null }
              : { kind: 'poll', shape, looks: 0, example: run.did },
        };
        patterns.set(name, pattern);
      }
      pattern.stretches.push({
        at,
        fromMs: run.startMs,
        toMs: run.startMs + run.lengthMs,
        line: run.line,
        measured: true,
        ended: run.ok,
      });
      const { detail } = pattern;
      if (detail.kind === 'retry') {
        detail.tries += run.tries - 1;
        detail.succeeded += run.ok ? 1 : 0;
        detail.error ??= run.key === null ? null : (profile.templates[run.key] ?? null);
      } else if (detail.kind === 'poll') detail.looks += run.tries;
    }
  });
  return [...patterns.values()];
}

/** Shell commands belong to their repository, tools to everyone. */
export function scopeOf(shape: string, repo: string | null): string | null {
  return shape.startsWith('$ ') ? repo : null;
}
