import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { KaizenError } from '../base/errors.ts';
import { readTextIfExists } from './files.ts';
import { makeOnce } from './make-once.ts';

/**
 * The secret that turns masked values into short marks (`[REDACTED:github:3fa2c1]`): equal values stay recognisable
 * as equal here, and nobody without the key can test a guess. Made on first use, one a clone, readable by its owner
 * only, in the clone's local folder (`Repository.localDir`), never committed. With `make: false` (a dry run, a look)
 * nothing is written, and where there is no key yet a fixed one stands in for it.
 */
export async function readRedactionKey(localDir: string, options: { make?: boolean } = {}): Promise<string> {
  const path = join(localDir, 'redaction-key');
  const stored = (await readTextIfExists(path))?.trim();
  if (stored) return stored;
  if (options.make === false) return 'no key yet';
  try {
    return await makeOnce(path, randomBytes(32).toString('hex'));
  } catch (cause) {
    throw new KaizenError(
      'cannot_write',
      `Cannot keep the redaction key in ${localDir}: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}
