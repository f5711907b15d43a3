// SPDX-License-Identifier: Apache-2.0
// ExportBundle as a table: choose the contents, write them, read them again, sign last. Pure.
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { ExportArgs } from '../../ports/mirror/bundle.ts';
import { call } from '../../ports/index.ts';

export function exportBundleSteps(args: ExportArgs): CompiledStep[] {
  const { box } = args;
  return table({
    site: { title: 'Mirror is on and serves', settleSeconds: 60, observe: call('observeSite', { box }) },
    planned: {
      title: 'Contents of the bundle chosen',
      profile: 'command',
      tries: 1,
      observe: call('observeBundlePlan', args),
      apply: call('planBundle', args),
    },
    written: {
      title: 'Segments written',
      profile: 'build',
      cancel: 'batch',
      observe: call('observeBundleWritten', args),
      apply: call('writeBundle', args),
    },
    verified: {
      title: 'Segments read again',
      profile: 'build',
      observe: call('observeBundleSound', args),
      apply: call('rewriteSegments', args),
    },
    signed: {
      title: 'Bundle signed',
      observe: call('observeBundleSigned', args),
      apply: call('signBundle', args),
    },
  });
}
