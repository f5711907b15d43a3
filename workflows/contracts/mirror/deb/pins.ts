// SPDX-License-Identifier: Apache-2.0
// What a refresh pinned of Debian archives, what it plans to fetch, and the manifest that it makes of both. Pure.
import type { Content, WantedContent } from '../content.ts';

/** One Packages file of a suite. */
export interface IndexPin extends Content {
  readonly component: string;
  readonly architecture: string;
  /** Below the suite. */
  readonly path: string;
  readonly compression: 'xz' | 'gz' | '';
}

export interface SuitePin {
  readonly suite: string;
  /** Of the Release file, ISO 8601 in UTC. */
  readonly date: string;
  readonly inRelease: Content;
  readonly indexes: readonly IndexPin[];
}

export interface SourcePins {
  readonly source: string;
  readonly url: string;
  readonly suites: readonly SuitePin[];
}

/** Of one run. */
export interface DebPins {
  readonly sources: readonly SourcePins[];
}

/** One package of the plan. */
export interface PlannedPackage extends WantedContent {
  readonly source: string;
  readonly suite: string;
  /** Below the root of the source. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** Of one run: named by its digest, kept in the content store. */
export interface DebPlan {
  readonly packages: readonly PlannedPackage[];
}

/** What is served of Debian archives in one revision; named by its digest, never changed. */
export interface DebManifest {
  readonly kind: 'deb';
  readonly pins: DebPins;
  /** By source and suite, each sorted. */
  readonly suites: readonly {
    readonly source: string;
    readonly suite: string;
    readonly architectures: readonly string[];
    /** aptly's name of what it publishes. */
    readonly snapshot: string;
    readonly packages: readonly Omit<PlannedPackage, 'url' | 'source' | 'suite'>[];
  }[];
}

/** The way aptly names a package. */
export const packageKey = ({
  name,
  version,
  architecture,
}: Pick<PlannedPackage, 'name' | 'version' | 'architecture'>): string => `${name}_${version}_${architecture}`;
