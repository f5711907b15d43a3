// SPDX-License-Identifier: Apache-2.0
// RefreshMirrors as a table: of each kind pin, plan, fetch, verify, build; then stage, try, publish. As many steps for one file as for a million. Pure.
import { kindSteps } from '../../box/mirror/kind-steps.ts';
import { table, type StepOptions } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { call } from '../../ports/index.ts';
import type { DebArgs, PypiArgs } from '../../ports/mirror.ts';

export interface RefreshArgs {
  readonly box: string;
  /** How many revisions stay at least. */
  readonly keep: number;
  readonly deb: DebArgs;
  readonly pypi: PypiArgs;
}

type Steps = Readonly<Record<string, StepOptions>>;

const joined = (parts: readonly Steps[]): Steps =>
  Object.fromEntries(parts.flatMap(Object.entries<StepOptions>));

export function refreshMirrorsSteps(
  { box, keep, deb, pypi }: RefreshArgs,
  scheduled: boolean,
): CompiledStep[] {
  const onFailure = scheduled ? 'fail' : 'park';
  const aptly = { profile: 'command', exclusive: ['aptly'], onFailure } as const;
  const kinds = kindSteps(deb, pypi, onFailure);
  return table({
    site: {
      title: 'Mirror is on and serves',
      settleSeconds: 60,
      onFailure,
      observe: call('observeSite', { box, ...(scheduled && { scheduled }) }),
    },
    ...joined(kinds.map(({ before }) => before)),
    revision: {
      title: 'Revision of the site recorded',
      after: kinds.map(({ built }) => built),
      onFailure,
      observe: call('observeRevision', { box }),
      apply: call('composeRevision', { box }),
    },
    sbom: {
      title: 'Bill of materials written',
      onFailure,
      observe: call('observeBills', { box }),
      apply: call('writeBills', { box }),
    },
    staged: {
      title: 'Revision staged',
      ...aptly,
      after: ['revision'],
      observe: call('observeStaged', { box }),
      apply: call('stageRevision', { box }),
    },
    ...joined(kinds.map(({ after }) => after)),
    published: {
      title: 'Revision published',
      ...aptly,
      after: ['sbom', ...kinds.map(({ smoke }) => smoke)],
      exclusive: ['aptly', 'publish'],
      observe: call('observeRevisionPublished', { box, isHeld: false }),
      apply: call('publishRevision', { box, isHeld: false }),
    },
    retained: {
      title: 'Surplus revisions removed',
      ...aptly,
      observe: call('observeRetained', { box, keep }),
      apply: call('collectContents', { box, keep }),
    },
    status: {
      title: 'Status of the mirror written',
      onFailure,
      observe: call('observeMirrorStatus', { box }),
      apply: call('writeMirrorStatus', { box }),
    },
  });
}

/** What a refresh would fetch, seen before anything is. */
export function planRefreshSteps({ box, deb, pypi }: RefreshArgs): CompiledStep[] {
  const steps: Record<string, StepOptions> = {
    site: { title: 'Mirror is on and serves', observe: call('observeSite', { box }) },
  };
  // What a refresh does about it; a plan itself fetches no file.
  if (deb.sources.length > 0)
    steps['deb.plan'] = {
      title: 'Packages of Debian archives',
      after: ['site'],
      observe: call('observeRefreshPlan', deb),
      apply: call('fetchPlan', deb),
    };
  if (pypi.indexes.length > 0)
    steps['pypi.plan'] = {
      title: 'Files of Python indexes',
      after: ['site'],
      observe: call('observePypiRefreshPlan', pypi),
      apply: call('fetchPypi', pypi),
    };
  return table(steps);
}
