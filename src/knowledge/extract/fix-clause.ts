/** Base forms of the verbs with which agents report what they did to mend something. */
const bases: Readonly<Record<string, string>> = {
  added: 'add',
  adding: 'add',
  adjusted: 'adjust',
  bumped: 'bump',
  bumping: 'bump',
  called: 'call',
  calling: 'call',
  changed: 'change',
  changing: 'change',
  checked: 'check',
  checking: 'check',
  copied: 'copy',
  copying: 'copy',
  created: 'create',
  creating: 'create',
  deleted: 'delete',
  deleting: 'delete',
  disabled: 'disable',
  disabling: 'disable',
  dropped: 'drop',
  dropping: 'drop',
  enabled: 'enable',
  enabling: 'enable',
  escaped: 'escape',
  escaping: 'escape',
  excluded: 'exclude',
  exported: 'export',
  exporting: 'export',
  installed: 'install',
  installing: 'install',
  killed: 'kill',
  killing: 'kill',
  made: 'make',
  making: 'make',
  moved: 'move',
  moving: 'move',
  overwrote: 'overwrite',
  overwriting: 'overwrite',
  passed: 'pass',
  passing: 'pass',
  pinned: 'pin',
  pinning: 'pin',
  pointed: 'point',
  pointing: 'point',
  prefixed: 'prefix',
  prefixing: 'prefix',
  put: 'put',
  putting: 'put',
  quoted: 'quote',
  quoting: 'quote',
  ran: 'run',
  running: 'run',
  rebuilt: 'rebuild',
  rebuilding: 'rebuild',
  recreated: 'recreate',
  regenerated: 'regenerate',
  regenerating: 'regenerate',
  removed: 'remove',
  removing: 'remove',
  renamed: 'rename',
  renaming: 'rename',
  replaced: 'replace',
  replacing: 'replace',
  restarted: 'restart',
  restarting: 'restart',
  retried: 'retry',
  retrying: 'retry',
  reran: 'rerun',
  rerunning: 'rerun',
  reverted: 'revert',
  reverting: 'revert',
  set: 'set',
  setting: 'set',
  started: 'start',
  starting: 'start',
  stopped: 'stop',
  stopping: 'stop',
  swapped: 'swap',
  switched: 'switch',
  switching: 'switch',
  unset: 'unset',
  updated: 'update',
  updating: 'update',
  upgraded: 'upgrade',
  upgrading: 'upgrade',
  used: 'use',
  using: 'use',
  wrapped: 'wrap',
  wrapping: 'wrap',
  wrote: 'write',
  writing: 'write',
};

const advising = new Set(Object.values(bases));

/** True for a text that begins with the base form of such a verb: it tells somebody what to do. */
export function isAdvice(text: string): boolean {
  return advising.has(/^[a-z]+/i.exec(text)?.[0].toLowerCase() ?? '');
}

/** A report of a remedy (`Fixed by restarting with X`, `ran X`) as advice (`restart with X`, `run X`). */
export function asAdvice(report: string): string {
  const bare = report
    .replace(
      /^(?:was |is )?(?:fixed|solved|resolved|mitigated|worked around|addressed)?\s*(?:it\s+)?(?:by|with|via|:)\s*/i,
      '',
    )
    .replace(/^(?:I|we)\s+/i, '')
    .replace(/^(?:then|just|simply|instead|now)\s+/i, '');
  const first = /^[A-Za-z]+/.exec(bare)?.[0] ?? '';
  const base = bases[first.toLowerCase()];
  if (base === undefined) return lowerFirst(bare);
  const advice = base + bare.slice(first.length);
  // A second verb after "and" was part of the same report.
  return advice.replace(/(\band (?:then )?|, (?:and )?)([a-z]+)\b/gi, (whole, join: string, word: string) => {
    const next = bases[word.toLowerCase()];
    return next ? `${join}${next}` : whole;
  });
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]+[\s,]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
