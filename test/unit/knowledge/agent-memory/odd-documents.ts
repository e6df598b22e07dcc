const section = (title: string, body = '') => `## ${title}\n${body === '' ? '' : `\n${body}\n`}\n`;

/** The layout of the seed with something in every section. */
export const seedDocument = `---
agent: tdd-workflow
project: acme/api
last_updated: 2026-11-10
session_count: 2
---

## Project Context

A billing API in TypeScript; PostgreSQL runs in Docker.

## Accumulated Findings

- The integration tests need \`docker compose up -d\` first.
- Migrations are run by hand.

## What Worked

- Writing the failing test before touching the handler.

## Watch Points

- Flaky: \`orders.test.ts\` fails when two workers share a database.

## Open Threads

- #31: retry policy of the mailer is undecided.

## Session Log

- 2026-11-03 · #28 · green, 41 tests passed
- 2026-11-10 · #31 · red, left open
`;

/** Memory files as people, editors and merges leave them. */
export const oddDocuments: Record<string, string> = {
  empty: '',
  'one newline': '\n',
  'only a byte-order mark': '\ufeff',
  'only front matter': '---\nagent: a\n---\n',
  'front matter that ends with the file': '---\nagent: a\n---',
  'empty front matter': '---\n---\n## Open Threads\n',
  'front matter never closed': '---\nagent: a\n\n## Open Threads\n- x\n',
  'a rule instead of front matter': '---\n\nText\n\n---\n\n## Open Threads\n\n- x\n',
  'front matter with comments, quotes and other keys':
    '---\n# ours\n"agent": \'a\'   # who\nsession_count: "07" # bumped\nlast_updated:   2026-01-02\nteam: [x, y]\n---\n\n## Session Log\n',
  'front matter with trailing spaces at its marks':
    '---  \nagent: a\nsession_count: 1\n--- \n\n## Session Log\n',
  'windows line ends': seedDocument.replaceAll('\n', '\r\n'),
  'old mac line ends': seedDocument.replaceAll('\n', '\r'),
  'mixed line ends': seedDocument.replace('\n## What', '\r\n## What').replace('first.\n', 'first.\r\n'),
  'byte-order mark and windows line ends': `\ufeff${seedDocument.replaceAll('\n', '\r\n')}`,
  'no final newline': seedDocument.trimEnd(),
  'many final newlines': `${seedDocument}\n\n\n`,
  'setext headings':
    'Project Context\n===============\n\ntext\n\nOpen Threads\n------------\n- one\n\nSession Log\n---\n\n- 2026-01-01 · a · b\n',
  'a setext heading that continues a list instead':
    'Open Threads\n---\n- one\nSession Log\n---\n\n- 2026-01-01 · a · b\n',
  'headings in a fence': `${section('Open Threads', '```md\n## Session Log\n- 2026-01-01 · a · b\n```')}${section('Session Log', '- 2026-01-02 · a · b')}`,
  'tilde fence with backticks inside': `${section('What Worked', '~~~\n```\n## Watch Points\n~~~')}${section('Watch Points', '- w')}`,
  'a fence that is never closed': `${section('Open Threads', '- x')}## Watch Points\n\n\`\`\`sh\nnpm test\n\n## Session Log\n`,
  'html comments': `<!-- keep me -->\n\n${section('Open Threads', '<!--\n## Session Log\n- 2026-01-01 · a · b\n-->')}${section('Session Log', '<!-- one line a session -->')}`,
  'a comment that is never closed': `${section('Open Threads', '- x')}## Watch Points\n\n<!-- todo\n\n## Session Log\n`,
  'an html block': `${section('Project Context', '<details>\n<summary>Map</summary>\n\n## Inner\n\n</details>')}${section('Session Log')}`,
  'nested lists': section(
    'Accumulated Findings',
    '- a\n  - b\n    1. c\n    2. d\n\n      more of d\n  - e\n* other list\n+ third',
  ),
  'loose list': section('Accumulated Findings', '- a\n\n- b\n\n- c'),
  'numbered list': section('Open Threads', '1. first\n2. second\n9. ninth'),
  'numbered with brackets': section('Open Threads', '3) first\n4) second'),
  'indented list': section('Open Threads', '  * one\n  * two'),
  'task list': section('Open Threads', '- [ ] open\n- [x] done'),
  'a table for a log': section(
    'Session Log',
    '| Day | Issue | Outcome |\n| --- | --- | --- |\n| 2026-01-01 | #1 | green |\n| 2026-01-02 | #2 | red |',
  ),
  'a log without list marks': section('Session Log', '2026-01-01 · #1 · green\n2026-01-02 · #2 · red'),
  'a quote with a heading': section('Project Context', '> ## Open Threads\n> - not a section'),
  emoji: `## 🧠 Project Context\n\n👩‍👩‍👧‍👦 team 🏳️‍🌈\n\n${section('Open Threads', '- 🔥 hot 🇪🇺\n- e\u0301 combining')}`,
  'headings twice': `${section('Open Threads', '- a')}${section('Watch Points', '- w')}${section('open threads:', '- b')}`,
  'headings with closing marks and spaces': '##   Open Threads   ##   \n- a\n## Watch  Points #\n- w\n',
  'an indented heading': '   ## Open Threads\n\n- a\n\n    ## Session Log (code)\n',
  'headings with markup':
    '## **Open** `Threads`\n\n- a\n\n## [Session Log](x.md) <!-- note -->\n\n- 2026-01-01 · a · b\n',
  'level one sections': '# Open Threads\n\n## Detail\n\n- a\n\n# Session Log\n\n- 2026-01-01 · a · b\n',
  'sections without blank lines': '## Project Context\n## Open Threads\n- a\n## Session Log\n',
  'trailing white space everywhere': '## Open Threads   \n\n- a  \n- b\t\n   \n\t\n## Session Log \n \n',
  'unknown sections': `# Memory of a\n\nHand-written.\n\n${section('Style guide', 'Tabs.')}${section('Open Threads', '- a')}${section('People', 'Ada')}`,
  'hard tabs': '## Open Threads\n\n-\ta\n\t- nested by a tab\n-\tb\n',
  'merge conflict':
    '---\nagent: a\n<<<<<<< HEAD\nsession_count: 3\n=======\nsession_count: 4\n>>>>>>> topic\n---\n\n## Session Log\n',
  'link definitions and footnotes':
    '## Open Threads\n\n- see [the plan][1] and a note[^n]\n\n[1]: https://example.com/plan\n[^n]: the note\n    goes on\n',
  'control characters':
    '## Open Threads\n\n- bell \u0007, nul \u0000, escape \u001b[31m\n- form\u000cfeed\u0085next\u2028line\n',
  'right to left': '## Open Threads\n\n- \u202eטקסט\u202c כתוב\n',
  'a very long line': `## Open Threads\n\n- ${'long '.repeat(3000)}\n`,
  'a list that ends in a code block': '## Open Threads\n\n- a\n\n  ```\n  code\n  ```\n## Session Log\n',
  'text straight after the list':
    '## Open Threads\n\n- a\nlazy line\n\nEnd of it.\n## Session Log\n\n- 2026-01-01 · a · b\nlazy too\n',
  'math and front matter marks inside': '## Project Context\n\n$$\n---\n$$\n\n***\n---\n\n## Open Threads\n',
};
