// SPDX-License-Identifier: Apache-2.0
// RollbackMirror as a table: choose a kept revision, stage it, read it, publish it. Fetches nothing. Pure.
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { call, effect } from '../../ports/index.ts';
import type { RollbackArgs } from '../../ports/mirror/mirror.ts';

export function rollbackMirrorSteps(args: RollbackArgs): CompiledStep[] {
  const { box } = args;
  const aptly = { profile: 'command', exclusive: ['aptly'] } as const;
  const publication = { box, isHeld: true };
  return table({
    site: { title: 'Mirror is on and serves', settleSeconds: 60, observe: call('observeSite', { box }) },
    chosen: {
      title: 'Revision to go back to chosen',
      tries: 1,
      ...effect('observeRollbackChosen', 'chooseRollback', args),
    },
    staged: {
      title: 'Revision staged',
      ...aptly,
      ...effect('observeStaged', 'stageRevision', { box }),
    },
    verified: {
      title: 'Served files read again',
      profile: 'build',
      observe: call('observeServed', { box }),
    },
    published: {
      title: 'Revision published',
      ...aptly,
      exclusive: ['aptly', 'publish'],
      ...effect('observeRevisionPublished', 'publishRevision', publication),
    },
    status: {
      title: 'Status of the mirror written',
      ...effect('observeMirrorStatus', 'writeMirrorStatus', { box }),
    },
  });
}
