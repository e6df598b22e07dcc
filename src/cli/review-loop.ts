import pc from 'picocolors';
import { terminalSafe } from '../base/text.ts';
import type { Decision } from '../flows/knowledge/knowledge-review.ts';
import type { ShownFact } from '../flows/knowledge/knowledge-show.ts';
import { type Category, categories } from '../knowledge/fact.ts';
import type { Rewording } from '../knowledge/lifecycle.ts';
import { reasonsToWait } from '../knowledge/trust.ts';
import { evidenceLines, type Style, safely, saysMore, scopeInWords, wrap } from './render-knowledge.ts';

/** The world of a review. */
export interface ReviewDesk {
  ask(question: string): Promise<string | undefined>;
  say(line: string): void;
  /** Carries decisions out; `done: false` when they did not fit, and `said` tells why. */
  decide(decisions: Decision[]): Promise<{ done: boolean; said: string }>;
  style: Style;
}

/** What came of a review. */
export interface ReviewCount {
  decided: number;
  skipped: number;
  left: number;
}

const keys = '[k]eep  [e]dit  [m]erge  [r]eject  re[t]ire  [s]kip  [q]uit';

/** Shows one fact after the other and asks what to do with it; every decision is written before the next is asked. */
export async function reviewOneByOne(queue: readonly ShownFact[], desk: ReviewDesk): Promise<ReviewCount> {
  const result: ReviewCount = { decided: 0, skipped: 0, left: queue.length };
  for (const [at, fact] of queue.entries()) {
    desk.say(renderForReview(fact, at + 1, queue.length, desk.style));
    const came = await reviewOne(fact, desk);
    if (came === 'quit') break;
    result.left -= 1;
    result[came] += 1;
  }
  return result;
}

/** Asks until a decision was carried out, or the person went on or away. */
async function reviewOne(fact: ShownFact, desk: ReviewDesk): Promise<'decided' | 'skipped' | 'quit'> {
  for (;;) {
    const answer = await askWhat(fact, desk);
    if (answer === 'quit') return 'quit';
    if (answer === 'skip') return 'skipped';
    const { done, said } = await desk.decide(answer);
    desk.say(`  ${said}`);
    if (done) return 'decided';
  }
}

function renderForReview(given: ShownFact, at: number, of: number, style: Style): string {
  const fact = safely(given);
  const { bold, dim, yellow } = pc.createColors(style.color);
  const head = [
    `${at} of ${of}`,
    fact.status,
    scopeInWords(fact.scope),
    fact.category,
    `confidence ${fact.confidence.toFixed(2)}`,
    fact.id,
  ];
  const why = fact.status === 'candidate' ? reasonsToWait(fact) : [];
  const lines = [
    '',
    dim(head.join(' · ')),
    bold(fact.title),
    ...(saysMore(fact) ? wrap(fact.body, style.columns - 2).map((line) => `  ${line}`) : []),
    ...why.map((reason) => yellow(`  waits: ${reason}`)),
    ...fact.contradicting.map((link) => yellow(`  contradicts ${link.id} (${link.status}): ${link.title}`)),
    ...fact.similar.map((link) => dim(`  looks like ${link.id} (${link.status}): ${link.title}`)),
    ...fact.sources.flatMap((source) => evidenceLines(source, style)),
  ];
  return lines.join('\n');
}

async function askWhat(fact: ShownFact, desk: ReviewDesk): Promise<Decision[] | 'skip' | 'quit'> {
  for (;;) {
    const key = (await desk.ask(`${keys} ? `))?.toLowerCase();
    if (key === undefined || key === 'q' || key === 'quit') return 'quit';
    if (key === 's' || key === 'skip') return 'skip';
    const decisions = await decisionsFor(key, fact, desk);
    if (decisions) return decisions;
  }
}

/** The decisions of one key; undefined asks again. */
async function decisionsFor(key: string, fact: ShownFact, desk: ReviewDesk): Promise<Decision[] | undefined> {
  switch (key) {
    case 'k':
    case 'keep':
      return [{ action: 'accept', fact: fact.id }];
    case 'e':
    case 'edit': {
      const words = await askWords(fact, desk);
      return (
        words && [
          { action: 'edit', fact: fact.id, words },
          { action: 'accept', fact: fact.id },
        ]
      );
    }
    case 'm':
    case 'merge': {
      const nearest = fact.similar[0]?.id;
      const into = await desk.ask(`Merge into which fact${nearest ? ` [${nearest}]` : ''}: `);
      const target = into || nearest;
      return target ? [{ action: 'merge', fact: fact.id, into: target }] : undefined;
    }
    case 'r':
    case 'reject': {
      const reason = await desk.ask('Why is it no good: ');
      return reason ? [{ action: 'reject', fact: fact.id, reason }] : undefined;
    }
    case 't':
    case 'retire': {
      const reason = await desk.ask('Why does it no longer hold: ');
      return reason === undefined
        ? undefined
        : [{ action: 'retire', fact: fact.id, ...(reason ? { reason } : {}) }];
    }
    default:
      desk.say('Press one of the letters in brackets, then Enter.');
      return undefined;
  }
}

/** New words; Enter keeps what is there. undefined when the person gave up or changed nothing that fits. */
async function askWords(fact: ShownFact, desk: ReviewDesk): Promise<Rewording | undefined> {
  desk.say('Enter keeps what is there.');
  const title = await desk.ask(`Title [${terminalSafe(fact.title)}]: `);
  const body = title === undefined ? undefined : await desk.ask('Body, in one line [as it is]: ');
  const category =
    body === undefined
      ? undefined
      : await desk.ask(`Category, ${categories.join(' | ')} [${fact.category}]: `);
  if (title === undefined || body === undefined || category === undefined) return undefined;
  if (category && !categories.includes(category as Category)) {
    desk.say(`There is no category ${terminalSafe(category)}.`);
    return undefined;
  }
  return {
    ...(title ? { title } : {}),
    ...(body ? { body } : {}),
    ...(category ? { category: category as Category } : {}),
  };
}
