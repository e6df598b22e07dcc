import { dayMs } from '../../../base/calendar.ts';
import { counted } from '../../../base/text.ts';
import { logLines } from '../../../knowledge/agent-memory/close-session.ts';
import { findConflictLines } from '../../../knowledge/agent-memory/conflicts.ts';
import { readHead } from '../../../knowledge/agent-memory/head.ts';
import { countLoggedSessions } from '../../../knowledge/agent-memory/log-line.ts';
import type { MemoryDocument } from '../../../knowledge/agent-memory/parse-memory.ts';
import { formatSeconds } from '../../format-duration.ts';
import { formatNumber } from '../../format-figure.ts';
import type { AgentSummary } from '../executions/summary.ts';
import type { Trend } from '../executions/trend.ts';
import { percent } from './brief-performance.ts';

/** Something memory and metrics say only together. */
export interface CrossCheck {
  kind:
    | 'watch-point'
    | 'unwatched'
    | 'memory-without-metrics'
    | 'metrics-without-memory'
    | 'unrecorded'
    | 'stale'
    | 'wrong-count'
    | 'conflict-marks';
  text: string;
}

/** Days without an update after which a memory is stale. */
const staleDays = 30;
/** What is compared. */
export interface CheckMaterial {
  agent: string;
  now: Date;
  /** null: there is none. */
  memory: MemoryDocument | null;
  memoryText: string;
  /** The agent's definition wants no memory, so that none is missing. */
  disabled: boolean;
  watchPoints: readonly string[];
  summary: AgentSummary;
  /** When each execution ended, ISO. */
  timestamps: readonly string[];
}

/** Every cross-check of an agent, what matters most first. */
export function crossChecks(material: CheckMaterial): CrossCheck[] {
  const { memory, summary, agent, disabled } = material;
  const n = summary.executions;
  return [
    ...conflicts(material),
    ...decliningMetrics(material),
    ...(memory && n === 0 && countLoggedSessions(logLines(memory)) > 0
      ? [
          check(
            'memory-without-metrics',
            `There is a memory but no execution was ever recorded: \`kaizen memory close ${agent} --session ID\` records one from the checks of a harvested session.`,
          ),
        ]
      : []),
    ...(!memory && !disabled && n > 0
      ? [
          check(
            'metrics-without-memory',
            `${counted(n, 'execution is', 'executions are')} recorded but there is no memory: \`kaizen memory init ${agent}\` makes one.`,
          ),
        ]
      : []),
    ...unrecorded(material),
    ...staleness(material),
    ...wrongCount(material),
  ];
}

const check = (kind: CrossCheck['kind'], text: string): CrossCheck => ({ kind, text });

function conflicts({ memoryText, agent }: CheckMaterial): CrossCheck[] {
  const [line] = findConflictLines(memoryText);
  if (line === undefined) return [];
  return [
    check(
      'conflict-marks',
      `The memory holds merge conflict marks from line ${line} on; what it says may be both sides: \`kaizen memory lint ${agent} --fix\`.`,
    ),
  ];
}

function decliningMetrics({ summary, watchPoints, memory }: CheckMaterial): CrossCheck[] {
  return Object.entries(summary.trends)
    .filter(([, trend]) => trend.verdict === 'worse')
    .flatMap(([key, trend]): CrossCheck[] => {
      const name = key === 'primary_metric' ? (summary.primaryMetric?.name ?? key) : key;
      const said = `${plainNames[key] ?? name} gets worse (${changeOf(key, trend)})`;
      const linked = watchPoints.filter((point) => speaksOf(point, name));
      if (linked.length > 0)
        return linked.map((point) => check('watch-point', `Watch Point "${point}" fits: ${said}.`));
      const sentence = key in plainNames ? `T${said.slice(1)}` : said;
      return memory ? [check('unwatched', `${sentence}, and no Watch Point speaks of it.`)] : [];
    });
}

const plainNames: Record<string, string> = {
  success_rate: 'the success rate',
  execution_time_s: 'the execution time',
  quality_score: 'the quality score',
};

