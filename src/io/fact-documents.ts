import { documentOf } from '../context/fact-document.ts';
import { parseOwnFact } from '../knowledge/fact-text.ts';
import type { FileDocument } from './fact-index-write.ts';

/** A fact file as it was read. */
export interface FactFileText {
  path: string;
  sig: string;
  text: string;
}

/** Collects documents from file texts; files our serializer did not write are kept for the careful door at the end. */
export class DocumentCollector {
  private readonly unsure: FactFileText[] = [];
  readonly bad: { path: string; sig: string; reason: string }[] = [];

  /** The document of a file; undefined when the careful door must look at it. */
  take(file: FactFileText): FileDocument | undefined {
    const fact = parseOwnFact(file.text);
    if (fact) return { path: file.path, sig: file.sig, document: documentOf(fact) };
    this.unsure.push(file);
    return undefined;
  }

  refuse(path: string, sig: string, reason: string): void {
    this.bad.push({ path, sig, reason });
  }

  /** The documents of the files that were unsure. The YAML libraries are loaded only if there are any. */
  async takeUnsure(): Promise<FileDocument[]> {
    if (this.unsure.length === 0) return [];
    const { parseFact } = await import('../knowledge/fact-file.ts');
    const documents: FileDocument[] = [];
    for (const { path, sig, text } of this.unsure.splice(0)) {
      try {
        documents.push({ path, sig, document: documentOf(parseFact(path, text)) });
      } catch (error) {
        const { message } = error as Error;
        this.refuse(path, sig, message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message);
      }
    }
    return documents;
  }
}
