import type { LeftOut } from './code-file.ts';
import type { DefinitionKind } from './definition.ts';
import type { FileType } from './file-type.ts';
import type { Hotspot } from './find-hotspots.ts';
import type { Script } from './parse-scripts.ts';

/** A tracked file of the map. */
export interface MapFile {
  path: string;
  type: FileType;
  /** Shown name of its language; null for what is no source code. */
  language: string | null;
  /** Bytes; null where it was not looked at. */
  size: number | null;
  /** How many definitions it offers to others; null for files that are not read. */
  exports: number | null;
}

/** Something that a file offers to others. */
export interface MapExport {
  name: string;
  kind: DefinitionKind;
  parent: string | null;
  signature: string;
  line: number;
}

/** What a repository consists of. Everything is in path order but `hotspots`. */
export interface RepoMap {
  root: string;
  /** Commit whose files these are, with what is changed in the work tree; null before the first. */
  commit: string | null;
  files: MapFile[];
  exports: { path: string; by: 'parser' | 'patterns'; definitions: MapExport[] }[];
  /** Tests by the source file they are about. */
  tests: { source: string; tests: string[] }[];
  scripts: Script[];
  hotspots: Hotspot[];
  leftOut: LeftOut[];
  notes: string[];
}
