// SPDX-License-Identifier: Apache-2.0
// The activities of a push, each of which hands over to the file that has its effect.
import type { PushPort } from '../../../workflows/ports/mirror/push.ts';
import type { Clients } from '../../clients/index.ts';
import { applying, observing } from '../../step-scope.ts';
import { siteOf, type Site } from '../site.ts';
import {
  blobDifferences,
  manifestDifferences,
  pushBlobs,
  pushManifests,
  pushTags,
  tagDifferences,
} from './push.ts';

export function pushActivities(clients: Clients): PushPort {
  const site = ({ box }: { readonly box: string }): Site => siteOf(clients, box);
  return {
    observeBlobsPushed: observing((args, scope) => blobDifferences(site(args), args, scope)),
    pushBlobs: applying((args, scope) => pushBlobs(site(args), args, scope)),
    observeManifestsPushed: observing((args, scope) => manifestDifferences(site(args), args, scope)),
    pushManifests: applying((args, scope) => pushManifests(site(args), args, scope)),
    observeTagsPushed: observing((args, scope) => tagDifferences(site(args), args, scope)),
    pushTags: applying((args, scope) => pushTags(site(args), args, scope)),
  };
}
