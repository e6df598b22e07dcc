import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenFormats } from '../../../../src/sessions/redact/token-formats.ts';
import { openRedactor } from '../../../../src/sessions/redact.ts';

/** The pattern without looks around, which the generator of matching texts does not know. */
function consuming(pattern: string): RegExp {
  return new RegExp(
    `^(?:${pattern
      .replace(/\(\?<?[!=][^()]*(?:\([^()]*\))*[^()]*\)/g, '')
      .replaceAll('[!-~]', '[a-z0-9]')
      .replaceAll('\\s', 'A')})$`,
  );
}

const distinct = (text: string): number => new Set(text).size;

describe('token formats', () => {
  it.each(tokenFormats.map((format) => [format.rule, format] as const))(
    '%s names its source and is found',
    (_rule, format) => {
      expect(format.source).toMatch(/^https:\/\/\S+$/);
      expect(format.rule).toMatch(/^[a-z0-9-]{1,24}$/);
      const redactor = openRedactor({ key: 'k' });
      const token = fc
        .stringMatching(consuming(format.pattern))
        .filter((text) => text.length < 3000 && distinct(text) >= 14);
      for (const text of fc.sample(token, { numRuns: 6, seed: 7 })) {
        if (!format.anchor.some((anchor) => text.includes(anchor)) || /[Xx]{4,}|EXAMPLE|[Mm]y[_-]/.test(text))
          continue;
        expect(redactor.text(`used ${text} there`), text).not.toContain(text);
      }
    },
  );
});
