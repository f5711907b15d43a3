// SPDX-License-Identifier: Apache-2.0
// By step id: how to break the images of the guests' box, one of them a vendor's. Repairs nothing; the next install does.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { guestImagesFolder } from '../../../activities/clients/guest/guest-image.ts';
import { imageFilesFolder } from '../../../activities/clients/guest/image-file.ts';
import { imageSlug } from '../../../workflows/contracts/box/box-spec.ts';
import { asAdministrator, type Sabotage } from './sabotages.ts';

/** As a build leaves it that did not end. */
async function unfinish(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await rm(join(folder, entry.name, 'complete'), { force: true });
}

/** `cache` is the tests' own; `vendorImage` the name of one that the spec names. */
export const imageSabotages = (cache: string, vendorImage: string): Readonly<Record<string, Sabotage>> => ({
  'guest-image': { break: () => unfinish(guestImagesFolder(cache)) },
  [`image-file.${imageSlug(vendorImage)}`]: { break: () => unfinish(imageFilesFolder(cache)) },
  [`seeds.image.${imageSlug(vendorImage)}`]: {
    break: (target) =>
      asAdministrator(target, async ({ image }) => {
        const [found] = await image.images.list({ name: vendorImage });
        await image.images.delete(found?.id ?? '');
      }),
  },
});
