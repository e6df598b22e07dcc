import { KaizenError } from '../../base/errors.ts';
import type { Command } from '../command.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export const command: Command = {
  name: 'completions',
  summary: 'Print a completion script for bash, zsh or fish',
  description:
    'The script is made from the same command data as this help, so it knows every command, flag and choice.',
  args: [{ name: 'shell', summary: `One of ${shells.join(', ')}`, required: true }],
  examples: [
    ['Complete in this bash from now on', 'source <(kaizen completions bash)'],
    ['Keep it for zsh', 'kaizen completions zsh > ~/.zfunc/_kaizen'],
    ['Keep it for fish', 'kaizen completions fish > ~/.config/fish/completions/kaizen.fish'],
  ],
  errors: ['usage'],
  async run(_, [shell]) {
    const known = shells.find((one) => one === shell);
    if (!known)
      throw new KaizenError(
        'usage',
        `there is no completion for '${shell}'; it is one of: ${shells.join(', ')}`,
      );
    const { commands } = await import('../all.ts');
    const { renderCompletions } = await import('../render-completions.ts');
    const loaded = await Promise.all(commands.map(async (entry) => (await entry.load()).command));
    const script = renderCompletions(known, loaded);
    return { data: { shell: known, script }, text: script };
  },
};
