import { type TrustFactors, trustFactors, type UsageBook } from '../outcomes/usage-book.ts';
import { listFactFiles, readBlobTexts } from './fact-blobs.ts';
import { DocumentCollector, type FactFileText } from './fact-documents.ts';
import { foldersOf, listFolder, readFactFile } from './fact-folders.ts';
import { errorsInText } from './fact-index-usage.ts';
import type { FileDocument } from './fact-index-write.ts';
import type { StorePlace } from './locate-store.ts';
import { segmentsOf, supersededBy } from './memory-segments.ts';
import type { OpenedFacts, OpenFactsRequest } from './open-facts.ts';
import { readUsage } from './read-usage.ts';

/** Facts opened without a database. undefined when more files would have to be read than the request allows. */
export async function openInMemory(
  place: StorePlace,
  request: OpenFactsRequest,
): Promise<OpenedFacts | undefined> {
  const texts = await readFiles(place, request);
  if (!texts) return undefined;
  const collector = new DocumentCollector();
  const files = texts.flatMap((file) => collector.take(file) ?? []);
  files.push(...(await collector.takeUnsure()));
  const entries = files.map((file) => file.document.entry);
  const usage = usageOf(place.root, files);
  const segments = segmentsOf(files, request, (id) => usage?.book.uses[id] ?? 0);
  return {
    how: 'memory',
    wantsIndex: false,
    commit: place.git?.head ?? null,
    overlaid: 0,
    trust: usage?.trust,
    segments,
    findSuperseded: (ids) => new Set(supersededBy(entries, ids)),
    findFacts: (ids) => entries.filter((entry) => ids.includes(entry.id)),
    recheck: async () => false,
    close: () => undefined,
  };
}

/** The whole event log, read anew: there is no place to remember how far. */
function usageOf(
  root: string,
  files: readonly FileDocument[],
): { book: UsageBook; trust: TrustFactors } | undefined {
  const byId = new Map(files.map(({ document }) => [document.entry.id, document]));
  const state = readUsage(root, undefined, (id) => {
    const document = byId.get(id);
    return document && errorsInText(id, document.text.body);
  });
  return state && { book: state.book, trust: trustFactors(state.book, (id) => byId.get(id)?.entry.category) };
}

/** The work tree's files where there is a whole one, else those of the commit, with the files there are laid over. */
async function readFiles(place: StorePlace, request: OpenFactsRequest): Promise<FactFileText[] | undefined> {
  const most = request.mostFiles ?? Number.POSITIVE_INFINITY;
  const folders = foldersOf(place.root, request.scopes);
  const listed = place.git?.bare ? [] : folders.flatMap((folder) => listFolder(place.root, folder));
  const partial = place.git?.head && (place.git.bare || place.git.sparse || listed.length === 0);
  const texts = new Map<string, FactFileText>();
  if (partial && place.git?.head) {
    const { head } = place.git;
    const repository = await place.git.open();
    const committed = (await listFactFiles(repository, head)).filter(
      ({ path, oid, bad }) =>
        oid !== null && !bad && (!request.scopes || folders.includes(path.slice(0, path.lastIndexOf('/')))),
    );
    if (committed.length > most) return undefined;
    await readBlobTexts(
      repository,
      committed.map((file) => file.oid as string),
      (text, at) => {
        const { path, oid } = committed[at]!;
        if (text !== null) texts.set(path, { path, sig: oid as string, text });
      },
    );
  }
  if (listed.length > most) return undefined;
  for (const file of listed) {
    const read = readFactFile(place.root, file);
    if (read) texts.set(file.path, read);
  }
  return [...texts.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
