import { KaizenError } from '../base/errors.ts';
import { parseFrontmatter } from '../knowledge/frontmatter.ts';
import { patternKinds } from './pattern.ts';
import type { Range } from './price-pattern.ts';
import { notesLine, type ProposalRecord, proposalStatuses } from './proposal-record.ts';

/** Reads a proposal's file; KaizenError `bad_input` with the field that is wrong. What people wrote is kept. */
export function parseProposal(path: string, text: string): ProposalRecord {
  const { fields, body } = parseFrontmatter(path, text, 'bad_input');
  const read = new FieldReader(path, fields);
  const effort = read.numbers('effort_hours', /^([\d.]+) to ([\d.]+)$/, '"1 to 4"');
  const sessions = read.numbers('sessions', /^(\d+) of (\d+)$/, '"3 of 40"');
  const rate = /^([\d.]+) (\S{1,8})$/.exec(read.text('hourly_rate'));
  if (!rate) throw read.refuse('hourly_rate', '"50 EUR"');
  const seen = /^(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)$/.exec(read.text('seen', ''));
  const cut = body.indexOf(notesLine);
  return {
    id: read.id(),
    kind: read.oneOf('kind', patternKinds),
    keys: read.keys(),
    grouping: read.amount('grouping'),
    title: read.text('title'),
    status: read.oneOf('status', proposalStatuses),
    priority: read.oneOf('priority', ['critical', 'high', 'medium', 'low'] as const),
    area: read.text('area'),
    owner: read.text('owner', ''),
    opened: read.text('opened'),
    decided: read.maybe('decided'),
    by: read.maybe('by'),
    reason: read.maybe('reason'),
    watched: sessions[1] as number,
    sessions: sessions[0] as number,
    from: seen?.[1] ?? null,
    to: seen?.[2] ?? null,
    costMonth: read.range('cost_hours_month'),
    savingMonth: read.range('saving_hours_month'),
    costSession: perSessionOf(read, 'cost_session'),
    effort: { low: effort[0] as number, high: effort[1] as number },
    breakEvenWeeks: read.number('break_even_weeks'),
    netHours: read.range('net_hours'),
    horizonWeeks: read.amount('horizon_weeks'),
    hourlyRate: Number(rate[1]),
    currency: rate[2] as string,
    confidence: read.oneOf('confidence', ['high', 'medium', 'low'] as const),
    referenceMs: read.number('reference_ms'),
    rejectedAtMonth: read.number('rejected_at_month'),
    promise: promiseOf(read),
    page: (cut < 0 ? body : body.slice(0, cut)).trim(),
    notes: cut < 0 ? '' : body.slice(cut + notesLine.length).trim(),
  };
}

const perSession = /^([\d.e+-]+) se ([\d.e+-]+)(?: n (\d+))?$/;

function perSessionOf(read: FieldReader, name: string): ProposalRecord['costSession'] {
  const [mean, se] = read.numbers(name, perSession, '"0.1 se 0.02"');
  return { mean: mean as number, se: se as number };
}

function promiseOf(read: FieldReader): ProposalRecord['promise'] {
  const day = read.maybe('done_on');
  const savingMonth = read.range('promised_hours_month');
  if (day === null || savingMonth === null) return null;
  const watched = read.numbers('before_session', perSession, '"0.1 se 0.02 n 40"')[2] as number;
  return { day, savingMonth, costSession: perSessionOf(read, 'before_session'), watched };
}

/** The fields of a file, each read as what it must be. */
class FieldReader {
  private readonly path: string;
  private readonly fields: Readonly<Record<string, unknown>>;

  constructor(path: string, fields: Readonly<Record<string, unknown>>) {
    this.path = path;
    this.fields = fields;
  }

  refuse(field: string, expected: string): KaizenError {
    return new KaizenError('bad_input', `${this.path}: ${field} must be ${expected}`);
  }

  text(name: string, fallback?: string): string {
    const value = this.fields[name] ?? fallback;
    if (typeof value !== 'string') throw this.refuse(name, 'a text');
    return value;
  }

  maybe(name: string): string | null {
    const value = this.text(name, '');
    return value === '' ? null : value;
  }

  oneOf<T extends string>(name: string, words: readonly T[]): T {
    const value = this.text(name) as T;
    if (!words.includes(value)) throw this.refuse(name, `one of ${words.join(', ')}`);
    return value;
  }

  numbers(name: string, form: RegExp, expected: string): number[] {
    const found = form.exec(this.text(name));
    if (!found) throw this.refuse(name, expected);
    return found.slice(1).map(Number);
  }

  amount(name: string): number {
    return this.numbers(name, /^(-?[\d.e+-]+)$/, 'a number')[0] as number;
  }

  number(name: string): number | null {
    return this.maybe(name) === null ? null : this.amount(name);
  }

  range(name: string): Range | null {
    if (this.maybe(name) === null) return null;
    const form = /^(-?[\d.e+-]+) \((-?[\d.e+-]+) to (-?[\d.e+-]+)\)$/;
    const [mid, low, high] = this.numbers(name, form, '"1 (0.5 to 2)"');
    return { low: low as number, mid: mid as number, high: high as number };
  }

  keys(): string[] {
    const { keys } = this.fields;
    if (!Array.isArray(keys) || keys.length === 0 || !keys.every((key) => typeof key === 'string'))
      throw this.refuse('keys', 'a list of texts');
    return keys;
  }

  id(): string {
    const id = this.text('id');
    if (!/^[a-z2-7]{10}$/.test(id)) throw this.refuse('id', 'ten letters and digits');
    return id;
  }
}
