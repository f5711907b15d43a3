// SPDX-License-Identifier: Apache-2.0
// What a refresh pinned of Python indexes, what it plans to fetch, and the manifest that it makes of both. Pure.
import type { Content, WantedContent } from '../content.ts';

/** The page of one project. */
export interface ProjectPin extends Content {
  /** Normalized. */
  readonly project: string;
  readonly format: 'json' | 'html';
  /** Grows with each change upstream; null: the index tells none. */
  readonly serial: number | null;
}

export interface IndexPins {
  readonly index: string;
  readonly url: string;
  readonly projects: readonly ProjectPin[];
}

/** Of one run. */
export interface PypiPins {
  readonly indexes: readonly IndexPins[];
}

/** A file as the page of its project lists it. */
export interface ListedFile {
  readonly filename: string;
  readonly url: string;
  /** SHA-256; null: the index tells none. */
  readonly digest: string | null;
  /** Bytes; null: the index tells none. */
  readonly size: number | null;
  readonly requiresPython: string | null;
  /** A reason, or true; false: it is not withdrawn. */
  readonly yanked: string | boolean;
  /** Of the core metadata beside it; null: none, or none that can be checked. */
  readonly metadataDigest: string | null;
  /** ISO 8601; null: not told. */
  readonly uploadTime: string | null;
}

/** What both a plan and a manifest say of a file. */
interface ChosenFile extends Content {
  readonly filename: string;
  readonly version: string;
  readonly requiresPython: string | null;
  readonly yanked: string | boolean;
  readonly uploadTime: string | null;
}

export interface PlannedFile extends ChosenFile, WantedContent {
  readonly index: string;
  readonly project: string;
  readonly metadata: { readonly url: string; readonly digest: string } | null;
}

/** Of one run: named by its digest, kept in the content store. */
export interface PypiPlan {
  readonly files: readonly PlannedFile[];
}

export interface ServedFile extends ChosenFile {
  readonly metadata: Content | null;
}

export interface ServedProject {
  readonly project: string;
  readonly files: readonly ServedFile[];
}

export interface ServedIndex {
  readonly index: string;
  readonly projects: readonly ServedProject[];
}

/** What is served of Python indexes in one revision; named by its digest, never changed. */
export interface PypiManifest {
  readonly kind: 'pypi';
  /** Serials by `INDEX URL PROJECT`: an index that falls behind them is refused. */
  readonly serials: Readonly<Record<string, number>>;
  readonly indexes: readonly ServedIndex[];
}

export const serialKey = ({ index, url }: Pick<IndexPins, 'index' | 'url'>, project: string): string =>
  `${index} ${url} ${project}`;

export function serialsOf({ indexes }: PypiPins): Record<string, number> {
  const serials: Record<string, number> = {};
  for (const pinned of indexes)
    for (const { project, serial } of pinned.projects)
      if (serial !== null) serials[serialKey(pinned, project)] = serial;
  return serials;
}
