import type { Git } from './git.ts';

/** As many bytes of blobs as are asked for at a time. */
const batchBytes = 48 * 1024 * 1024;

/**
 * Bytes of blobs from Git's store, each given to `each` once; null where a blob is larger than `mostBytes`, undefined
 * where this partial clone does not have it.
 */
export async function readBlobs(
  git: Git,
  oids: readonly string[],
  mostBytes: number,
  each: (oid: string, bytes: Uint8Array | null | undefined) => void,
): Promise<void> {
  if (oids.length === 0) return;
  const checked = await git.rawBytes(['cat-file', '--batch-check', '--buffer'], `${oids.join('\n')}\n`);
  let batch: string[] = [];
  let size = 0;
  const read = async () => {
    if (batch.length > 0)
      walk(await git.rawBytes(['cat-file', '--batch', '--buffer'], `${batch.join('\n')}\n`), each);
    batch = [];
    size = 0;
  };
  for (const line of checked.toString('latin1').split('\n').filter(Boolean)) {
    const [oid = '', kind = '', bytes = ''] = line.split(' ');
    if (kind !== 'blob') each(oid, undefined);
    else if (Number(bytes) > mostBytes) each(oid, null);
    else {
      batch.push(oid);
      size += Number(bytes);
      if (size > batchBytes) await read();
    }
  }
  await read();
}

/** The output of `cat-file --batch`: a head line, the bytes, a newline, for each blob. */
function walk(output: Buffer, each: (oid: string, bytes: Uint8Array | undefined) => void): void {
  for (let at = 0; at < output.length; ) {
    const lineEnd = output.indexOf(10, at);
    const [oid = '', kind = '', size = ''] = output.toString('latin1', at, lineEnd).split(' ');
    at = lineEnd + 1;
    if (kind !== 'blob') {
      each(oid, undefined);
      continue;
    }
    each(oid, output.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
}
