/** Schedulers a weekly run can be given to. */
export const schedulers = ['cron', 'systemd', 'github'] as const;
/** Who can run `kaizen progress` once a week. */
export type Scheduler = (typeof schedulers)[number];

/** The text that makes a scheduler run `kaizen progress` every Monday at 9; it is printed, never installed. */
export function scheduleSnippet(scheduler: Scheduler, folder: string): string {
  const place = /^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
  switch (scheduler) {
    case 'cron':
      return `# crontab -e\n0 9 * * 1 cd ${place.replaceAll('%', '\\%')} && npx kaizen progress\n`;
    case 'systemd':
      return [
        '# ~/.config/systemd/user/kaizen-progress.service',
        '[Unit]',
        'Description=Weekly progress snapshot',
        '',
        '[Service]',
        'Type=oneshot',
        `WorkingDirectory=${folder.replaceAll('%', '%%')}`,
        'ExecStart=/usr/bin/env npx kaizen progress',
        '',
        '# ~/.config/systemd/user/kaizen-progress.timer',
        '[Unit]',
        'Description=Weekly progress snapshot',
        '',
        '[Timer]',
        'OnCalendar=Mon 09:00',
        'Persistent=true',
        '',
        '[Install]',
        'WantedBy=timers.target',
        '',
        '# then: systemctl --user enable --now kaizen-progress.timer',
        '',
      ].join('\n');
    case 'github':
      return githubWorkflow;
  }
}

/** Full history for the back-fill; the token reads issues and pushes the snapshot. */
const githubWorkflow = `# .github/workflows/progress.yml (a file of its own: GitHub may turn scheduled files off)
name: progress
on:
  schedule:
    - cron: '0 9 * * 1'
  workflow_dispatch:
permissions: {}
concurrency:
  group: knowledge-store-writer
  cancel-in-progress: false
jobs:
  progress:
    runs-on: ubuntu-latest
    permissions:
      contents: write
      issues: read
    steps:
      # Pin every action to the full commit of the release you trust.
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: npm ci
      - run: npx kaizen progress --since 12w
        env:
          GITHUB_TOKEN: \${{ github.token }}
      - run: |
          git config user.name 'github-actions[bot]'
          git config user.email '41898282+github-actions[bot]@users.noreply.github.com'
          git add metrics/snapshots metrics/TRENDS.md
          git diff --cached --quiet || git commit -m 'metrics: weekly progress snapshot'
          git push
`;
