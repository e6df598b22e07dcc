import { fileURLToPath } from 'node:url';
import { compareText } from '../../base/text.ts';
import { type FoundTranscript, findLocalTranscripts, findTranscripts } from '../../io/find-transcripts.ts';

/** Larger transcripts are left to `kaizen harvest`: the first look shall take seconds. */
const largestBytes = 20 * 1024 * 1024;
/** The samples lie in src/ of the package, beside the built program as well as beside the source. */
const samplesFolder = new URL('../../../src/samples/', import.meta.url);

/** Transcripts to run the loop on. */
export interface Chosen {
  source: 'this machine' | 'samples';
  /** Transcripts on this machine by agent, those not chosen included. */
  found: Record<string, number>;
  files: FoundTranscript[];
}

/** The newest transcripts of this machine; the samples when there are none or when they are asked for. */
export async function chooseTranscripts(options: {
  samples: boolean;
  limit: number;
  env: Readonly<Record<string, string | undefined>>;
}): Promise<Chosen> {
  const local = await findLocalTranscripts(options.env);
  const found: Record<string, number> = {};
  for (const { agent } of local) found[agent ?? 'unknown'] = (found[agent ?? 'unknown'] ?? 0) + 1;
  const usable = local.filter((file) => file.bytes > 0 && file.bytes <= largestBytes);
  if (!options.samples && usable.length > 0) {
    const newest = usable.sort((a, b) => compareText(b.modifiedAt, a.modifiedAt)).slice(0, options.limit);
    return { source: 'this machine', found, files: newest };
  }
  return { source: 'samples', found, files: await findTranscripts([fileURLToPath(samplesFolder)]) };
}
