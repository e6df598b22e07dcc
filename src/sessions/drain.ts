/**
 * Drain, the online log-template miner of He, Zhu, Zheng and Lyu ("Drain: An Online Log Parsing Approach with Fixed Depth
 * Tree", ICWS 2017), with the refinements of the drain3 package: templates by number of words, then by leading words
 * down a tree of fixed depth, then the most similar of the leaf.
 */

/** What a tree is built with; the defaults are drain3's. */
export interface DrainOptions {
  /** Levels of the tree with root and leaf; at least 3. 4: the number of words, then one leading word. */
  depth: number;
  /** Share of equal words from which a message belongs to a template. */
  similarity: number;
  /** Children of a node; the last one is for all other words. */
  maxChildren: number;
  /** Templates kept; of more, the one unused for longest is forgotten. */
  maxTemplates: number;
  /** Texts that part words, besides white space. */
  delimiters: readonly string[];
  /** Whether a leading word with a digit goes the way of the variable ones. */
  digitsVary: boolean;
}

/** A template and how many messages it stands for. */
export interface DrainTemplate {
  /** 1, 2, … in the order in which templates were first seen. */
  id: number;
  words: readonly string[];
  size: number;
}

/** What a message changed. */
export type DrainUpdate = 'created' | 'changed' | 'none';

/** A tree of templates that grows with every message. */
export interface DrainTree {
  /** The template of the message, a new one when none is similar enough. */
  add(message: string): { template: DrainTemplate; update: DrainUpdate };
  /** The template that covers every word of the message, or undefined; changes nothing. */
  match(message: string): DrainTemplate | undefined;
  /** The templates that are kept, least recently used first. */
  templates(): DrainTemplate[];
}

/** Stands for a word that varies. */
export const variableWord = '<*>';

const defaults: DrainOptions = {
  depth: 4,
  similarity: 0.4,
  maxChildren: 100,
  maxTemplates: Number.POSITIVE_INFINITY,
  delimiters: [],
  digitsVary: true,
};

interface Node {
  children: Map<string, Node>;
  templateIds: number[];
}

/** An empty tree. The order of messages decides about templates: sort them for a result that does not hang on it. */
export function growDrainTree(options: Partial<DrainOptions> = {}): DrainTree {
  return new Tree({ ...defaults, ...options });
}

class Tree implements DrainTree {
  private readonly options: DrainOptions;
  /** Levels of leading words below the number of words. */
  private readonly wordLevels: number;
  private readonly byLength = new Map<number, Node>();
  /** Least recently used first. */
  private readonly kept = new Map<number, DrainTemplate>();
  private created = 0;

  constructor(options: DrainOptions) {
    this.options = options;
    this.wordLevels = options.depth - 3;
  }

  add(message: string): { template: DrainTemplate; update: DrainUpdate } {
    const words = this.wordsOf(message);
    const found = this.find(words, this.options.similarity, false);
    if (!found) return { template: this.create(words), update: 'created' };
    const merged = found.words.map((word, at) => (word === words[at] ? word : variableWord));
    const update = merged.some((word, at) => word !== found.words[at]) ? 'changed' : 'none';
    found.words = merged;
    found.size += 1;
    this.kept.delete(found.id);
    this.kept.set(found.id, found);
    return { template: found, update };
  }

  match(message: string): DrainTemplate | undefined {
    return this.find(this.wordsOf(message), 1, true);
  }

  templates(): DrainTemplate[] {
    return [...this.kept.values()];
  }

  private wordsOf(message: string): string[] {
    const parted = this.options.delimiters.reduce(
      (text, delimiter) => text.replaceAll(delimiter, ' '),
      message,
    );
    return parted.split(/\s+/).filter((word) => word !== '');
  }

  private create(words: readonly string[]): DrainTemplate {
    this.created += 1;
    const template = { id: this.created, words, size: 1 };
    if (this.kept.size >= this.options.maxTemplates) {
      const [oldest] = this.kept.keys();
      this.kept.delete(oldest as number);
    }
    this.kept.set(template.id, template);
    const leaf = this.leafFor(words);
    leaf.templateIds = [...leaf.templateIds.filter((id) => this.kept.has(id)), template.id];
    return template;
  }

  private find(
    words: readonly string[],
    similarity: number,
    countVariable: boolean,
  ): DrainTemplate | undefined {
    let node = this.byLength.get(words.length);
    for (const word of this.leading(words)) {
      if (!node) return undefined;
      node = node.children.get(word) ?? node.children.get(variableWord);
    }
    let best: DrainTemplate | undefined;
    let [most, mostVariable] = [-1, -1];
    for (const id of node?.templateIds ?? []) {
      const template = this.kept.get(id);
      if (!template) continue;
      const { same, variable } = compare(template.words, words);
      const likeness = words.length === 0 ? 1 : (same + (countVariable ? variable : 0)) / words.length;
      if (likeness > most || (likeness === most && variable > mostVariable))
        [best, most, mostVariable] = [template, likeness, variable];
    }
    return most >= similarity ? best : undefined;
  }

  /** The words that lead to a leaf; the last word of a message never does. */
  private leading(words: readonly string[]): readonly string[] {
    return words.slice(0, Math.max(0, Math.min(this.wordLevels, words.length - 1)));
  }

  private leafFor(words: readonly string[]): Node {
    let node = childOf(this.byLength, words.length);
    for (const word of this.leading(words)) node = childOf(node.children, this.branchFor(node, word));
    return node;
  }

  /** The branch a new template takes: its own word while there is room for it and for the variable one. */
  private branchFor({ children }: Node, word: string): string {
    if (children.has(word)) return word;
    if (this.options.digitsVary && /\p{Nd}/u.test(word)) return variableWord;
    const room = this.options.maxChildren - (children.has(variableWord) ? 0 : 1);
    return children.size < room ? word : variableWord;
  }
}

function childOf<K>(children: Map<K, Node>, key: K): Node {
  const child = children.get(key) ?? { children: new Map(), templateIds: [] };
  children.set(key, child);
  return child;
}

function compare(template: readonly string[], words: readonly string[]): { same: number; variable: number } {
  let [same, variable] = [0, 0];
  template.forEach((word, at) => {
    if (word === variableWord) variable += 1;
    else if (word === words[at]) same += 1;
  });
  return { same, variable };
}
