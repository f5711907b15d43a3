// SPDX-License-Identifier: Apache-2.0
// A revision of a site: one name for all that it serves at a time, and the pointer to the one that clients see. Pure.

import type { MirrorKind } from './mirror-spec.ts';
import type { Received } from './bundle.ts';
import type { Publications } from './publications.ts';

/** Named by its digest, never changed. Holds a manifest for each kind. */
export interface SiteRevision {
  readonly kind: 'site';
  /** Digest of the manifest of Debian archives; absent: none is mirrored. */
  readonly deb?: string;
  /** Digest of the manifest of Python indexes; absent: none is mirrored. */
  readonly pypi?: string;
  /** Digest of the manifest of container registries; absent: none is mirrored. */
  readonly oci?: string;
  /** Digest of the manifest of Ansible galaxies; absent: none is mirrored. */
  readonly ansible?: string;
  /** Digest of the manifest of Git repositories; absent: none is mirrored. */
  readonly git?: string;
}

/** What clients see. */
export interface Published {
  readonly revision: string;
  /** ISO 8601 in UTC. */
  readonly publishedAt: string;
  /** The one before; null: none. */
  readonly previous: string | null;
  /** A person went back to it: scheduled refreshes stay away until one is asked for. */
  readonly isHeld?: true;
}

/** Stands for "nothing is published" where a digest is expected. */
export const nothing = '0'.repeat(64);

/** A real client that took the revision before it was published. */
export interface TrialStatus {
  readonly kind: MirrorKind;
  /** With its version: `apt 3.0.3`. */
  readonly client: string;
}

export interface SuiteStatus {
  readonly source: string;
  readonly suite: string;
  /** Of the upstream's Release file. */
  readonly upstreamDate: string;
  readonly packages: number;
  readonly bytes: number;
}

export interface IndexStatus {
  readonly index: string;
  readonly projects: number;
  readonly files: number;
  readonly bytes: number;
}

export interface RegistryStatus {
  readonly registry: string;
  /** Host of the upstream. */
  readonly host: string;
  readonly images: number;
  readonly blobs: number;
  readonly bytes: number;
}

export interface GalaxyStatus {
  readonly server: string;
  /** Host of the upstream. */
  readonly host: string;
  readonly collections: number;
  readonly roles: number;
  readonly files: number;
  readonly bytes: number;
}

export interface RepositoryStatus {
  readonly repository: string;
  /** Host of the upstream. */
  readonly host: string;
  readonly refs: number;
  readonly bytes: number;
}

/** How often an upstream may still be asked, when the status was written. */
export interface HostQuota {
  readonly host: string;
  /** Requests, or pulls where a registry counts these; null: it names no limit. */
  readonly limit: number | null;
  readonly left: number | null;
  /** The span that the limit is for. */
  readonly seconds: number | null;
  /** Until it may be asked again; 0: now. */
  readonly waitSeconds: number;
}

/** What `mirrors status` shows. */
export interface MirrorStatus extends Published {
  /** When a run last made sure that this is what is to be served. */
  readonly refreshedAt: string | null;
  readonly trials: readonly TrialStatus[];
  /** Of upstreams that have a limit, by its own word or by the file of the mirror. */
  readonly quotas: readonly HostQuota[];
  /** Those that can be gone back to, oldest first. */
  readonly kept: Publications;
  readonly address: string;
  /** The bundle that was imported last; null: it has an upstream, or none was. */
  readonly received: Pick<Received, 'site' | 'generation'> | null;
  /** Public key by which it signs bundles and receipts; null: not made yet. */
  readonly bundleKey: string | null;
  readonly suites: readonly SuiteStatus[];
  readonly indexes: readonly IndexStatus[];
  readonly registries: readonly RegistryStatus[];
  readonly galaxies: readonly GalaxyStatus[];
  readonly repositories: readonly RepositoryStatus[];
}
