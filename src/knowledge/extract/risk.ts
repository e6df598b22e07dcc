/**
 * High-risk classes (spec 02, "Trust is structural", 3): a claim of one of them waits for a person, whoever said it.
 * The words are looked for in title, body and keywords together. Filters are hygiene; the gate is the review queue.
 */
const riskClasses: readonly (readonly [string, RegExp])[] = [
  [
    'runs downloaded code',
    /\b(?:curl|wget|iwr|irm|invoke-webrequest|invoke-expression|iex)\b[^\n]*(?:\||&&|;|\bsh\b|\bbash\b)|\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\beval\s+["'`$(]|\bnpx\s+(?:-y|--yes)\b|\b(?:base64|xxd)\s+-d/i,
  ],
  [
    'names a URL, host or address',
    /\b(?:https?|ftp|ssh|git|wss?|file|smb):\/\/|\b(?:\d{1,3}\.){3}\d{1,3}\b|\bgit@|(?<![\w@/.-])(?:[\p{L}\d-]+\.)+(?:com|org|net|io|dev|cc|ai|app|cloud|gov|edu|invalid|example|internal|corp|local|lan|onion|xyz|ru|cn|co|uk|de|eu|us|biz)(?![\w(-])(?!\.\w)/iu,
  ],
  [
    'installs a package',
    /\b(?:npm|pnpm|yarn|bun|pip3?|pipx|uv|poetry|cargo|gem|go|brew|apt(?:-get)?|dnf|apk|winget|choco|scoop|nix-env|conda)\s+(?:i|install|add|get|publish|update-input)\b|\binstall(?:s|ed|ing)?\s+(?:the\s+)?(?:package|extension|plugin|dependency)|\b(?:uses?|add|depend(?:s|ency)? on)\s+(?:the\s+)?package\b|\bregistry\b/i,
  ],
  [
    'is about credentials',
    /\b(?:passwords?|passwd|credentials?|secrets?|api[ _-]?keys?|access[ _-]?keys?|private[ _-]?keys?|ssh[ _-]?keys?|auth(?:entication|orization)? (?:checks?|bypass)|tokens?|otps?|\.netrc|\.pem|id_rsa|env vars? (?:dump|print)|print all env)\b/i,
  ],
  [
    'changes CI, hooks or agent settings',
    /\bpretooluse|posttooluse|\bhooks?["'`]?\s*:|settings(?:\.local)?\.json|\.claude\/|\.codex\/|\.mcp\.json|mcp server|\.github\/workflows|\.gitlab-ci|\bgit hooks?\b|core\.hookspath|permission mode|allowed ?tools|auto-?approve|sudoers|\bcrontab\b|\bworkflow permissions?\b|\bbranch protection/i,
  ],
  [
    'bypasses a check',
    /--force\b|--no-verify|--no-gpg-sign|--dangerously|--yolo|--allow-[\w-]+|--ignore-[\w-]+|--skip-[\w-]+|--legacy-peer-deps|--insecure|--privileged|\b(?:skip|skips|skipping|disable[sd]?|disabling|ignore|bypass(?:es)?|suppress|turn(?:ed)? off)\b[^.\n]{0,40}\b(?:tests?|checks?|reviews?|auth\w*|verification|validation|lint\w*|hooks?|security|signing|warnings?|errors?|ssl|tls|certificates?|approvals?|rules?|instructions?|policy)\b|\b(?:without|no) (?:review|approval|tests?|verification)\b|\bnever run tests?\b|\b(?:push|commit)\w* (?:straight|directly) to (?:main|master|prod)|\balways approve\b/i,
  ],
  [
    'deletes or destroys',
    /\brm\s+-[a-z]*[rf]|\b(?:del|rmdir|rd)\s+\/s|\bgit\s+(?:reset\s+--hard|clean\s+-|push\s+(?:-f|--force)|branch\s+-D|filter-branch)|\b(?:drop|truncate)\s+(?:table|database|schema)|\bmkfs|\bdd\s+if=|\bformat [a-z]:|\bkill(?:all)?\s+-9|\bwipe[sd]?\b[^.\n]{0,30}\b(?:database|disk|prod|staging|volume)|\bterraform destroy|\bprune\s+-a/i,
  ],
  [
    'deploys or touches production',
    /\bdeploy(?:s|ed|ing|ment)?\b|\bprod(?:uction)?\b|\bstaging\b|\brelease(?:s|d)?\b|\bpublish(?:es|ed|ing)?\b|\brollback\b|\bkubectl (?:apply|delete)|\bterraform apply|\bmigrat(?:e|ion)s? (?:on|against) prod/i,
  ],
];

/** Text that talks to whoever reads it: the shape of an injected instruction, not of a note. */
const addressed =
  /\b(?:ignore|disregard|forget|override)\b[^.\n]{0,30}\b(?:previous|prior|above|earlier|all|any|your|system|other|reviews?)\b|\b(?:you|u) (?:must|should|shall|will|are now|have to|need to|may not)\b|\b(?:system|developer|assistant|user|human)\s*(?:prompt|message)?\s*:|\bas an? (?:ai|assistant|agent|language model)\b|\bAI:|\bnote to (?:ai|agents?|assistants?|self|claude|codex)\b|\b(?:when|if|whenever)\b[^.\n]{0,25}\b(?:asks?|asked|asking|mentions?|questions?) (?:about|for|you)\b|\btell (?:them|the user|users|him|her|anyone)\b|\bdo not (?:tell|mention|reveal|inform)\b|\b(?:remember|save|store|memori[sz]e) (?:this|that|the rule|the following)\b|\bthink first\b|\bmaintenance mode\b|<\/?(?:facts?|system|untrusted|instructions?)[\w-]*>|\bsays? nothing\b/i;

/** Why a claim must wait for a person: its risk classes, text aimed at the reader, look-alike letters. */
export function holdsFor(text: string): string[] {
  const holds = riskClasses.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
  if (addressed.test(text)) holds.push('talks to its reader');
  if (mixesScripts(text)) holds.push('mixes alphabets in a word');
  return holds;
}

/** True when one word has Latin letters together with Cyrillic, Greek or other look-alike letters. */
export function mixesScripts(text: string): boolean {
  return (text.match(/[\p{L}\p{N}._-]+/gu) ?? []).some(
    (word) =>
      /\p{Script=Latin}/u.test(word) &&
      /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\uff00-\uffef\u{1d400}-\u{1d7ff}]/u.test(
        word,
      ),
  );
}
