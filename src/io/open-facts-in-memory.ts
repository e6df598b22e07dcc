import type { FactEntry } from '../context/fact-document.ts';
import { memorySegment, withoutDocuments } from '../context/memory-segment.ts';
import { scopeKey } from '../knowledge/fact-path.ts';
import { listFactFiles, readBlobTexts } from './fact-blobs.ts';
import { DocumentCollector, type FactFileText } from './fact-documents.ts';
import { foldersOf, listFolder, readFactFile } from './fact-folders.ts';
import type { IndexedFact, StoredSegment } from './fact-index-read.ts';
import { type FileDocument, groupFacts } from './fact-index-write.ts';
import type { StorePlace } from './locate-store.ts';
import type { OpenedFacts, OpenFactsRequest, ReadableSegment } from './open-facts.ts';
import type { Overlay } from './work-tree-checks.ts';

/** `openFacts` without a database. undefined when more files would have to be read than the request allows. */
export async function openInMemory(
  place: StorePlace,
  request: OpenFactsRequest,
): Promise<OpenedFacts | undefined> {
  const texts = await readFiles(place, request);
  if (!texts) return undefined;
  const collector = new DocumentCollector();
  const files = texts.flatMap((file) => collector.take(file) ?? []);
  files.push(...(await collector.takeUnsure()));
  const segments = segmentsOf(files, request);
  const entries = files.map((file) => file.document.entry);
  return {
    how: 'memory',
    commit: place.git?.head ?? null,
    overlaid: 0,
    segments,
    findSuperseded: (ids) => new Set(supersededBy(entries, ids)),
    findFacts: (ids) => entries.filter((entry) => ids.includes(entry.id)),
    recheck: async () => false,
    close: () => undefined,
  };
}

/** Segments with the files of an overlay taken out and their new texts put in. */
export function layOverlay(
  stored: readonly StoredSegment[],
  overlay: Overlay,
  request: OpenFactsRequest,
): Promise<{
  segments: ReadableSegment[];
  superseded(ids: readonly string[]): string[];
  findFacts(ids: readonly string[]): FactEntry[];
}> {
  return (async () => {
    const paths = [...overlay.keys()];
    const kept = stored.map((segment) =>
      withoutDocuments(
        segment,
        paths.flatMap((path) => segment.docOfPath(path) ?? []),
      ),
    );
    const collector = new DocumentCollector();
    const files: FileDocument[] = [];
    for (const [path, text] of overlay) {
      const file = text === null ? undefined : collector.take({ path, sig: '', text });
      if (file) files.push(file);
    }
    files.push(...(await collector.takeUnsure()));
    const entries = files.map((file) => file.document.entry);
    return {
      segments: [...kept, ...segmentsOf(files, request)],
      superseded: (ids: readonly string[]) => supersededBy(entries, ids),
      findFacts: (ids: readonly string[]) => entries.filter((entry) => ids.includes(entry.id)),
    };
  })();
}

function supersededBy(entries: readonly FactEntry[], ids: readonly string[]): string[] {
  const active = entries.filter((entry) => entry.status === 'active');
  return ids.filter((id) => active.some((entry) => entry.id !== id && entry.supersedes.includes(id)));
}

function segmentsOf(files: readonly FileDocument[], request: OpenFactsRequest): ReadableSegment[] {
  const wanted = request.scopes && new Set(request.scopes.map(scopeKey));
  return groupFacts(files, (file) => file.document.entry)
    .filter(({ group }) => (group.live || request.all) && (!wanted || wanted.has(group.scope)))
    .map(({ group, members }) => ({
      ...memorySegment(
        group.scope,
        members.map((file) => file.document),
      ),
      facts: (docs: readonly number[]): IndexedFact[] =>
        docs.map((doc) => {
          const { path, sig, document } = members[doc]!;
          return { entry: document.entry, path, sig };
        }),
    }));
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
