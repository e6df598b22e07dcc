import type { FactEntry } from '../context/fact-document.ts';
import { memorySegment } from '../context/memory-segment.ts';
import { scopeKey } from '../knowledge/fact-path.ts';
import { type FileDocument, groupFacts } from './fact-index-write.ts';
import type { OpenFactsRequest, ReadableSegment } from './open-facts.ts';

/** The files as segments, one a scope, as far as the request wants them. `useOf` gives the stored use of a fact. */
export function segmentsOf(
  files: readonly FileDocument[],
  request: OpenFactsRequest,
  useOf: (id: string) => number,
): ReadableSegment[] {
  const wanted = request.scopes && new Set(request.scopes.map(scopeKey));
  return groupFacts(files, (file) => file.document.entry)
    .filter(({ group }) => (group.live || request.all) && (!wanted || wanted.has(group.scope)))
    .map(({ group, members }) => {
      const documents = members.map((file) => file.document);
      const segment = memorySegment(group.scope, documents);
      for (const [doc, { entry }] of documents.entries()) segment.uses[doc] = useOf(entry.id);
      return {
        ...segment,
        facts: (docs: readonly number[]) =>
          docs.map((doc) => ({
            entry: documents[doc]!.entry,
            path: members[doc]!.path,
            sig: members[doc]!.sig,
          })),
      };
    });
}

/** Which of these ids an active one of the entries replaces. */
export function supersededBy(entries: readonly FactEntry[], ids: readonly string[]): string[] {
  const active = entries.filter((entry) => entry.status === 'active');
  return ids.filter((id) => active.some((entry) => entry.id !== id && entry.supersedes.includes(id)));
}
