import { alphabets, randomText } from '../unit/sessions/redact/secrets.ts';

/** `secrets-spec.json` of the bad-input corpus: how each named secret is put together at test time. */
export interface SecretsSpec {
  alphabets: Record<string, string>;
  items: Record<string, string[]>;
}

const alphabetOf: Record<string, string> = {
  an: alphabets.base62,
  up: alphabets.base32,
  hex: alphabets.hex,
  digit: alphabets.digit,
};

/** Makes every secret of the spec from fixed seeds. A part `an*36` is 36 random characters of that alphabet. */
export function makeSecrets(spec: SecretsSpec, seed: number): Record<string, string> {
  const made = Object.entries(spec.items).map(([name, parts], item): [string, string] => [
    name,
    parts
      .map((part, i) => {
        const random = /^(an|up|hex|digit)\*(\d+)$/.exec(part);
        if (!random) return part.replaceAll('\\n', '\n');
        return randomText(
          seed + item * 1009 + i * 31,
          Number(random[2]),
          alphabetOf[random[1] as string] as string,
        );
      })
      .join(''),
  ]);
  return Object.fromEntries(made);
}

/** Replaces `{{SECRET:x}}`, `{{SECRET_B64:x}}` … in the text of a JSON line by the secret, escaped for JSON. */
export function fillSecrets(line: string, secrets: Record<string, string>): string {
  return line.replace(
    /\{\{SECRET(_[A-Z0-9]+)?:(\w+)\}\}/g,
    (_all, variant: string | undefined, name: string) => {
      const isEscaped = name === 'pem_escaped';
      const value = secrets[isEscaped ? 'pem' : name];
      if (value === undefined) throw new Error(`the spec has no secret ${name}`);
      const shown = isEscaped ? value.replaceAll('\n', '\\n') : value;
      const written = write(variant ?? '', shown);
      return variant === '_UESC' ? written : JSON.stringify(written).slice(1, -1);
    },
  );
}

function write(variant: string, value: string): string {
  const half = Math.floor(value.length / 2);
  switch (variant) {
    case '_UESC':
      return [...value].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    case '_B64':
      return Buffer.from(value).toString('base64');
    case '_URL':
      return encodeURIComponent(value);
    case '_ANSI':
      return `${value.slice(0, 12)}\u001b[0m${value.slice(12)}`;
    case '_ZW':
      return `${value.slice(0, 12)}\u200b${value.slice(12)}`;
    case '_HALF1':
      return value.slice(0, half);
    case '_HALF2':
      return value.slice(half);
    default:
      return value;
  }
}

/** What must not be readable anywhere of a secret: itself, its encodings, either half of it. */
export function traces(name: string, secrets: Record<string, string>): string[] {
  if (name === 'pg_url_password') return [/:([^:@]+)@/.exec(secrets.pg_url as string)?.[1] as string];
  if (name === 'pem_body')
    return (secrets.pem as string).split('\n').filter((line) => /^[A-Za-z0-9]{40,}$/.test(line));
  const value = secrets[name] as string;
  const half = Math.floor(value.length / 2);
  return [
    value,
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
    encodeURIComponent(value),
    value.slice(0, half),
    value.slice(half),
  ];
}
