import type { FactEntry } from '../context/fact-document.ts';
import { withoutDocuments } from '../context/memory-segment.ts';
import { DocumentCollector } from './fact-documents.ts';
import type { StoredSegment } from './fact-index-read.ts';
import type { FileDocument } from './fact-index-write.ts';
import { segmentsOf, supersededBy } from './memory-segments.ts';
import type { OpenFactsRequest, ReadableSegment } from './open-facts.ts';
import type { Overlay } from './work-tree-checks.ts';

/** Stored segments with an overlay over them, and what only the overlay knows. */
export interface LaidOver {
  segments: ReadableSegment[];
  superseded(ids: readonly string[]): string[];
  findFacts(ids: readonly string[]): FactEntry[];
}

/** Takes the files of an overlay out of stored segments and puts their new texts in, as segments of their own. */
export async function layOverlay(
  stored: readonly StoredSegment[],
  overlay: Overlay,
  request: OpenFactsRequest,
): Promise<LaidOver> {
  const uses = new Map<string, number>();
  const kept = stored.map((segment) => {
    const gone = [...overlay.keys()].flatMap((path) => segment.docOfPath(path) ?? []);
    for (const [n, { entry }] of segment.facts(gone).entries()) uses.set(entry.id, segment.uses[gone[n]!]!);
    return withoutDocuments(segment, gone);
  });
  const files = await documentsOf(overlay);
  const entries = files.map((file) => file.document.entry);
  return {
    segments: [...kept, ...segmentsOf(files, request, (id) => uses.get(id) ?? 0)],
    superseded: (ids) => supersededBy(entries, ids),
    findFacts: (ids) => entries.filter((entry) => ids.includes(entry.id)),
  };
}

async function documentsOf(overlay: Overlay): Promise<FileDocument[]> {
  const collector = new DocumentCollector();
  const files: FileDocument[] = [];
  for (const [path, text] of overlay) {
    const file = text === null ? undefined : collector.take({ path, sig: '', text });
    if (file) files.push(file);
  }
  return [...files, ...(await collector.takeUnsure())];
}
