// SPDX-License-Identifier: Apache-2.0
// What a refresh pinned of container registries, and the manifest of the kind that it makes of that. Pure.
import type { Content } from '../content.ts';
import type { ManifestEnding } from './manifest.ts';

export interface StoredManifest extends Content {
  readonly ending: ManifestEnding;
}

/** One repository of a registry, as far as it is mirrored. */
export interface RepositoryPins {
  readonly repository: string;
  /** Digests by tag. */
  readonly tags: Readonly<Record<string, string>>;
  /** Every manifest that a tag leads to, each once, sorted by digest. */
  readonly manifests: readonly StoredManifest[];
  readonly blobs: readonly Content[];
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

/** By what cosign names a signature that lies beside an image. */
export const signatureTag = (digest: string): string => `sha256-${digest}.sig`;
