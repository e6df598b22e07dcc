import { z } from 'zod';
import { KaizenError } from '../base/errors.ts';
import { categories, type Fact, type Scope, statuses, tiers } from './fact.ts';
import { findFactProblem } from './fact-limits.ts';
import { formatFact, parseOwnFact } from './fact-text.ts';
import { parseFrontmatter } from './frontmatter.ts';

export { formatFact };

/**
 * The fact in a file: by the fast path when our serializer wrote it, else through the careful door, which takes any
 * plain YAML. Throws KaizenError `bad_fact` naming the path, the field and what it must be.
 */
export function parseFact(path: string, text: string): Fact {
  return parseOwnFact(text) ?? parseFactCarefully(path, text);
}

/** `parseFact` without its fast path. */
export function parseFactCarefully(path: string, text: string): Fact {
  const { fields, body } = parseFrontmatter(path, text, 'bad_fact');
  const parsed = FactFields.safeParse(fields);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new KaizenError('bad_fact', `${path}: ${issue ? describeIssue(issue) : 'is not a fact'}`);
  }
  const fact = toFact(parsed.data, body);
  const problem = findFactProblem(fact);
  if (problem) throw new KaizenError('bad_fact', `${path}: ${problem.field}: ${problem.reason}`);
  return fact;
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: not a field of a fact`;
  return `${issue.path.join('.') || 'frontmatter'}: ${issue.message}`;
}

const choice = <T extends string>(values: readonly T[]) =>
  z.enum(values, { error: (issue) => `must be one of ${values.join(', ')}, not ${shown(issue.input)}` });
const text = z.string({ error: (issue) => `must be text, not ${shown(issue.input)}` });
const list = z.array(text, { error: 'must be a list' }).default([]);
const nullable = text.transform((value) => (value === 'null' || value === '~' ? null : value));
const confidence = text
  .regex(/^(?:0?\.\d{1,18}|[01])$/, 'must be a number from 0.1 to 0.95')
  .transform((value) => Number(value));
const yesNo = choice(['true', 'false']).transform((value) => value === 'true');

function shown(value: unknown): string {
  return value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value)).slice(0, 60);
}

/** The frontmatter of a fact; every scalar arrives as text, and unknown fields are refused. */
const FactFields = z.strictObject({
  id: text,
  title: text,
  category: choice(categories),
  scope: text,
  status: choice(statuses),
  trust: choice(tiers),
  confidence,
  tags: list,
  paths: list,
  keywords: list,
  subject: z.tuple([text, text], { error: 'must be a list of a key and a value' }).optional(),
  first_seen: nullable.default(null),
  last_confirmed: nullable.default(null),
  supersedes: list,
  contradicts: list,
  holds: list,
  pinned: yesNo.default(false),
  aliases: list,
  generated: text
    .regex(/^\S+ \S+$/, 'must be a status and a checksum')
    .transform((value) => value.split(' ') as [string, string])
    .pipe(z.tuple([choice(statuses), z.string()]))
    .optional(),
  sources: z
    .array(
      z.strictObject({
        session: text,
        line: text.regex(/^\d{1,9}$/, 'must be a whole number').transform(Number),
        quote: text,
        commit: nullable.default(null),
        date: nullable.optional(),
        tier: choice(tiers).optional(),
        proven: yesNo.default(false),
        confidence: confidence.optional(),
      }),
      { error: 'must be a list of sources' },
    )
    .default([]),
});

function toFact(fields: z.infer<typeof FactFields>, body: string): Fact {
  return {
    id: fields.id,
    title: fields.title,
    category: fields.category,
    scope: fields.scope as Scope,
    status: fields.status,
    trust: fields.trust,
    confidence: fields.confidence,
    tags: fields.tags,
    paths: fields.paths,
    keywords: fields.keywords,
    firstSeen: fields.first_seen,
    lastConfirmed: fields.last_confirmed,
    supersedes: fields.supersedes,
    contradicts: fields.contradicts,
    holds: fields.holds,
    pinned: fields.pinned,
    subject: fields.subject ? { key: fields.subject[0], value: fields.subject[1] } : null,
    aliases: fields.aliases,
    generated: fields.generated ? { status: fields.generated[0], wording: fields.generated[1] } : null,
    sources: fields.sources.map((source) => ({
      session: source.session,
      line: source.line,
      quote: source.quote,
      commit: source.commit,
      date: source.date === undefined ? fields.last_confirmed : source.date,
      tier: source.tier ?? fields.trust,
      proven: source.proven,
      confidence: source.confidence ?? fields.confidence,
    })),
    body,
  };
}
