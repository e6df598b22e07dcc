import type { Command } from '../command.ts';
import { switchFlag } from '../flag-values.ts';

export const command: Command = {
  name: 'doctor',
  summary: 'Check this machine and repository, and say how to mend what is wrong',
  description:
    'Looks at every part the loop needs and says honestly how it is: ok, off (switched off or not used), not built, stale, or broken, each with its fix. It only reads. Exit code 1 when something is broken.',
  flags: [{ name: 'schema', summary: 'Print the JSON Schema of .kaizen/config.yml instead' }],
  examples: [
    ['Look at everything', 'kaizen doctor'],
    ['Fail a script when something is broken', 'kaizen doctor --json > doctor.json || exit 1'],
    ['Let an editor check the settings', 'kaizen doctor --schema > .kaizen/config.schema.json'],
  ],
  async run(ctx, _, flags) {
    if (switchFlag(flags, 'schema')) {
      const { configJsonSchema } = await import('../../io/config-schema.ts');
      const schema = configJsonSchema();
      return { data: schema, text: JSON.stringify(schema, null, 2), raw: true };
    }
    const { examine } = await import('../../flows/doctor.ts');
    const { renderDoctor } = await import('../render-doctor.ts');
    const examination = await examine(ctx);
    return {
      data: examination,
      text: renderDoctor(examination, ctx),
      exitCode: examination.count.broken > 0 ? 1 : 0,
    };
  },
};
