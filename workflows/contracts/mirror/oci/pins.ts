// SPDX-License-Identifier: Apache-2.0
// What a refresh pinned of container registries, and the manifest of the kind that it makes of that. Pure.
import type { Content } from '../content.ts';
import { manifestTypes, type ManifestEnding } from './manifest.ts';

export interface StoredManifest extends Content {
  readonly ending: ManifestEnding;
}

/** A manifest that says something of another one: a signature, an attestation, a bill of materials. */
export interface Referrer extends StoredManifest {
  /** Digest of the manifest that it refers to. */
  readonly subject: string;
  readonly artifactType: string | null;
  readonly annotations: Readonly<Record<string, string>>;
}

/** One repository of a registry, as far as it is mirrored. */
export interface RepositoryPins {
  readonly repository: string;
  /** Digests by tag. */
  readonly tags: Readonly<Record<string, string>>;
  /** Every manifest that a tag leads to, each once, sorted by digest. */
  readonly manifests: readonly StoredManifest[];
  readonly blobs: readonly Content[];
  /** Sorted by digest; each is among the manifests too. Default: they were not asked for. */
  readonly referrers?: readonly Referrer[];
}

export interface RegistryPins {
  readonly registry: string;
  readonly url: string;
  readonly repositories: readonly RepositoryPins[];
}

/** What is served of container registries in one revision; named by its digest, never changed. */
export interface OciManifest {
  readonly kind: 'oci';
  readonly registries: readonly RegistryPins[];
}

/** By what an index of referrers is named in a registry that has no list of them. @source OCI distribution 1.1, "Referrers tag schema" */
export const referrersTag = (digest: string): string => `sha256-${digest}`;

/** What a registry answers when it is asked who refers to a manifest. @source OCI distribution 1.1, "Listing Referrers" */
export function referrersIndex(digest: string, referrers: readonly Referrer[]): string {
  const manifests = referrers
    .filter(({ subject }) => subject === digest)
    .map(({ ending, digest: own, size, artifactType, annotations }) => ({
      mediaType: manifestTypes[ending],
      digest: `sha256:${own}`,
      size,
      ...(artifactType !== null && { artifactType }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    }));
  return JSON.stringify({ schemaVersion: 2, mediaType: manifestTypes['oci-index'], manifests });
}

/** By what cosign names a signature that lies beside an image. */
export const signatureTag = (digest: string): string => `sha256-${digest}.sig`;
