import { realpathSync } from 'node:fs';
import type { CodeFile } from '../context/code/code-file.ts';
import { largestFileBytes } from '../context/code/index-blob.ts';
import { readWithin } from './code-index.ts';
import { readBlobs } from './code-index-blobs.ts';
import type { Repository } from './repository.ts';

/**
 * Texts of indexed files by path: of clean ones the blob that was indexed, of changed ones what the work tree holds now.
 * Files that are gone meanwhile are absent.
 */
export async function readCodeTexts(
  { git, root }: Repository,
  files: readonly CodeFile[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const realRoot = git?.bare ? '' : realpathSync(root);
  const ofBlob = new Map<string, string[]>();
  for (const { path, oid, dirty } of files) {
    if (git && !dirty) {
      ofBlob.set(oid, [...(ofBlob.get(oid) ?? []), path]);
      continue;
    }
    const bytes = readWithin(root, realRoot, path);
    if (bytes) texts.set(path, decodeText(bytes));
  }
  if (git)
    await readBlobs(git, [...ofBlob.keys()], largestFileBytes, (oid, bytes) => {
      for (const path of (bytes && ofBlob.get(oid)) || []) texts.set(path, decodeText(bytes as Uint8Array));
    });
  return texts;
}

/** UTF-8, or Latin-1 where the bytes are none; with plain line ends and without a byte order mark. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return plainLines(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Not UTF-8: every byte is a character of Latin-1, and code is nearly all ASCII.
    return plainLines(Buffer.from(bytes).toString('latin1'));
  }
}

function plainLines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
