import type { Command } from '../../command.ts';

export const command: Command = {
  name: 'lint',
  summary: 'Check every file of the store and name each problem',
  description:
    'Looks for files that are no facts, names that do not fit, ids used twice, secrets, invisible characters, dead links, an index or pages out of date, and (as hints) facts that say nearly the same. Exit code 1 when there are problems; hints do not count.',
  examples: [['Check the store, as CI does', 'kaizen knowledge lint']],
  errors: ['bad_config'],
  async run(ctx) {
    const { lintKnowledge } = await import('../../../flows/knowledge/knowledge-lint.ts');
    const { renderLint, styleOf } = await import('../../render-knowledge.ts');
    const { findings, facts } = await lintKnowledge(ctx.cwd, ctx.env);
    const errors = findings.filter(({ level }) => level === 'error').length;
    return {
      data: { facts, errors, hints: findings.length - errors, findings },
      text: renderLint(findings, facts, styleOf(ctx)),
      exitCode: errors > 0 ? 1 : 0,
    };
  },
};
