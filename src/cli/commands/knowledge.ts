import type { Command } from '../command.ts';
import { command as add } from './knowledge/add.ts';
import { confirm, dispute, edit, restore, retire } from './knowledge/decide.ts';
import { exportFacts, importFacts } from './knowledge/exchange.ts';
import { command as lint } from './knowledge/lint.ts';
import { command as list } from './knowledge/list.ts';
import { command as merge } from './knowledge/merge.ts';
import { command as purge } from './knowledge/purge.ts';
import { command as index } from './knowledge/rebuild-index.ts';
import { command as review } from './knowledge/review.ts';
import { command as show } from './knowledge/show.ts';
import { command as searchEverywhere } from './search.ts';

/** `kaizen search`, found where people look for it too. */
const search: Command = {
  ...searchEverywhere,
  examples: searchEverywhere.examples.map(([what, line]) => [
    what,
    line.replace('kaizen search', 'kaizen knowledge search'),
  ]),
};

export const command: Command = {
  name: 'knowledge',
  summary: 'Add, list, review, confirm, dispute, retire and check facts',
  description:
    'Facts are Markdown files under knowledge/, one claim each, with the quoted lines they come from. People decide what is true; editing the files does the same as these commands.',
  examples: [
    ['What is known about this repository', 'kaizen knowledge list --scope .'],
    ['Go through what waits for review', 'kaizen knowledge review'],
    ['Write down what you know', 'kaizen knowledge add "Integration tests need Docker running"'],
  ],
  subcommands: [
    list,
    show,
    search,
    add,
    review,
    confirm,
    dispute,
    retire,
    restore,
    edit,
    merge,
    lint,
    index,
    purge,
    exportFacts,
    importFacts,
  ],
};
