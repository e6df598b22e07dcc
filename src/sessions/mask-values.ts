/** A kind of value that differs from run to run, and what stands for it. */
interface Mask {
  pattern: RegExp;
  as: string;
}

/** Every value that error texts are cleared of: one pattern each, written once. */
const masks = {
  email: { pattern: /[\w.%+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/gi, as: '<email>' },
  url: { pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s'"`)>\]]+/gi, as: '<url>' },
  hostname: {
    pattern:
      /(?<![\w./@-])(?:localhost|(?:[a-z0-9][a-z0-9-]*\.)+(?:com|org|net|edu|gov|io|dev|cloud|local|internal))\b(?![\w./(-])(?::\d{1,5}\b)?/g,
    as: '<host>',
  },
  ip: {
    pattern:
      /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}(?:\/\d\d?)?(?::\d{1,5})?|(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?=[0-9a-f:]{0,30}\d)(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?)(?![\w:]|\.\d)/gi,
    as: '<ip>',
  },
  traceparent: { pattern: /\b[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\b/gi, as: '<trace>' },
  uuid: {
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
    as: '<uuid>',
  },
  sha1: { pattern: /\b[0-9a-f]{40}\b/gi, as: '<hex>' },
  md5: { pattern: /\b[0-9a-f]{32}\b/gi, as: '<hex>' },
  time: {
    pattern: /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g,
    as: '<time>',
  },
  clock: { pattern: /\b\d\d?:\d\d:\d\d(?:\.\d+)?\b/g, as: '<time>' },
  /** `Fri, 20 Nov 2026 <time> GMT`, `Nov 20 <time>`: what a clock left of a date in words. */
  wordedDate: {
    pattern:
      /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:\d\d? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: \d\d?)?(?:,? \d{4})? <time>(?: (?:\d{4}|GMT|UTC|[+-]\d{4}))*/g,
    as: '<time>',
  },
  duration: {
    pattern:
      /(?<![\w.])\d+(?:\.\d+)?(?:(?:ns|µs|us|ms|s|m|h)(?: ?\d+(?:\.\d+)?(?:ms|s|m))*| ?(?:millisecond|second|minute|hour|day|sec|min)s?| ms)\b/g,
    as: '<duration>',
  },
  quoted: {
    pattern: /`[^`]{1,300}`|"[^"]{1,300}"|(?<![\w])'[^']{1,300}'(?!\w)|[‘“][^’”]{1,300}[’”]/g,
    as: '<value>',
  },
  rootedPath: {
    pattern: /(?:\b[A-Za-z]:)?(?:~|\.{1,2})?(?:[\\/][\w.@+%-]+)+[\\/]?(?::\d+(?::\d+)?)?/g,
    as: '<path>',
  },
  loosePath: { pattern: /\b[\w.@-]+(?:\/[\w.@-]+)+\b/g, as: '<path>' },
  fileName: {
    pattern:
      /\b[\w-]+\.(?:tsx?|jsx?|mjs|cjs|py|go|rs|java|kt|rb|php|c|h|cpp|cs|sh|json|ya?ml|toml|md|txt|lock|sql|css|html?)\b(?::\d+(?::\d+)?)?/g,
    as: '<path>',
  },
  /** A path with all of its segments, wildcards, and the place in the file: `src/a/*.ts:3:7`, `src/a.ts(3,7)`. */
  wholePath: {
    pattern: /(?:\b[A-Za-z]:|[\w.@+%~$*-]+)?(?:[\\/][\w.@+%*?-]+)+[\\/]?(?::\d+(?::\d+)?|\(\d+(?:,\d+)?\))?/g,
    as: '<path>',
  },
  /** What an earlier masking for a fingerprint left around a path: `src<path>(<n>)`, `<path>*<path>`. */
  pathRest: {
    pattern: /[\w.@*$-]*<path>(?:[\w.@*$-]|<path>)*(?:\(<n>\)|(?::<n>){1,2}(?!\w))?/g,
    as: '<path>',
  },
  hex: { pattern: /\b0x[0-9a-f]+\b/gi, as: '<hex>' },
  gitSha: { pattern: /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b/gi, as: '<hex>' },
  /** Floats and ints; fingerprints of old events hold them to be one. */
  number: { pattern: /(?<![A-Za-z_\d])-?\d+(?:[.,]\d+)*/g, as: '<n>' },
  quotedAfterEquals: { pattern: /=(?:"[^"]*"|'[^']*')/g, as: '=<value>' },
  boolAfterEquals: { pattern: /=(?:true|false)\b/gi, as: '=<bool>' },
} as const satisfies Record<string, Mask>;

type MaskName = keyof typeof masks;

/**
 * Of a fingerprint, the more particular shape first. The keys of recorded events hang on this list: a change of it makes
 * every known error a new one.
 */
const fingerprintOrder: readonly MaskName[] = [
  'url',
  'uuid',
  'time',
  'clock',
  'quoted',
  'rootedPath',
  'loosePath',
  'fileName',
  'hex',
  'gitSha',
  'number',
];

/**
 * Of a group of errors: Sentry's order (email, url, hostname, ip, traceparent, uuid, sha1, md5, date, duration, hex, git
 * sha, float, int, quoted after `=`, bool after `=`), and before its hex values what tool errors add: quoted texts and
 * paths, which would else change the number of words. `errorGroupingVersion` changes with this list.
 */
const groupingOrder: readonly MaskName[] = [
  'email',
  'url',
  'hostname',
  'ip',
  'traceparent',
  'uuid',
  'sha1',
  'md5',
  'time',
  'clock',
  'wordedDate',
  'duration',
  'quoted',
  'wholePath',
  'fileName',
  'pathRest',
  'hex',
  'gitSha',
  'number',
  'quotedAfterEquals',
  'boolAfterEquals',
];

/** A line with its values masked for a fingerprint: `<url> <uuid> <time> <value> <path> <hex> <n>`. */
export function maskForFingerprint(line: string): string {
  return maskInOrder(line, fingerprintOrder);
}

/** A line with its values masked for grouping; a line that was masked before, for either use, stays as it is. */
export function maskForGrouping(line: string): string {
  return maskInOrder(line, groupingOrder);
}

function maskInOrder(line: string, order: readonly MaskName[]): string {
  let masked = line.slice(0, 1000);
  for (const name of order) masked = masked.replace(masks[name].pattern, masks[name].as);
  return masked.replace(/\s+/g, ' ').trim();
}
