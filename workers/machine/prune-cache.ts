// SPDX-License-Identifier: Apache-2.0
// What in the cache no box uses: images and tools of earlier releases. Removes nothing.
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { imageDirectory, isComplete } from '../../activities/hosts/image-generations.ts';
import { recordedImage } from '../../activities/hosts/box-image.ts';
import { builtGuestImage, guestImagesFolder } from '../../activities/clients/guest/guest-image.ts';
import { imageFileDirectory, imageFilesFolder } from '../../activities/clients/guest/image-file.ts';
import { machineDirectory } from '../../activities/hosts/places.ts';
import { readUpdate } from '../../activities/clients/state/box-updates.ts';
import { recordedSpec } from '../../activities/clients/state/recorded-specs.ts';
import { TEMPORAL_CLI_VERSION } from '../embedded/temporal/version.ts';
import { namesIn } from './folders.ts';
import type { Leftover } from './leftover.ts';

/** Every image but those that boxes of this machine lie on and the newest, on which the next box will. */
export async function oldImages(cacheDirectory: string): Promise<Leftover[]> {
  const boxes = await namesIn(join(machineDirectory, 'boxes'));
  const images = await allOrNone(boxes.map((box) => recordedImage(box)));
  // On which image a box lies whose record cannot be read is not known: all stay.
  if (images === null) return [];
  const updates = await allOrNone(boxes.map((box) => readUpdate(box)));
  if (updates === null) return [];
  // The image before the last update is the way back from it.
  const used = new Set([...images, ...updates.map((update) => update?.former ?? null)]);
  const folder = join(cacheDirectory, 'root-file-systems');
  const found = await Promise.all(
    (await namesIn(folder)).map(async (name) => {
      const path = imageDirectory(cacheDirectory, name);
      const isWhole = await isComplete(path);
      return { path, isWhole, at: isWhole ? (await stat(join(path, 'complete'))).mtimeMs : 0 };
    }),
  );
  const newest = Math.max(0, ...found.map(({ at }) => at));
  return found
    .filter(({ path, at, isWhole }) => !used.has(path) && !(isWhole && at === newest))
    .map(({ path, isWhole }) => ({
      path,
      why: `image ${basename(path)} ${isWhole ? 'has no box on it and is not the newest' : 'was never finished'}`,
      lock: `${path}.lock`,
    }));
}

/** Null when one of the records cannot be read. */
async function allOrNone<T>(reads: readonly Promise<T>[]): Promise<T[] | null> {
  const results = await Promise.allSettled(reads);
  return results.every((result) => result.status === 'fulfilled') ? results.map(({ value }) => value) : null;
}

/** Guest images whose build never ended; whole ones are small, and an install may want any of them. */
export async function unfinishedGuestImages(cacheDirectory: string): Promise<Leftover[]> {
  const folder = guestImagesFolder(cacheDirectory);
  const names = await namesIn(folder);
  const built = await Promise.all(names.map((name) => builtGuestImage(join(folder, name))));
  return names
    .filter((_, index) => built[index] === null)
    .map((name) => {
      const path = join(folder, name);
      return { path, why: `guest image ${name} was never finished`, lock: `${path}.lock` };
    });
}

/** Vendors' images that no recorded spec names. */
export async function unnamedImageFiles(stateDirectory: string, cacheDirectory: string): Promise<Leftover[]> {
  const boxes = await namesIn(join(stateDirectory, 'boxes'));
  const specs = await allOrNone(boxes.map((box) => recordedSpec(stateDirectory, box)));
  // What a spec that cannot be read names is not known: all of it stays.
  if (specs === null) return [];
  const named = new Set(
    specs
      .flatMap((spec) => spec?.seeds.images ?? [])
      .map(({ digest }) => imageFileDirectory(cacheDirectory, digest)),
  );
  const folder = imageFilesFolder(cacheDirectory);
  return (await namesIn(folder))
    .map((name) => join(folder, name))
    .filter((path) => !named.has(path))
    .map((path) => ({ path, why: `no box's spec names image file ${basename(path)}`, lock: `${path}.lock` }));
}

/** Temporal programs of another release than the one this program starts. */
export async function oldTools(cacheDirectory: string): Promise<Leftover[]> {
  const folder = join(cacheDirectory, 'temporal');
  return (await namesIn(folder))
    .filter((version) => /^\d+\.\d+\.\d+$/.test(version) && version !== TEMPORAL_CLI_VERSION)
    .map((version) => ({
      path: join(folder, version),
      why: `Temporal ${version}; this release runs ${TEMPORAL_CLI_VERSION}`,
    }));
}
