import type { Command } from '../../command.ts';

export const command: Command = {
  name: 'show',
  summary: 'Show a fact with its evidence, links and history',
  args: [{ name: 'facts', summary: 'Ids, starts of ids, or paths', required: true, variadic: true }],
  examples: [
    ['Everything about one fact', 'kaizen knowledge show k7f3q2m9xw'],
    ['The start of an id is enough', 'kaizen knowledge show k7f3'],
  ],
  errors: ['not_found', 'usage'],
  async run(ctx, references) {
    const { showFacts } = await import('../../../flows/knowledge/knowledge-show.ts');
    const { renderFact, styleOf } = await import('../../render-knowledge.ts');
    const facts = await showFacts(ctx.cwd, references, ctx.now);
    const style = styleOf(ctx);
    return { data: { facts }, text: facts.map((fact) => renderFact(fact, style)).join('\n\n') };
  },
};