/** `80% → 40% in the last 10 of 20`. */
function changeOf(key: string, { prior, recent, change, interval, relative }: Trend): string {
  const format = key === 'success_rate' ? percent : key.endsWith('_s') ? formatSeconds : formatNumber;
  const values = [prior, recent].map(({ mean }) => (mean === null ? '?' : format(mean)));
  const size = (value: number) =>
    relative || key === 'success_rate'
      ? `${(100 * value).toFixed(0)}${relative ? '%' : ' points'}`
      : formatNumber(value);
  const how =
    change === null || interval === null
      ? ''
      : `, change ${size(change)}, 95% ${size(interval[0])} to ${size(interval[1])}`;
  return `${values.join(' → ')}, the last ${recent.n} against the ${prior.n} before${how}`;
}

/** What people write of a metric without naming it. */
const signs: Record<string, RegExp> = {
  success_rate:
    /\b(?:fail(?:s|ed|ing|ures?)?|flak(?:y|es?|iness)|red|broken?|breaks?|errors?|crash(?:es|ed)?|success|pass(?:es|ing)?|tests?)\b/i,
  execution_time_s:
    /\b(?:slow(?:er|ly)?|times?|timeouts?|timed|durations?|long(?:er)?|latency|waits?|hangs?|minutes?|seconds?|cycle)\b/i,
  quality_score: /\b(?:quality|reviews?|scores?|sloppy|regress(?:es|ions?)?|rework)\b/i,
};
const general = new Set(['rate', 'count', 'score', 'time', 'mean', 'total', 'value', 'share']);

/** Whether a text is about a metric: by its name, by all telling words of it, or by how people put it. */
export function speaksOf(text: string, metric: string): boolean {
  const lower = text.toLowerCase();
  if (lower.includes(metric.toLowerCase()) || signs[metric]?.test(text)) return true;
  const words = metric
    .toLowerCase()
    .split(/[_.-]+/)
    .filter((word) => word.length > 2 && !general.has(word));
  return words.length > 0 && words.every((word) => new RegExp(`\\b${word}(?:s|es|ed|ing)?\\b`).test(lower));
}

/** From this share of sessions without a record on, the figures are about the others only. */
const worthSaying = 0.2;

function unrecorded({ memory, summary }: CheckMaterial): CrossCheck[] {
  const held = memory ? countLoggedSessions(logLines(memory)) : 0;
  const without = held - summary.executions;
  if (summary.executions === 0 || without < worthSaying * held || without <= 0) return [];
  return [
    check(
      'unrecorded',
      `The log holds ${held} sessions, the metrics ${summary.executions} executions: sessions whose checks gave no verdict are not recorded, so the figures are about the others.`,
    ),
  ];
}

function staleness({ memory, now, timestamps }: CheckMaterial): CrossCheck[] {
  const updated = memory ? readHead(memory).fields.last_updated?.slice(0, 10) : undefined;
  const at = updated === undefined ? Number.NaN : Date.parse(`${updated}T00:00:00Z`);
  const days = Math.floor((now.getTime() - at) / dayMs);
  if (!(days > staleDays)) return [];
  const since = timestamps.filter((time) => Date.parse(time) >= at + dayMs).length;
  const more = since === 0 ? '' : `; ${counted(since, 'execution was', 'executions were')} recorded since`;
  return [check('stale', `The memory was last updated ${counted(days, 'day')} ago (${updated})${more}.`)];
}

function wrongCount({ memory, memoryText, agent }: CheckMaterial): CrossCheck[] {
  if (!memory || findConflictLines(memoryText).length > 0) return [];
  const { sessionCount, problem } = readHead(memory);
  const held = countLoggedSessions(logLines(memory));
  if (problem !== undefined)
    return [
      check('wrong-count', `The front matter cannot be read: \`kaizen memory lint ${agent}\` says why.`),
    ];
  if (sessionCount === undefined || sessionCount >= held) return [];
  return [
    check(
      'wrong-count',
      `session_count says ${sessionCount}, the log holds ${held}; the next close heals it, or \`kaizen memory lint ${agent} --fix\`.`,
    ),
  ];
}
