import {
  addUnits,
  type Choice,
  chooseUnits,
  dropUnits,
  type PackFile,
} from '../../context/code/choose-units.ts';
import type { CodeFile } from '../../context/code/code-file.ts';
import type { CodeHistory } from '../../context/code/code-history.ts';
import type { CodeQuery } from '../../context/code/code-query.ts';
import type { CodeUnit } from '../../context/code/code-unit.ts';
import { cutUnits } from '../../context/code/cut-units.ts';
import type { SourceOutline } from '../../context/code/definition.ts';
import { formatMapBlock } from '../../context/code/format-map.ts';
import { formatPack, type PackSurroundings, packedFiles, unitsOf } from '../../context/code/format-pack.ts';
import { outlineTree } from '../../context/code/outline-tree.ts';
import { countTokens, planTokens } from '../../context/code/plan-tokens.ts';
import { findCoChanged, findTestsOf } from '../../context/code/related-files.ts';
import { findNamedLines } from '../../context/code/score-places.ts';
import { scoreUnits } from '../../context/code/score-units.ts';
import type { RankedFile } from '../../context/code/signals.ts';
import { syntaxRulesOf } from '../../context/code/syntax-rules.ts';
import type { TermReader } from '../../context/code/term-reader.ts';
import { readCodeTexts } from '../../io/code-texts.ts';
import type { Repository } from '../../io/repository.ts';
import { openSyntaxParser } from '../../io/syntax-parser.ts';

/** The code of a pack, within its budget. */
export interface PackedText {
  text: string;
  units: CodeUnit[];
  /** Exact tokens of the text. */
  tokens: number;
  /** Exact tokens of the same files, packed whole. */
  naiveTokens: number;
  /** How many of the ranked files are in it. */
  files: number;
}

/** A ranking, and what it was made from. */
export interface RankedCode {
  ranked: readonly RankedFile[];
  files: readonly CodeFile[];
  history: CodeHistory;
  query: CodeQuery;
  reader: TermReader;
}

/** Only this many of the first files are opened (spec 07 §5). */
const openedFiles = 40;
/** Share of the budget for the list of files that are not shown, and how many paths stand below the code. */
const mapShare = 0.08;
const mapFiles = 12;
const relatedPaths = 6;
/** Texts are planned by characters and then counted; as often as this at most. */
const fittings = 6;
/** A pack this full is full. */
const fullShare = 0.97;

/**
 * Packs the best units of the ranked files into a budget that the finished text keeps, counted exactly. `redact` is
 * applied to what comes from the repository before it is counted.
 */
export async function packCodeText(
  repository: Repository,
  code: RankedCode,
  options: { budgetTokens: number; redact: (text: string) => string },
): Promise<PackedText> {
  const files = await openRanked(repository, code);
  const scored = scoreUnits(files, code.query, code.reader);
  const around = surround(code, files, options.budgetTokens);
  const render = (choice: Choice) => {
    const packed = packedFiles(files, choice);
    const shown = new Set(packed.map(({ file }) => file.path));
    const map = around.mapOf(files.filter(({ path }) => !shown.has(path)));
    const paths = [...shown];
    return { packed, text: options.redact(formatPack(packed, { ...around.of(paths), map })) };
  };
  const { budgetTokens } = options;
  let choice = chooseUnits(files, scored, budgetTokens * (1 - mapShare));
  let made = render(choice);
  let tokens = await countTokens(made.text);
  let room = 0.9;
  for (let round = 0; round < fittings; round++) {
    const over = tokens - budgetTokens;
    if (over <= 0 && tokens >= budgetTokens * fullShare) break;
    const next =
      over > 0
        ? dropUnits(choice, files, over * (1 + round / 4))
        : addUnits(choice, files, scored, -over * room);
    if (next.units.length === choice.units.length && next.whole.size === choice.whole.size) break;
    const tried = render(next);
    const triedTokens = await countTokens(tried.text);
    // What was added went too far: what is there stays, and less is tried.
    if (over <= 0 && triedTokens > budgetTokens) room *= 0.6;
    else [choice, made, tokens] = [next, tried, triedTokens];
  }
  if (tokens > budgetTokens) [made, tokens] = [{ packed: [], text: '' }, 0];
  const whole = made.packed.map(({ file }) => file.lines.join('\n')).join('\n');
  return {
    text: made.text,
    units: unitsOf(made.packed),
    tokens,
    naiveTokens: await countTokens(whole),
    files: made.packed.length,
  };
}

function surround({ files, history }: RankedCode, opened: readonly OpenedFile[], budgetTokens: number) {
  const all = opened.map(({ path }) => path);
  const few = budgetTokens < 1000 ? 0 : relatedPaths;
  return {
    mapOf: (rest: readonly OpenedFile[]) =>
      formatMapBlock(
        rest
          .slice(0, mapFiles)
          .map(({ path, outline }) => ({ path, definitions: outline?.definitions ?? [] })),
        budgetTokens * mapShare,
      ),
    of: (shown: readonly string[]): Omit<PackSurroundings, 'map'> => {
      const hidden = new Set([...shown, ...all.slice(0, mapFiles)]);
      return {
        tests: findTestsOf(shown, files, few).filter((path) => !shown.includes(path)),
        coChanged: findCoChanged(shown, history, files, few + hidden.size)
          .filter(({ path }) => !hidden.has(path))
          .slice(0, few),
      };
    },
  };
}

/** A ranked file, opened. */
interface OpenedFile extends PackFile {
  outline: SourceOutline | undefined;
}

async function openRanked(
  repository: Repository,
  { ranked, files, query }: RankedCode,
): Promise<OpenedFile[]> {
  const top = ranked.slice(0, openedFiles);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const chosen = top.flatMap(({ path }) => byPath.get(path) ?? []);
  const texts = await readCodeTexts(repository, chosen);
  const named = findNamedLines(
    files.map(({ path }) => path),
    [...query.issue.frames, ...query.issue.mentions],
  );
  const readTree = openSyntaxParser();
  const opened: OpenedFile[] = [];
  for (const { path, score } of top) {
    const text = texts.get(path);
    const language = byPath.get(path)?.language ?? '';
    if (text === undefined) continue;
    const rules = syntaxRulesOf(language);
    const outline = rules && (await readTree(text, rules.grammar, (root) => outlineTree(root, rules, text)));
    const lines = text.replace(/\n$/, '').split('\n');
    opened.push({
      path,
      score,
      language,
      lines,
      outline,
      units: cutUnits(lines, outline),
      namedLines: named.get(path) ?? [],
      imports: outline?.imports ?? [],
      wholeTokens: planTokens(text, language),
    });
  }
  return opened;
}
