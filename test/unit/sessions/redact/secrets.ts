import fc from 'fast-check';

/** No token-shaped text may stand in this file: every secret is put together when the tests run. */
const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
export const alphabets = {
  base62: letters.toUpperCase() + letters + digits,
  base36: letters + digits,
  base32: `${letters.toUpperCase()}234567`,
  hex: `${digits}abcdef`,
  digit: digits,
  url: `${letters.toUpperCase() + letters + digits}_-`,
} as const;

/** Evenly random characters from a seed, so that no bias of the generator makes them look like placeholders. */
export function randomText(seed: number, length: number, alphabet: string): string {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state ^ (state >>> 15), 0x85ebca6b) + 0xc2b2ae35) >>> 0;
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    text += alphabet[(state >>> 8) % alphabet.length];
  }
  return text;
}

type Part = string | [keyof typeof alphabets, number];

/** Shapes of credentials, as their issuers describe them: fixed parts and random parts. */
const shapes: Record<string, Part[]> = {
  'GitHub token': ['gh', 'p_', ['base62', 36]],
  'GitHub fine-grained token': ['github', '_pat_', ['base62', 22], '_', ['base62', 59]],
  'GitLab token': ['gl', 'pat-', ['url', 20]],
  'AWS key id': ['AK', 'IA', ['base32', 16]],
  'Google API key': ['AI', 'za', ['url', 35]],
  'Google OAuth token': ['ya', '29.', ['url', 80]],
  'Slack bot token': ['xo', 'xb-', ['digit', 12], '-', ['digit', 13], '-', ['base62', 24]],
  'Stripe key': ['sk', '_live_', ['base62', 24]],
  'npm token': ['np', 'm_', ['base62', 36]],
  'PyPI token': ['py', 'pi-AgEIcHlwaS5vcmc', ['url', 80]],
  'OpenAI key': ['sk-', 'proj-', ['base62', 74], 'T3Blbk', 'FJ', ['base62', 74]],
  'Anthropic key': ['sk-', 'ant-api03-', ['url', 93], 'AA'],
  'Hugging Face token': ['h', 'f_', ['base62', 34]],
  'SendGrid key': ['S', 'G.', ['url', 22], '.', ['url', 43]],
  'Telegram token': [['digit', 10], ':', 'AA', ['url', 33]],
  'DigitalOcean token': ['do', 'p_v1_', ['hex', 64]],
  'Shopify token': ['shp', 'at_', ['hex', 32]],
  'Databricks token': ['da', 'pi', ['hex', 32]],
  'Linear key': ['lin', '_api_', ['base62', 40]],
  'Vault token': ['hv', 's.', ['url', 90]],
  'Docker token': ['dckr', '_pat_', ['url', 27]],
  'Sentry token': ['sntr', 'yu_', ['hex', 64]],
  'age key': ['AGE-SECRET', '-KEY-1', ['base32', 58]],
  JWT: ['ey', 'J', ['url', 33], '.', 'ey', 'J', ['url', 60], '.', ['url', 43]],
  'nobody’s token': [['base62', 40]],
  'nobody’s long token': [['base62', 64]],
};

/** One random credential with the name of its shape. */
export const secret: fc.Arbitrary<{ shape: string; value: string }> = fc
  .record({ shape: fc.constantFrom(...Object.keys(shapes)), seed: fc.nat() })
  .map(({ shape, seed }) => ({
    shape,
    value: (shapes[shape] as Part[])
      .map((part, i) =>
        typeof part === 'string' ? part : randomText(seed + i * 7919, part[1], alphabets[part[0]]),
      )
      .join(''),
  }))
  .filter(({ value }) => !/[Xx]{4}|[_-]{2,}|[_-]$/.test(value));

/** A password of letters and digits. */
export const password = fc
  .nat()
  .map((seed) => randomText(seed, 18, alphabets.base62))
  .filter((value) => /\d/.test(value) && /[a-z]/.test(value) && !/[Xx]{4}/.test(value));

/** A private key in PEM form. */
export const pem = fc.nat().map((seed) => {
  const lines = Array.from({ length: 8 }, (_, i) => randomText(seed + i, 64, `${alphabets.base62}+/`));
  return [`-----BEGIN RSA ${'PRIVATE KEY-----'}`, ...lines, `-----END RSA ${'PRIVATE KEY-----'}`].join('\n');
});

const words =
  'the build failed again after we changed how tests find their fixtures and src/main.ts now imports from ../lib see README.md line 118 run npm test --watch const value = compute(input); return false; export function parse error: expected 3 got 4'.split(
    ' ',
  );

/** Ordinary text around a secret. */
export const prose = fc
  .array(
    fc.oneof(
      { arbitrary: fc.constantFrom(...words), weight: 8 },
      { arbitrary: fc.constantFrom('\n', '`', '—', '{', '}', '://'), weight: 1 },
    ),
    {
      maxLength: 30,
    },
  )
  .map((parts) => parts.join(' '));

/** Ways in which the same secret stands in a text; each must be found in it. */
export const variants: Record<string, (value: string) => string> = {
  raw: (value) => value,
  quoted: (value) => `"${value}"`,
  assigned: (value) => `TOKEN=${value}`,
  'in a query': (value) => `https://api.invalid/v1?access_token=${value}&page=2`,
  base64: (value) => Buffer.from(value).toString('base64'),
  'URL-encoded': (value) =>
    [...value].map((c, i) => (i % 3 === 0 ? `%${c.charCodeAt(0).toString(16)}` : c)).join(''),
  'written with \\u escapes': (value) =>
    [...value].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'coloured in the middle': (value) => `${value.slice(0, 12)}\u001b[0m${value.slice(12)}`,
  'with a zero-width space': (value) => `${value.slice(0, 12)}\u200b${value.slice(12)}`,
  'after a written line end': (value) => `first\\n${value}\\nlast`,
  'in JSON in a text': (value) => JSON.stringify({ output: JSON.stringify({ key: value }) }),
};

/** All forms in which a secret would still be readable in a text. */
export function formsOf(value: string): string[] {
  return [
    value,
    value.slice(0, Math.ceil(value.length / 2)),
    value.slice(-Math.ceil(value.length / 2)),
    Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -4),
  ];
}
