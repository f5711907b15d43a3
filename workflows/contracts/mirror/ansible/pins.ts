// SPDX-License-Identifier: Apache-2.0
// What a refresh pinned of Ansible galaxies, which is what it serves of them. Pure.
import type { Content, WantedContent } from '../content.ts';

/** As the list of the versions of a collection has it. */
export interface ListedVersion {
  readonly version: string;
  /** As PEP 440 writes versions of ansible-core; null: not told. */
  readonly requiresAnsible: string | null;
}

/** What the document of a version says of it. */
export interface CollectionDocument extends WantedContent {
  readonly version: string;
  readonly filename: string;
  readonly requiresAnsible: string | null;
  /** Ranges by the names of the collections that it needs. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A version of a role: an archive of a repository, whose digest no galaxy tells. It is that of the bytes that came first. */
export interface RoleArchive extends WantedContent {
  readonly version: string;
  readonly filename: string;
}

export interface PinnedRole {
  /** `geerlingguy.docker` */
  readonly name: string;
  /** Newest first. */
  readonly versions: readonly RoleArchive[];
}

export interface PinnedCollection {
  /** `community.general` */
  readonly name: string;
  /** Newest first. */
  readonly versions: readonly CollectionDocument[];
}

export interface ServerPins {
  readonly server: string;
  readonly url: string;
  /** By name. */
  readonly collections: readonly PinnedCollection[];
  /** Default: none, as in manifests of an earlier release. */
  readonly roles?: readonly PinnedRole[];
}

/** What is served of Ansible galaxies in one revision; named by its digest, never changed. */
export interface AnsibleManifest {
  readonly kind: 'ansible';
  readonly servers: readonly ServerPins[];
}

/** Every artifact, with where it comes from. */
export const artifactsOf = ({ servers }: Pick<AnsibleManifest, 'servers'>): RoleArchive[] =>
  servers.flatMap(({ collections, roles = [] }) =>
    [...collections, ...roles].flatMap(({ versions }): readonly RoleArchive[] => versions),
  );

/** Below the folder of the kind: the same for every revision, so that a client finds what it read of a minute ago. */
export const artifactPath = ({ digest, filename }: Pick<RoleArchive, 'filename'> & Content): string =>
  `files/${digest.slice(0, 2)}/${digest}/${filename}`;
