import { groupErrors } from '../../sessions/error-templates.ts';
import type { WorkProfile } from '../work-profile.ts';

/** Errors that are one: its key, the words they share, and the program that is missing where that is what they say. */
interface ErrorFamily {
  /** The fingerprint that was seen first: it stays when more wordings join. */
  key: string;
  template: string;
  missing: string | null;
}

/**
 * The family of an error by its fingerprint and the shape of the call that failed: wordings that mining takes for one
 * (`sessions/error-templates.ts`). A shell that does not find a program is told apart by the program, which is the
 * point of it; a time that ran out by the call, since the words say nothing else.
 */
export function errorFamilies(
  profiles: readonly WorkProfile[],
): (fingerprint: string, shape: string) => ErrorFamily | undefined {
  const templates = new Map<string, string>();
  for (const profile of profiles)
    for (const { key } of profile.errors)
      if (!templates.has(key)) templates.set(key, profile.templates[key] ?? '');
  const groups = groupErrors([...templates.values()]);
  const byName = new Map<string, ErrorFamily>();
  const families = new Map<string, ErrorFamily>();
  let index = 0;
  for (const [key, own] of templates) {
    const group = groups[index++];
    const missing = missingProgram(own);
    if (!group && missing === null) continue;
    const name = missing === null ? `like ${group?.key}` : `missing ${missing}`;
    const family = byName.get(name) ?? {
      key: missing === null ? key : `missing:${missing}`,
      template: missing === null ? (group?.template ?? own) : own,
      missing,
    };
    byName.set(name, family);
    families.set(key, family);
  }
  return (fingerprint, shape) => {
    const family = families.get(fingerprint);
    if (!family || family.missing !== null || !ranOut.test(family.template)) return family;
    return { ...family, key: `${family.key} ${shape}` };
  };
}

const ranOut = /^(?:error: )?(?:the )?(?:command|process|operation|request|test)? ?timed? ?out\b/i;

function missingProgram(template: string): string | null {
  const found =
    /\bcommand not found: ([\w.@+-]+)$/.exec(template) ??
    /(?:^|: )([\w.@+-]+): (?:command )?not found$/.exec(template) ??
    /\bspawn ([\w.@+-]+) ENOENT\b/.exec(template);
  return found?.[1] ?? null;
}
