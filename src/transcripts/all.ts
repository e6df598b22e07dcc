import { captured } from './captured.ts';
import { claudeCode } from './claude-code.ts';
import { codex } from './codex.ts';
import type { TranscriptFormat } from './format.ts';
import { openaiJsonl } from './openai-jsonl.ts';

/** Every transcript format there is, in order of need. A format is one file here, one line, one fixture folder. */
export const transcriptFormats: readonly TranscriptFormat[] = [captured, claudeCode, codex, openaiJsonl];
