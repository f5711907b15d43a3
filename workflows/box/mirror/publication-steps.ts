// SPDX-License-Identifier: Apache-2.0
// From a recorded revision to what clients see: bill of materials, staging, trials, publication, removal of the surplus. Pure.
import type { StepOptions } from '../../contracts/run/build-table.ts';
import { effect } from '../../ports/index.ts';
import type { RetainArgs } from '../../ports/mirror/mirror.ts';
import type { KindSteps, OnFailure } from './kind.ts';

type Steps = Readonly<Record<string, StepOptions>>;

export const joined = (parts: readonly Steps[]): Steps =>
  Object.fromEntries(parts.flatMap(Object.entries<StepOptions>));

/** They follow the step `revision`. `between`: what is done between the trials and the publication, in that order. */
export function publicationSteps(
  { box, keep }: RetainArgs,
  kinds: readonly Pick<KindSteps, 'smoke' | 'after'>[],
  onFailure: OnFailure,
  between: Steps = {},
): Steps {
  const tried = ['sbom', ...(kinds.length === 0 ? ['staged'] : kinds.map(({ smoke }) => smoke))];
  const last = Object.keys(between).at(-1);
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
    ...Object.fromEntries(
      Object.entries(between).map(([id, step], index) => [
        id,
        index === 0 ? { ...step, after: tried } : step,
      ]),
    ),
    published: {
      title: 'Revision published',
      ...aptly,
      after: last === undefined ? tried : [last],
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
