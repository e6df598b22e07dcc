import type { RankerDifference } from '../context/code/compare-rankers.ts';
import type { FitResult } from '../context/code/judge-fit.ts';
import { measureNames, type TaskMean } from '../context/code/retrieval-measures.ts';
import { savedWeightsPath } from '../context/code/saved-weights.ts';
import type { PackEvaluation } from '../flows/pack/pack-eval.ts';
import type { CommandResult } from './command.ts';
import { renderTable } from './render-table.ts';

const titles = ['Hit@1', 'MRR', 'Recall@5', 'Recall@10', 'Recall@20'];

/** How the ranking did on the past, for a person and as JSON; exit code 1 when fitting was asked for and gave nothing. */
export function renderPackEval(
  evaluation: PackEvaluation,
  { dryRun, color }: { dryRun: boolean; color: boolean },
): CommandResult {
  const { tasks, commits, weights, rankers, differences, fit, changes, notes } = evaluation;
  const data = {
    tasks,
    commits,
    weights,
    rankers,
    differences,
    fit,
    changes: changes.map(({ kind, path }) => ({ kind, path })),
    notes,
  };
  const rows = rankers.map(({ name, measures }) => [
    name,
    ...measureNames.map((one) => share(measures[one])),
  ]);
  const text = [
    `${tasks} past changes out of ${commits} commits, each asked for in the repository as it was before; weights ${weights}. Mean in percent, 95 % interval.`,
    '',
    renderTable([{ head: '' }, ...titles.map((head) => ({ head, align: 'right' as const }))], rows, {
      columns: 120,
      color,
    }),
    '',
    ...differences.map(differenceLine),
    ...fitLines(fit),
    ...changes.map(({ path }) => (dryRun ? `Would write ${path}.` : `Written: ${path}.`)),
    ...notes,
  ];
  return { data, text: `${text.join('\n')}\n`, exitCode: fit && fit.outcome !== 'better' ? 1 : 0 };
}

function share({ mean, low, high }: TaskMean): string {
  const interval =
    low === null || high === null ? '' : ` [${percent(Math.max(0, low))}–${percent(Math.min(1, high))}]`;
  return `${percent(mean)}${interval}`;
}

function percent(value: number): string {
  return (100 * value).toFixed(0);
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : '−'}${Math.abs(100 * value).toFixed(1)}`;
}

function differenceLine({ of, over, measures }: RankerDifference): string {
  const parts = (['mrr', 'recall10'] as const).map((name) => {
    const { mean, low, high } = measures[name];
    const interval = low === null || high === null ? '' : ` [${signed(low)}, ${signed(high)}]`;
    return `${name === 'mrr' ? 'MRR' : 'Recall@10'} ${signed(mean)}${interval}`;
  });
  return `${of} over ${over}: ${parts.join(', ')} points (n = ${measures.mrr.n}, paired).`;
}

function fitLines(fit: FitResult | null): string[] {
  if (!fit) return [];
  if (fit.outcome === 'refused') return [`Not fitted: ${fit.reason}`];
  const verdict =
    fit.outcome === 'better'
      ? `Fitted weights are clearly better on tasks they have not seen; --save keeps them in ${savedWeightsPath}.`
      : 'Fitted weights are not clearly better on tasks they have not seen: the weights in use stay.';
  return [
    `Fitted to ${fit.trainedOn} older tasks, judged on ${fit.testedOn} newer ones. ${differenceLine(fit.difference)}`,
    verdict,
  ];
}
