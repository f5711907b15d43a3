// SPDX-License-Identifier: Apache-2.0
// Vendors' images that a spec names: each fetched once by this machine, then offered to everybody in the cloud.
import { imageSlug } from '../../contracts/box/box-spec.ts';
import { effect } from '../../ports/index.ts';
import { keystoneAccess, type BoxPlan } from '../plan.ts';
import type { Steps } from '../calls.ts';

export function vendorImageSteps(plan: BoxPlan): Steps {
  const { box, spec } = plan;
  return Object.fromEntries(
    (spec.seeds.images ?? []).flatMap(({ url, digest, ...image }) => {
      const [slug, file] = [imageSlug(image.name), { box, url, digest }];
      const seed = { ...keystoneAccess(plan), ...image, fileDigest: digest };
      return [
        [
          `image-file.${slug}`,
          {
            title: `File of ${image.name} fetched`,
            after: ['spec'],
            profile: 'build',
            cancel: 'kill',
            ...effect('observeImageFile', 'fetchImageFile', file),
          },
        ],
        [
          `seeds.image.${slug}`,
          {
            title: `Image ${image.name}`,
            profile: 'build',
            settleSeconds: 10,
            after: ['glance.service', 'keystone.users', `image-file.${slug}`],
            ...effect('observeImageSeed', 'ensureImageSeed', seed),
          },
        ],
      ];
    }),
  ) as Steps;
}
