// SPDX-License-Identifier: Apache-2.0
// PushImages as a table: blobs, then manifests, tags last, so that no tag leads to what is not there. Pure.
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { PushArgs } from '../../ports/mirror/push.ts';
import { effect } from '../../ports/index.ts';

export function pushImagesSteps(args: PushArgs): CompiledStep[] {
  return table({
    blobs: {
      title: 'Blobs pushed',
      profile: 'build',
      cancel: 'batch',
      ...effect('observeBlobsPushed', 'pushBlobs', args),
    },
    manifests: {
      title: 'Manifests pushed',
      profile: 'build',
      cancel: 'batch',
      ...effect('observeManifestsPushed', 'pushManifests', args),
    },
    tags: {
      title: 'Tags pushed',
      profile: 'build',
      cancel: 'batch',
      ...effect('observeTagsPushed', 'pushTags', args),
    },
  });
}
