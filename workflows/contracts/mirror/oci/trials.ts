// SPDX-License-Identifier: Apache-2.0
// Which images a real client is to take from a staged registry, and of which one it is shown an altered copy. Pure.
import type { Content } from '../content.ts';
import type { OciRegistry } from '../mirror-spec.ts';
import type { OciManifest } from './pins.ts';

export interface ImageTrial {
  /** With the name of the registry before it. */
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly platform: string;
}

export interface ImageTwin {
  readonly trial: ImageTrial;
  readonly repository: string;
  readonly tag: string;
  /** Digest of the blob that is altered. */
  readonly blob: string;
}

/** Every tag that the spec names, on each of its platforms. */
export function imageTrials(
  registries: readonly OciRegistry[],
  { registries: pinned }: OciManifest,
): ImageTrial[] {
  return registries.flatMap((registry) =>
    registry.images.flatMap((image) => {
      const pins = pinned
        .find((each) => each.registry === registry.name)
        ?.repositories.find(({ repository }) => repository === image.name);
      return image.tags.flatMap((tag) => {
        const digest = pins?.tags[tag];
        if (digest === undefined) return [];
        const repository = `${registry.name}/${image.name}`;
        return (image.platforms ?? registry.platforms).map((platform) => ({
          repository,
          tag,
          digest,
          platform,
        }));
      });
    }),
  );
}

/** Of the image with the fewest bytes, and its largest blob. @throws Error without an image */
export function imageTwin(trials: readonly ImageTrial[], { registries }: OciManifest): ImageTwin {
  const repositories = registries.flatMap(({ registry, repositories: own }) =>
    own.map(({ repository, blobs }) => ({ repository: `${registry}/${repository}`, blobs })),
  );
  const bytesOf = (blobs: readonly Content[]): number => blobs.reduce((sum, { size }) => sum + size, 0);
  const [smallest] = repositories
    .filter(
      ({ repository, blobs }) => blobs.length > 0 && trials.some((each) => each.repository === repository),
    )
    .sort((one, other) => bytesOf(one.blobs) - bytesOf(other.blobs));
  const trial = trials.find(({ repository }) => repository === smallest?.repository);
  const [blob] = [...(smallest?.blobs ?? [])].sort((one, other) => other.size - one.size);
  if (trial === undefined || blob === undefined) throw new Error('no image is mirrored');
  return { trial, repository: trial.repository, tag: trial.tag, blob: blob.digest };
}
