// SPDX-License-Identifier: Apache-2.0
// RefreshMirrors as a table: of each kind pin, plan, fetch, verify, build; then stage, try, publish. As many steps for one file as for a million. Pure.
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

/** What one kind adds: its steps up to `built`, and those between `staged` and `published`. */
interface KindSteps {
  readonly built: string;
  readonly smoke: string;
  readonly before: Steps;
  readonly after: Steps;
}

const joined = (parts: readonly Steps[]): Steps =>
  Object.fromEntries(parts.flatMap(Object.entries<StepOptions>));

/** A scheduled run ends when a step fails, so that the next one begins; an asked one waits for a person. */
export function refreshMirrorsSteps(
  { box, keep, deb, pypi }: RefreshArgs,
  scheduled: boolean,
): CompiledStep[] {
  const onFailure = scheduled ? 'fail' : 'park';
  const aptly = { profile: 'command', exclusive: ['aptly'], onFailure } as const;
  const kinds: KindSteps[] = [];
  if (deb.sources.length > 0)
    kinds.push({
      built: 'deb.built',
      smoke: 'smoke.deb',
      before: debSteps(deb, onFailure),
      after: debSmoke(deb, onFailure),
    });
  if (pypi.indexes.length > 0)
    kinds.push({
      built: 'pypi.built',
      smoke: 'smoke.pypi',
      before: pypiSteps(pypi, onFailure),
      after: pypiSmoke(pypi, onFailure),
    });
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

type OnFailure = 'fail' | 'park';

const debSteps = (deb: DebArgs, onFailure: OnFailure): Steps => ({
  'deb.pinned': {
    title: 'Indexes of Debian archives pinned',
    after: ['site'],
    profile: 'command',
    onFailure,
    observe: call('observePins', deb),
    apply: call('pinUpstream', deb),
  },
  'deb.planned': {
    title: 'Packages to mirror planned',
    onFailure,
    observe: call('observePlan', deb),
    apply: call('writePlan', deb),
  },
  'deb.fetched': {
    title: 'Packages fetched',
    profile: 'build',
    cancel: 'batch',
    tries: 5,
    onFailure,
    observe: call('observeFetched', deb),
    apply: call('fetchPlan', deb),
  },
  'deb.verified': {
    title: 'Packages read again',
    profile: 'build',
    onFailure,
    observe: call('observeVerified', deb),
    apply: call('repairContents', deb),
  },
  'deb.built': {
    title: 'Archive built by aptly',
    profile: 'command',
    exclusive: ['aptly'],
    onFailure,
    observe: call('observeDebBuilt', deb),
    apply: call('buildDeb', deb),
  },
});

const debSmoke = (deb: DebArgs, onFailure: OnFailure): Steps => ({
  'smoke.deb': {
    title: 'Revision taken by a real apt',
    after: ['staged'],
    profile: 'command',
    cancel: 'kill',
    exclusive: ['smoke'],
    tries: 2,
    onFailure,
    observe: call('observeSmoke', deb),
    apply: call('runSmoke', deb),
  },
});

const pypiSteps = (pypi: PypiArgs, onFailure: OnFailure): Steps => ({
  'pypi.pinned': {
    title: 'Pages of Python indexes pinned',
    after: ['site'],
    profile: 'command',
    onFailure,
    observe: call('observePypiPins', pypi),
    apply: call('pinPypi', pypi),
  },
  'pypi.planned': {
    title: 'Python files to mirror planned',
    profile: 'command',
    onFailure,
    observe: call('observePypiPlan', pypi),
    apply: call('writePypiPlan', pypi),
  },
  'pypi.fetched': {
    title: 'Python files fetched',
    profile: 'build',
    cancel: 'batch',
    tries: 5,
    onFailure,
    observe: call('observePypiFetched', pypi),
    apply: call('fetchPypi', pypi),
  },
  'pypi.verified': {
    title: 'Python files read again',
    profile: 'build',
    onFailure,
    observe: call('observePypiVerified', pypi),
    apply: call('repairPypi', pypi),
  },
  'pypi.built': {
    title: 'Python indexes laid out',
    profile: 'command',
    onFailure,
    observe: call('observePypiBuilt', pypi),
    apply: call('buildPypi', pypi),
  },
});

const pypiSmoke = (pypi: PypiArgs, onFailure: OnFailure): Steps => ({
  'smoke.pypi': {
    title: 'Revision taken by a real pip',
    after: ['staged'],
    profile: 'command',
    cancel: 'kill',
    exclusive: ['smoke'],
    tries: 2,
    onFailure,
    observe: call('observePypiSmoke', pypi),
    apply: call('runPypiSmoke', pypi),
  },
});

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
