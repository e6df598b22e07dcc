import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupErrors, openErrorTemplates } from '../../../src/sessions/error-templates.ts';
import { maskForFingerprint, maskForGrouping } from '../../../src/sessions/mask-values.ts';

describe('maskForGrouping', () => {
  it.each([
    ['mail to ada.b+x@mail.example.org bounced', 'mail to <email> bounced'],
    ['GET https://e.org/a/b?c=1 gave 502', 'GET <url> gave <n>'],
    ['getaddrinfo ENOTFOUND api.example.com:443', 'getaddrinfo ENOTFOUND <host>'],
    ['cannot reach localhost:5432', 'cannot reach <host>'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED <ip>'],
    ['listen on ::1 or fe80::1ff:fe23:4567:890a failed', 'listen on <ip> or <ip> failed'],
    ['std::vector::at: out of range', 'std::vector::at: out of range'],
    ['trace 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 lost', 'trace <trace> lost'],
    ['id 550e8400-e29b-41d4-a716-446655440000 unknown', 'id <uuid> unknown'],
    [`blob ${'0a'.repeat(20)} missing`, 'blob <hex> missing'],
    ['sum d41d8cd98f00b204e9800998ecf8427e differs', 'sum <hex> differs'],
    ['expired 2026-11-20T10:00:00.5Z', 'expired <time>'],
    ['since Fri, 20 Nov 2026 10:00:00 GMT', 'since <time>'],
    ['Nov 20 10:00:00 disk full', '<time> disk full'],
    ['timed out after 5000ms', 'timed out after <duration>'],
    ['timed out after 2m 0.0s', 'timed out after <duration>'],
    ['took 1m30s, 2.5 seconds and 3h', 'took <duration>, <duration> and <duration>'],
    ['at 0xdeadBEEF in commit 1a2b3c4', 'at <hex> in commit <hex>'],
    ['expected 1.5 to equal -3', 'expected <n> to equal <n>'],
    ['strict=true mode=False name="" x=\'y z\'', 'strict=<bool> mode=<bool> name=<value> x=<value>'],
    ['cannot open "a b c"', 'cannot open <value>'],
    ['src/a/b.ts(12,3): error TS2304', '<path>: error TS2304'],
    ['no match: /home/ada/*/x-*.log', 'no match: <path>'],
    ['C:\\work\\a.ts:3:7 failed', '<path> failed'],
  ])('%s', (line, masked) => {
    expect(maskForGrouping(line)).toBe(masked);
  });

  it('leaves a line as it is that was masked before, for either use', () => {
    const word = fc.constantFrom(
      'cannot',
      'open',
      '/usr/lib/x.so',
      'src/a/b.ts(3,4):',
      'a.ts:3',
      '1.5',
      '-7',
      '12ms',
      '2026-01-02',
      'x=true',
      '"a b"',
      "'c'",
      '0xff',
      '1a2b3c4d',
      'me@e.org',
      '10.0.0.1:80',
      '::1',
      'e.org',
      '*',
      '=',
      ':',
      '(eval):3:',
      'TS2304',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), fc.constantFrom(' ', ', ', ': '), (words, glue) => {
        const once = maskForGrouping(words.join(glue));
        expect(maskForGrouping(once)).toBe(once);
        const told = maskForGrouping(maskForFingerprint(words.join(glue)));
        expect(maskForGrouping(told)).toBe(told);
      }),
    );
  });
});

const errors = (n: number) => [
  `src/shop/cart${n}.ts(${n},3): error TS2339: Property 'a${n}' does not exist on type 'Cart'.`,
  `\u001b[31mError: connect ECONNREFUSED 127.0.0.1:${5000 + n}\u001b[0m\n    at x (/home/ada/x.js:1:2)`,
  `/bin/bash: line ${n}: tool${n}: command not found`,
  `(eval):${n}: no matches found: /tmp/a${n}*.md`,
];

describe('groupErrors', () => {
  it('sees one error behind other values, and keeps different ones apart', () => {
    const groups = groupErrors([1, 2, 3].flatMap(errors));
    expect([...new Set(groups)].map((group) => [group?.count, group?.template])).toEqual([
      [3, 'error TS2339: Property <value> does not exist on type <value>.'],
      [3, 'Error: connect ECONNREFUSED <ip>'],
      [3, '<*> command not found'],
      [3, 'no matches found: <path>'],
    ]);
    expect(groups[0]?.key).toMatch(/^[a-z2-7]{12}$/);
    expect(groups[0]?.version).toBe(1);
  });

  it('does not depend on the order of errors', () => {
    const words = fc.array(fc.constantFrom('fail', 'open', 'port', '7', 'a', 'b', '/x/y'), { maxLength: 5 });
    const texts = fc.array(
      words.map((each) => each.join(' ')),
      { maxLength: 20 },
    );
    const ranked = texts.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(
          list.map((_, at) => at),
          { minLength: list.length },
        ),
      ),
    );
    fc.assert(
      fc.property(ranked, ([list, order]) => {
        const groups = groupErrors(list);
        const shuffled = groupErrors(order.map((at) => list[at] as string));
        expect(shuffled).toEqual(order.map((at) => groups[at]));
      }),
    );
  });

  it('has no group for what says nothing', () => {
    expect(groupErrors(['', ' \n', 'boom']).map((group) => group?.template)).toEqual([
      undefined,
      undefined,
      'boom',
    ]);
  });
});

describe('openErrorTemplates', () => {
  it('puts every error to its group as it comes', () => {
    const templates = openErrorTemplates();
    const ids = [1, 2, 3].flatMap(errors).map((text) => templates.add(text).templateId);
    expect(ids).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
    expect(templates.add('worker five stalled after one retry').template).toBe(
      'worker five stalled after one retry',
    );
    expect(templates.add('worker six stalled after two retries')).toEqual({
      templateId: 5,
      template: 'worker <*> stalled after <*> <*>',
    });
  });
});
