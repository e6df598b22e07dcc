import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventTypes } from '../../../src/base/events.ts';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.startsWith('base/event'))
  .sort()
  .map((file) => ({ file, code: readFileSync(join('src', file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '') }));
const filesWith = (pattern: (type: string) => RegExp, type: string) =>
  sources.filter(({ code }) => pattern(type).test(code)).map(({ file }) => file);
/** An object that carries the type: `type: 'x',` or `type: 'x' as const` on a line of its own; not a type in braces. */
const written = (type: string) => new RegExp(`^\\s*type: '${type.replace('.', '\\.')}'(?: as const)?,$`, 'm');
/** Where the log is taken apart: the switch over every row. */
const read = (type: string) => new RegExp(`case '${type.replace('.', '\\.')}':`);

describe('the event contract', () => {
  it.each(eventTypes)('%s is written by a flow and read by the metrics', (type) => {
    expect(filesWith(written, type)).not.toEqual([]);
    expect(filesWith(read, type)).toContain('metrics/fleet.ts');
  });

  it('no event is written or read that the contract does not name', () => {
    const named = new Set<string>(eventTypes);
    const found = sources.flatMap(({ code }) =>
      [
        ...code.matchAll(
          /(?:type: |case |type === )'((?:session|context|fact|task|verification|run|proposal|experiment)\.\w+)'/g,
        ),
      ].map((match) => match[1] as string),
    );
    expect(found.length).toBeGreaterThan(5);
    expect(found.filter((type) => !named.has(type))).toEqual([]);
  });
});
