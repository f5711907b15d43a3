// SPDX-License-Identifier: Apache-2.0
// The activities of bundles, each of which hands over to the file that has its effect.
import type { BundlePort } from '../../../workflows/ports/mirror/bundle.ts';
import type { Clients } from '../../clients/index.ts';
import { applying, observing } from '../../step-scope.ts';
import { siteOf, type Site } from '../site.ts';
import { bundleKeyDifferences, ensureBundleKey } from './key.ts';
import { bundlePlanDifferences, planBundle } from './plan.ts';
import { receiptDifferences, writeReceipt } from './receipt.ts';
import { admit, admittedDifferences, segmentDifferences, takeSegments } from './take.ts';
import {
  bundledRevisionDifferences,
  completeDifferences,
  composeBundledRevision,
  layPypi,
  pypiLaidDifferences,
  unpack,
  unpackedDifferences,
} from './unpack.ts';
import {
  damagedDifferences,
  rewriteDamaged,
  signatureDifferences,
  signBundle,
  writeBundle,
  writtenDifferences,
} from './write.ts';

export function bundleActivities(clients: Clients): BundlePort {
  const { stateDirectory, secrets } = clients;
  const site = ({ box }: { readonly box: string }): Site => siteOf(clients, box);
  return {
    observeBundleKey: observing((args) => bundleKeyDifferences(site(args), args, secrets)),
    ensureBundleKey: applying((args) => ensureBundleKey(site(args), args, secrets)),
    observeBundlePlan: observing((args, scope) => bundlePlanDifferences(site(args), scope)),
    planBundle: applying((args, scope) => planBundle(site(args), args, scope)),
    observeBundleWritten: observing((args, scope) => writtenDifferences(site(args), args, scope)),
    writeBundle: applying((args, scope) => writeBundle(site(args), args, scope)),
    observeBundleSound: observing((args, scope) => damagedDifferences(site(args), args, scope)),
    rewriteSegments: applying((args, scope) => rewriteDamaged(site(args), args, scope)),
    observeBundleSigned: observing((args, scope) => signatureDifferences(site(args), args, scope, secrets)),
    signBundle: applying((args, scope) => signBundle(site(args), args, scope, secrets)),
    observeAdmitted: observing((args, scope) => admittedDifferences(site(args), scope)),
    admitBundle: applying((args, scope) => admit(site(args), args, scope)),
    observeSegments: observing((args, scope) => segmentDifferences(site(args), args, scope)),
    takeSegments: applying((args, scope) => takeSegments(site(args), args, scope)),
    observeComplete: observing((args, scope) => completeDifferences(site(args), scope)),
    observeUnpacked: observing((args, scope) => unpackedDifferences(site(args), scope)),
    unpackBundle: applying((args, scope) => unpack(site(args), scope)),
    observePypiLaid: observing((args, scope) => pypiLaidDifferences(site(args), scope)),
    layPypi: applying((args, scope) => layPypi(site(args), scope)),
    observeBundledRevision: observing((args, scope) => bundledRevisionDifferences(site(args), scope)),
    composeBundledRevision: applying((args, scope) => composeBundledRevision(site(args), scope)),
    observeReceipt: observing((args, scope) => receiptDifferences(site(args), stateDirectory, scope)),
    writeReceipt: applying((args, scope) => writeReceipt(site(args), stateDirectory, args, scope, secrets)),
  };
}
