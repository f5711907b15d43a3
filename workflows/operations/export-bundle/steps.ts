// SPDX-License-Identifier: Apache-2.0
// ExportBundle as a table: choose the contents, write them, read them again, sign last. Pure.
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { ExportArgs } from '../../ports/mirror/bundle.ts';
import { call, effect } from '../../ports/index.ts';

export function exportBundleSteps(args: ExportArgs): CompiledStep[] {
  const { box } = args;
  return table({
    site: { title: 'Mirror is on and serves', settleSeconds: 60, observe: call('observeSite', { box }) },
    planned: {
      title: 'Contents of the bundle chosen',
      profile: 'command',
      tries: 1,
      ...effect('observeBundlePlan', 'planBundle', args),
    },
    written: {
      title: 'Segments written',
      profile: 'build',
      cancel: 'batch',
      ...effect('observeBundleWritten', 'writeBundle', args),
    },
    verified: {
      title: 'Segments read again',
      profile: 'build',
      ...effect('observeBundleSound', 'rewriteSegments', args),
    },
    signed: {
      title: 'Bundle signed',
      ...effect('observeBundleSigned', 'signBundle', args),
    },
  });
}
