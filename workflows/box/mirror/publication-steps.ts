// SPDX-License-Identifier: Apache-2.0
// From a recorded revision to what clients see: bill of materials, staging, trials, publication, removal of the surplus. Pure.
import type { StepOptions } from '../../contracts/run/build-table.ts';
import { effect } from '../../ports/index.ts';
import type { RetainArgs } from '../../ports/mirror/mirror.ts';
import type { KindSteps, OnFailure } from './kind.ts';

type Steps = Readonly<Record<string, StepOptions>>;

export const joined = (parts: readonly Steps[]): Steps =>
  Object.fromEntries(parts.flatMap(Object.entries<StepOptions>));

/** They follow the step `revision`. `recording`: what is written down between the trials and the publication. */
export function publicationSteps(
  { box, keep }: RetainArgs,
  kinds: readonly Pick<KindSteps, 'smoke' | 'after'>[],
  onFailure: OnFailure,
  recording?: StepOptions,
): Steps {
  const tried = ['sbom', ...(kinds.length === 0 ? ['staged'] : kinds.map(({ smoke }) => smoke))];
  const aptly = { profile: 'command', exclusive: ['aptly'], onFailure } as const;
  return {
    sbom: {
      title: 'Bill of materials written',
      after: ['revision'],
      onFailure,
      ...effect('observeBills', 'writeBills', { box }),
    },
    staged: {
      title: 'Revision staged',
      ...aptly,
      after: ['revision'],
      ...effect('observeStaged', 'stageRevision', { box }),
    },
    ...joined(kinds.map(({ after }) => after)),
    ...(recording !== undefined && { recorded: { ...recording, after: tried } }),
    published: {
      title: 'Revision published',
      ...aptly,
      after: recording === undefined ? tried : ['recorded'],
      exclusive: ['aptly', 'publish'],
      ...effect('observeRevisionPublished', 'publishRevision', { box, isHeld: false }),
    },
    retained: {
      title: 'Surplus revisions removed',
      ...aptly,
      ...effect('observeRetained', 'collectContents', { box, keep }),
    },
  };
}

export const statusStep = (box: string, onFailure: OnFailure): StepOptions => ({
  title: 'Status of the mirror written',
  onFailure,
  ...effect('observeMirrorStatus', 'writeMirrorStatus', { box }),
});
