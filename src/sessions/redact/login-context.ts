import { isPlaceholder } from './placeholder.ts';
import type { Span } from './span.ts';

/** `scheme://user:password@host`, and `scheme://token@host`. */
const userinfo =
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/([^\s/@:"'`<>\\]{0,128})(?::([^\s/"'`<>\\]{0,256}))?@(?=[A-Za-z0-9[%{$])/gi;

/** `user:password@` without a scheme in front of a host and a path or port, as package registries and DSNs write it. */
const headerName = String.raw`(?:proxy-)?authorization`;
const authorization = new RegExp(
  String.raw`${headerName}\\*["'\`]?\s{0,4}[:=,]\s{0,4}\\*["'\`]?\s{0,4}(?:(?:bearer|basic|token|digest|apikey|negotiate|bot|key|oauth|ssws|aws4-hmac-sha256)\s+)?([^\s"'\`<>\\,;(){}]{6,4096})`,
  'gi',
);
const bearer = /\b(?:bearer|basic)(?:\s+|%20|\+)\\*["'`]?([A-Za-z0-9._~+/=-]{8,4096})/gi;
const cookieHeader =
  /\b(?:set-)?cookie\\*["'`]?\s{0,4}[:=]\s{0,4}\\*["'`]?\s{0,2}((?:[\w.$-]{1,64}=[^\s;"'`\\]{0,4096}(?:;\s*|(?=["'`\\\s]|$)))+)/gi;
const cookiePair = /([\w.$-]{1,64})=([^\s;"'`\\]*)/g;
const cookieAttribute = /^(?:path|domain|expires|max-age|samesite|priority|version)$/i;
const curlUser =
  /\b(?:curl|wget|https?|xh|httpie|lftp|ftp|smbclient|ldapsearch|nats|mosquitto_(?:pub|sub))\b[^\n|]{0,400}?\s(?:-u|--user|--proxy-user|-U|--auth|-a)[\s=]?\\*["'`]?([^\s:"'`\\]{1,128}):([^\s"'`\\]{1,256})/g;
const curlUserFlag =
  /(?:^|\s)--?(?:user|proxy-user)[\s=]\\*["'`]?([A-Za-z][^\s:"'`\\]{0,127}):([^\s"'`\\/]{4,256})/g;

/** Passwords given to well-known programs in their own way; the first group is the secret. */
const commandPasswords: readonly RegExp[] = [
  /\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\b[^\n|;&]{0,200}?\s-p\\*["']?([^\s"'\\-][^\s"'\\]{3,127})/g,
  /\bsshpass\s+-p\s*\\*["']?([^\s"'\\]{4,127})/g,
  /\b(?:docker|podman|helm registry|az|oc|argocd|cf|snyk|twine|vsce)\s+(?:login|upload|auth|publish)\b[^\n|;&]{0,200}?\s(?:-p|--password|--pat)[\s=]\\*["']?([^\s"'\\]{4,127})/g,
  /\bredis-cli\b[^\n|;&]{0,120}?\s-a\s+\\*["']?([^\s"'\\]{4,127})/g,
  /\b(?:echo|printf)\s+(?:-n\s+)?\\*["']?([^\s"'\\|$`]{4,127})\\*["']?\s*\|\s*(?:sudo\s+-S|docker\s+login|passwd|su\b|gh\s+auth|podman\s+login)/g,
  /\bpass(?:in|out)?\s+pass:([^\s"'\\]{4,127})/g,
  /\bmachine\s+\S{1,128}\s+login\s+\S{1,128}\s+password\s+([^\s"'\\]{4,127})/g,
  /\bsqlplus\s+[A-Za-z]\w{0,40}\/([^\s@"'\\/]{4,127})@/g,
  /^[\w.*-]{1,128}:(?:\d{2,5}|\*):[\w*-]{1,64}:[\w*-]{1,64}:([^\s:]{4,127})$/gm,
];

/** One cheap look decides whether any of this can be in a text. */
const anyHint =
  /:\/\/[^\s/]*@|authori[sz]ation|bearer|basic|cookie|curl|wget|http|--user|--proxy-user|\s-p|-passin|pass:|redis-cli|login|sqlplus|passwd|sudo\s+-S|:\d{2,5}:\w|:\*:/i;

/** Logins by their place: URL userinfo, Authorization and Cookie headers, `-u user:password`, password flags. */
export function findLogins(text: string): Span[] {
  if (!anyHint.test(text)) return [];
  const spans: Span[] = [];
  const add = (start: number, secret: string, rule: string): void => {
    spans.push({ start, end: start + secret.length, rule, kind: 'secret' });
  };
  for (const hit of matches(userinfo, text)) {
    const afterScheme = hit.index + hit[0].indexOf('://') + 3;
    const [, user = '', password] = hit;
    if (password === undefined) {
      if (user.length >= 16 && /\d/.test(user) && !isPlaceholder(user)) add(afterScheme, user, 'url-login');
    } else if (password !== '' && !isStockLogin(user, password)) {
      add(afterScheme + user.length + 1, password, 'url-login');
    } else if (password === '' && user.length >= 16 && !isPlaceholder(user)) {
      add(afterScheme, user, 'url-login');
    }
  }
  for (const pattern of [authorization, bearer]) {
    for (const hit of matches(pattern, text)) {
      const secret = hit[1]!;
      if (looksSent(secret)) add(hit.index + hit[0].length - secret.length, secret, 'auth-header');
    }
  }
  for (const hit of matches(cookieHeader, text)) {
    const from = hit.index + hit[0].length - hit[1]!.length;
    for (const pair of hit[1]!.matchAll(cookiePair)) {
      const [all, name = '', secret = ''] = pair;
      if (
        cookieAttribute.test(name) ||
        secret.length < 6 ||
        isPlaceholder(secret) ||
        !/\d|[A-Z].*[a-z]/.test(secret)
      )
        continue;
      add(from + pair.index + all.length - secret.length, secret, 'cookie');
    }
  }
  for (const pattern of [curlUser, curlUserFlag]) {
    for (const hit of matches(pattern, text)) {
      const [all, user = '', password = ''] = hit;
      if (/^\d+$/.test(user) || isStockLogin(user, password)) continue;
      add(hit.index + all.length - password.length, password, 'user-flag');
    }
  }
  for (const pattern of commandPasswords) {
    for (const hit of matches(pattern, text)) {
      const secret = hit[1]!;
      if (isPlaceholder(secret, true)) continue;
      add(hit.index + hit[0].lastIndexOf(secret), secret, 'command-password');
    }
  }
  return spans;
}

function matches(pattern: RegExp, text: string): IterableIterator<RegExpExecArray> {
  pattern.lastIndex = 0;
  return text.matchAll(pattern) as IterableIterator<RegExpExecArray>;
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
