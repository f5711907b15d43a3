// SPDX-License-Identifier: Apache-2.0
// What a change of a mirror knows of the things that the sources of a kind name. Pure.
import type { MirrorSpec } from '../mirror-spec.ts';

/** A source of any kind, as a spec has it. */
export interface Source {
  readonly name: string;
}

/** What a kind knows of the things that its sources name. */
export interface Items<S extends Source> {
  /** For people: `project`. */
  readonly what: string;
  readonly sourcesOf: (spec: MirrorSpec) => readonly S[];
  /** The source that the item itself names, and the rest of it; null: it names none. */
  readonly split?: (
    item: string,
    sources: readonly S[],
  ) => { readonly source: string; readonly item: string } | null;
  /** The name in an item, by which it is found; null: it is not such an item. */
  readonly nameOf: (item: string) => string | null;
  /** The box of a mirror has no client of the kind before a source of it is in its file. Default: it has. */
  readonly needsInstall?: true;
  /** How to write an item, for people. */
  readonly form: string;
  /** Names with what is said of them: `requests >=2`. */
  readonly list: (source: S) => ReadonlyMap<string, string>;
  readonly add: (source: S, item: string) => S;
  /** Null: the source would name nothing any more. */
  readonly remove: (source: S, item: string) => S | null;
  /** A source for an item for which there is none yet, `asked` being the whole text; null: it has to be described in the file. */
  readonly first: (item: string, to: string | null, asked: string) => S | null;
}
