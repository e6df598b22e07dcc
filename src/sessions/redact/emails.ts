import type { Span } from './span.ts';

const mailbox = /[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}$/;
const mailDomain =
  /(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,18}(?![\w@(-]|\.\w)|(?:gmail|outlook|hotmail|yahoo|icloud|proton(?:mail)?)\.[a-z]?(?![\w.])/y;

/** Ends of file names, unit names and members that look like the end of a mail address. */
const notADomain =
  /\.(?:png|jpe?g|gif|svg|webp|ico|css|scss|js|mjs|cjs|ts|tsx|jsx|json|html?|py|rb|go|java|kt|swift|php|vue|lock|log|txt|yaml|yml|toml|xml|zip|gz|tgz|service|socket|timer|target|mount|slice|path|local|internal|localdomain|localhost|length|map|then|value|name|id|type|next|done|get|set|push|call|apply|bind|exe|dll|so|cfg|conf|ini|plist|app|pdf|mp4|woff2?)$/;
/** Boxes no person reads. */
const machineMailbox =
  /^(?:no-?reply|donotreply|do-not-reply|notifications?|git|hg|svn|postmaster|mailer-daemon|actions?|github-actions.*)$/i;
/** Domains that stand for no person: documentation (RFC 2606), no-reply relays, the makers of agents. */
const nobodysDomain =
  /(?:^|\.)example\.(?:com|org|net)$|^(?:email|domain|your-?domain|your-?company|test|foo|mail|host)\.com$|(?:^|\.)noreply\.|^anthropic\.com$|^openai\.com$/i;

/** E-mail addresses of people; not SSH remotes, package versions, no-reply boxes or the example domains. */
export function findEmails(text: string): Span[] {
  if (!text.includes('@') && !text.includes('%40')) return [];
  const spans: Span[] = [];
  for (const sign of ['@', '%40']) {
    for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + sign.length)) {
      const local = mailbox.exec(text.slice(Math.max(0, at - 64), at))?.[0];
      if (local === undefined) continue;
      mailDomain.lastIndex = at + sign.length;
      const domain = mailDomain.exec(text)?.[0];
      if (domain === undefined || !isPerson(local, domain)) continue;
      const end = at + sign.length + domain.length;
      // `deploy@host.org:group/project`: a remote, not a person.
      if (/^:[\w.-]+\/[\w.-]/.test(text.slice(end, end + 80)) && /^[\w-]+$/.test(local)) continue;
      spans.push({ start: at - local.length, end, rule: 'email', kind: 'personal' });
    }
  }
  return spans;
}

function isPerson(local: string, domain: string): boolean {
  if (notADomain.test(domain) || nobodysDomain.test(domain) || machineMailbox.test(local)) return false;
  if (/^v?\d+(?:\.\d+)*[.-]/.test(domain)) return false;
  return !/[a-z][A-Z]/.test(domain.slice(domain.lastIndexOf('.')));
}
