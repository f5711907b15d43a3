// SPDX-License-Identifier: Apache-2.0
// ImportBundle as a table: admit, take segment by segment, then build, try and publish as a refresh does; acknowledge last. Pure.
import { importedKindSteps, type KindArgs } from '../../box/mirror/kind-steps.ts';
import { joined, publicationSteps, statusStep } from '../../box/mirror/publication-steps.ts';
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { AdmitArgs, ReceiptArgs } from '../../ports/mirror/bundle.ts';
import { call, effect } from '../../ports/index.ts';

export interface ImportPlan extends AdmitArgs, ReceiptArgs, KindArgs {
  /** How many revisions stay at least. */
  readonly keep: number;
}

export function importBundleSteps(plan: ImportPlan): CompiledStep[] {
  const { box, folder, bundle, receives, key, keep } = plan;
  const args = { box, folder, bundle, receives };
  const kinds = importedKindSteps(plan);
  return table({
    site: { title: 'Mirror is on and serves', settleSeconds: 60, observe: call('observeSite', { box }) },
    admitted: {
      title: 'Bundle admitted',
      profile: 'command',
      tries: 1,
      ...effect('observeAdmitted', 'admitBundle', args),
    },
    segments: {
      title: 'Segments taken',
      profile: 'build',
      cancel: 'batch',
      tries: 1,
      ...effect('observeSegments', 'takeSegments', { box, folder }),
    },
    complete: {
      title: 'Every file of the revision is here and sound',
      profile: 'build',
      observe: call('observeComplete', { box }),
    },
    unpacked: {
      title: 'Manifests of the revision noted',
      ...effect('observeUnpacked', 'unpackBundle', { box }),
    },
    ...joined(kinds.map(({ before }) => before)),
    revision: {
      title: 'Revision of the site recorded',
      after: kinds.map(({ built }) => built),
      ...effect('observeBundledRevision', 'composeBundledRevision', { box }),
    },
    ...publicationSteps({ box, keep }, kinds, 'park'),
    receipt: {
      title: 'Receipt written',
      ...effect('observeReceipt', 'writeReceipt', { box, key }),
    },
    status: statusStep(box, 'park'),
  });
}
