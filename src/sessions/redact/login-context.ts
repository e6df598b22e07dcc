import { isPlaceholder } from './placeholder.ts';
import type { Span } from './span.ts';

/** `scheme://user:password@host`, and `scheme://token@host`. */
const userinfo =
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/([^\s/@:"'`<>\\]{0,128})(?::([^\s/"'`<>\\]{0,256}))?@(?=[A-Za-z0-9[%{$])/gi;

const headerName = '(?:proxy-)?authorization';
const authorization = new RegExp(
  String.raw`${headerName}\\*["'\`]?\s{0,4}[:=,]\s{0,4}\\*["'\`]?\s{0,4}(?:(?:bearer|basic|token|digest|apikey|negotiate|bot|key|oauth|ssws|aws4-hmac-sha256)\s+)?([^\s"'\`<>\\,;(){}]{6,4096})`,
  'gi',
);
const bearer = /\b(?:bearer|basic)(?:\s+|%20|\+)\\*["'`]?([A-Za-z0-9._~+/=-]{8,4096})/gi;
const cookieHeader =
  /\b(?:set-)?cookie\\*["'`]?\s{0,4}[:=]\s{0,4}\\*["'`]?\s{0,2}((?:[\w.$-]{1,64}=[^\s;"'`\\]{0,4096}(?:;\s*|(?=["'`\\\s]|$)))+)/gi;
const cookiePair = /([\w.$-]{1,64})=([^\s;"'`\\]*)/g;
const cookieAttribute = /^(?:path|domain|expires|max-age|samesite|priority|version)$/i;
const clientUser =
  /\b(?:curl|wget|https?|xh|lftp|ftp|smbclient|ldapsearch|nats|mosquitto_(?:pub|sub))\s[^\n|]{0,400}?(?<=\s)(?:-u|--user|--proxy-user|-U|--auth|-a)[\s=]?\\*["'`]?([^\s:"'`\\]{1,128}):([^\s"'`\\]{1,256})/g;
const userFlag =
  /(?:^|\s)--?(?:user|proxy-user)[\s=]\\*["'`]?([A-Za-z][^\s:"'`\\]{0,127}):([^\s"'`\\/]{4,256})/g;

/** Passwords given to well-known programs in their own way; the first group is the secret. `word` must be there. */
const commandPasswords: readonly { word: string; pattern: RegExp }[] = [
  {
    word: ' -p',
    pattern:
      /\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\b[^\n|;&]{0,200}?\s-p\\*["']?([^\s"'\\-][^\s"'\\]{3,127})/g,
  },
  { word: 'sshpass', pattern: /\bsshpass\s+-p\s*\\*["']?([^\s"'\\]{4,127})/g },
  {
    word: ' -p',
    pattern:
      /\b(?:docker|podman|helm registry|az|oc|argocd|cf|snyk|twine|vsce)\s+(?:login|upload|auth|publish)\b[^\n|;&]{0,200}?\s(?:-p|--password|--pat)[\s=]\\*["']?([^\s"'\\]{4,127})/g,
  },
  { word: 'redis-cli', pattern: /\bredis-cli\b[^\n|;&]{0,120}?\s-a\s+\\*["']?([^\s"'\\]{4,127})/g },
  {
    word: '|',
    pattern:
      /\b(?:echo|printf)\s+(?:-n\s+)?\\*["']?([^\s"'\\|$`]{4,127})\\*["']?\s*\|\s*(?:sudo\s+-S|docker\s+login|passwd|su\b|gh\s+auth|podman\s+login)/g,
  },
  { word: ' pass:', pattern: /\bpass(?:in|out)?\s+pass:([^\s"'\\]{4,127})/g },
  { word: 'machine ', pattern: /\bmachine\s+\S{1,128}\s+login\s+\S{1,128}\s+password\s+([^\s"'\\]{4,127})/g },
  { word: 'sqlplus', pattern: /\bsqlplus\s+[A-Za-z]\w{0,40}\/([^\s@"'\\/]{4,127})@/g },
  {
    word: ':5432:',
    pattern: /^[\w.*-]{1,128}:5432:[\w*-]{1,64}:[\w*-]{1,64}:([^\s:]{4,127})$/gm,
  },
];

/** Logins by their place: URL userinfo, Authorization and Cookie headers, `-u user:password`, password flags. */
export function findLogins(text: string): Span[] {
  const spans: Span[] = [];
  if (text.includes('://') && text.includes('@')) findUserinfo(text, spans);
  if (/authori[sz]ation|bearer|basic|cookie/i.test(text)) findHeaders(text, spans);
  if (text.includes(':') && / -[uUa]| --(?:user|proxy-user|auth)/.test(text)) {
    for (const pattern of [clientUser, userFlag]) {
      for (const hit of text.matchAll(pattern)) {
        const [all, user = '', password = ''] = hit;
        if (/^\d+$/.test(user) || isStockLogin(user, password)) continue;
        push(spans, hit.index + all.length - password.length, password, 'user-flag');
      }
    }
  }
  for (const { word, pattern } of commandPasswords) {
    if (!text.includes(word)) continue;
    for (const hit of text.matchAll(pattern)) {
      const secret = hit[1]!;
      if (!isPlaceholder(secret, true))
        push(spans, hit.index + hit[0].lastIndexOf(secret), secret, 'command-password');
    }
  }
  return spans;
}

function push(spans: Span[], start: number, secret: string, rule: string): void {
  spans.push({ start, end: start + secret.length, rule, kind: 'secret' });
}

function findUserinfo(text: string, spans: Span[]): void {
  for (const hit of text.matchAll(userinfo)) {
    const afterScheme = hit.index + hit[0].indexOf('://') + 3;
    const [, user = '', password = ''] = hit;
    if (password !== '') {
      if (!isStockLogin(user, password)) push(spans, afterScheme + user.length + 1, password, 'url-login');
    } else if (user.length >= 16 && /\d/.test(user) && !isPlaceholder(user)) {
      push(spans, afterScheme, user, 'url-login');
    }
  }
}

function findHeaders(text: string, spans: Span[]): void {
  for (const pattern of [authorization, bearer]) {
    for (const hit of text.matchAll(pattern)) {
      const secret = hit[1]!;
      if (looksSent(secret)) push(spans, hit.index + hit[0].length - secret.length, secret, 'auth-header');
    }
  }
  for (const hit of text.matchAll(cookieHeader)) {
    const from = hit.index + hit[0].length - hit[1]!.length;
    for (const pair of hit[1]!.matchAll(cookiePair)) {
      const [all, name = '', secret = ''] = pair;
      if (cookieAttribute.test(name) || secret.length < 6 || isPlaceholder(secret)) continue;
      if (/\d|[A-Z].*[a-z]/.test(secret))
        push(spans, from + pair.index + all.length - secret.length, secret, 'cookie');
    }
  }
}

/** A credential that travels in a header, not a word about headers. */
function looksSent(value: string): boolean {
  if (isPlaceholder(value)) return false;
  if (/^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(value) && value.length < 40) return false;
  const digits = /\d/.test(value);
  return (
    (digits && /[A-Za-z]/.test(value)) ||
    (value.length >= 16 &&
      /[a-z]/.test(value) &&
      /[A-Z]/.test(value) &&
      !/^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*$/.test(value)) ||
    value.length >= 40
  );
}

/** Logins of documentation and local databases: `user:password`, `postgres:postgres`. */
function isStockLogin(user: string, password: string): boolean {
  return isPlaceholder(password) || password.toLowerCase() === user.toLowerCase();
}
