import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTextIfExistsSync } from './files.ts';
import type { StorePlace } from './locate-store.ts';

/** The settings a session start needs. */
export interface BootstrapSettings {
  budgetTokens: number;
  maxCharacters: number;
  holdoutFacts: number;
  salt: string;
}

/**
 * The settings of the store. Reading YAML and checking it costs more than all the rest of a bootstrap, so the checked
 * values are kept beside the index, with the text they come from and the version of the code that read it. A setting that is
 * wrong is KaizenError `bad_config`.
 */
export async function readBootstrapSettings({ root, localDir }: StorePlace): Promise<BootstrapSettings> {
  const text = readTextIfExistsSync(join(root, '.kaizen', 'config.yml')) ?? '';
  const key = `${schemaVersion()}\n${text}`;
  const cachePath = join(localDir, 'settings.json');
  const cached = parseCache(readTextIfExistsSync(cachePath), key);
  if (cached) return cached;
  const { parseConfig } = await import('./config.ts');
  const { bootstrap, holdout } = parseConfig(text, '.kaizen/config.yml');
  const settings: BootstrapSettings = {
    budgetTokens: bootstrap.budget_tokens,
    maxCharacters: bootstrap.max_characters,
    holdoutFacts: holdout.facts,
    salt: holdout.salt,
  };
  writeCache(cachePath, localDir, JSON.stringify({ key, settings }));
  return settings;
}

/** Changes when the program is updated: its defaults may have. */
function schemaVersion(): string {
  const module = import.meta.url.replace(/bootstrap-settings(\.[a-z]+)$/, 'config$1');
  const { size, mtimeMs } = statSync(new URL(module));
  return `${size}-${mtimeMs}`;
}

function parseCache(text: string | undefined, key: string): BootstrapSettings | undefined {
  try {
    const cache = JSON.parse(text ?? 'null') as { key: string; settings: BootstrapSettings } | null;
    return cache?.key === key ? cache.settings : undefined;
  } catch {
    // Torn by a crash: read the file itself.
    return undefined;
  }
}

function writeCache(path: string, dir: string, text: string): void {
  try {
    mkdirSync(dir, { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch {
    // A folder that cannot be written costs time only.
  }
}
