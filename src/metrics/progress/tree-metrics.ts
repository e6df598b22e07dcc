import { compareText } from '../../base/text.ts';
import type { DocCoverage } from './doc-coverage.ts';
import { knownMetric, type ProgressMetric, type ProgressMetricId, unknownMetric } from './progress-metric.ts';
import { scriptDocMethod } from './script-doc-coverage.ts';

/** What one source file contributes. */
export interface FileMeasure {
  path: string;
  isTest: boolean;
  codeLines: number;
  /** Which documentation rule counts it; null for a test or a language without one. */
  docRule: 'typescript' | 'python' | null;
  /** null when it could not be parsed, or every definition in it is ignored. */
  docs: DocCoverage | null;
}

/** The metrics of one package of several, `''` for what lies in none. */
export interface PackageMetrics {
  folder: string;
  metrics: ProgressMetric[];
}

/** The reason of a metric that does not apply here, such as Python in a repository without any. */
export const noSuchFiles = 'There are no such files here.';

/** Path rules and comment rules by which lines are counted. */
const linesMethod = 'sloc-1';

/** The metrics that live in a tree. */
export function treeMetrics(files: readonly FileMeasure[], pythonMethod: string): ProgressMetric[] {
  return [
    ...testMetrics(files),
    docMetric('docs_typescript', files, scriptDocMethod),
    docMetric('docs_python', files, pythonMethod),
  ];
}

/** The same for each package that holds source files; [] where there are fewer than two. */
export function packageMetrics(
  files: readonly FileMeasure[],
  folders: readonly string[],
  pythonMethod: string,
): PackageMetrics[] {
  const deepestFirst = [...folders].sort((a, b) => b.length - a.length);
  const groups = new Map<string, FileMeasure[]>();
  for (const file of files) {
    const folder = deepestFirst.find((one) => one === '' || file.path.startsWith(`${one}/`)) ?? '';
    groups.set(folder, [...(groups.get(folder) ?? []), file]);
  }
  if (groups.size < 2) return [];
  return [...groups]
    .sort(([a], [b]) => compareText(a, b))
    .map(([folder, group]) => ({ folder, metrics: treeMetrics(group, pythonMethod) }));
}

function testMetrics(files: readonly FileMeasure[]): ProgressMetric[] {
  const [tests, sources] = [files.filter(({ isTest }) => isTest), files.filter(({ isTest }) => !isTest)];
  const lines = (of: readonly FileMeasure[]) => of.reduce((sum, { codeLines }) => sum + codeLines, 0);
  const ratio = (id: ProgressMetricId, numerator: number, denominator: number) =>
    denominator === 0
      ? unknownMetric(id, linesMethod, 'There is no source code here.', {
          n: files.length,
          numerator,
          denominator,
        })
      : knownMetric(id, numerator / denominator, {
          n: files.length,
          numerator,
          denominator,
          method: linesMethod,
        });
  return [
    ratio('test_source_lines', lines(tests), lines(sources)),
    ratio('test_source_files', tests.length, sources.length),
  ];
}

function docMetric(
  id: 'docs_typescript' | 'docs_python',
  files: readonly FileMeasure[],
  method: string,
): ProgressMetric {
  const rule = id === 'docs_python' ? 'python' : 'typescript';
  const those = files.filter(({ docRule }) => docRule === rule);
  const denominator = those.reduce((sum, { docs }) => sum + (docs?.total ?? 0), 0);
  const numerator = those.reduce((sum, { docs }) => sum + (docs?.documented ?? 0), 0);
  if (denominator === 0)
    return unknownMetric(
      id,
      method,
      those.length === 0 ? noSuchFiles : 'There is nothing to document in these files.',
    );
  return knownMetric(id, numerator / denominator, { n: denominator, numerator, denominator, method });
}
