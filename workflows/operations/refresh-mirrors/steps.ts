// SPDX-License-Identifier: Apache-2.0
// RefreshMirrors as a table: pin, plan, fetch, verify, build, stage, try, publish. As many steps for one file as for a million. Pure.
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { call } from '../../ports/index.ts';
import type { DebArgs } from '../../ports/mirror.ts';

/** A scheduled run ends when a step fails, so that the next one begins; an asked one waits for a person. */
export function refreshMirrorsSteps(deb: DebArgs, scheduled: boolean): CompiledStep[] {
  const onFailure = scheduled ? 'fail' : 'park';
  const aptly = { profile: 'command', exclusive: ['aptly'], onFailure } as const;
  return table({
    site: {
      title: 'Mirror is on and serves',
      settleSeconds: 60,
      onFailure,
      observe: call('observeSite', { box: deb.box }),
    },
    'deb.pinned': {
      title: 'Indexes of Debian archives pinned',
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
      ...aptly,
      observe: call('observeDebBuilt', deb),
      apply: call('buildDeb', deb),
    },
    revision: {
      title: 'Revision of the site recorded',
      onFailure,
      observe: call('observeRevision', deb),
      apply: call('composeRevision', deb),
    },
    staged: {
      title: 'Revision staged',
      ...aptly,
      observe: call('observeStaged', deb),
      apply: call('stageRevision', deb),
    },
    'smoke.deb': {
      title: 'Revision taken by a real apt',
      profile: 'command',
      cancel: 'kill',
      tries: 2,
      onFailure,
      observe: call('observeSmoke', deb),
      apply: call('runSmoke', deb),
    },
    published: {
      title: 'Revision published',
      ...aptly,
      exclusive: ['aptly', 'publish'],
      observe: call('observeRevisionPublished', deb),
      apply: call('publishRevision', deb),
    },
    status: {
      title: 'Status of the mirror written',
      onFailure,
      observe: call('observeMirrorStatus', deb),
      apply: call('writeMirrorStatus', deb),
    },
  });
}

/** What a refresh would fetch, seen before anything is. */
export function planRefreshSteps(deb: DebArgs): CompiledStep[] {
  return table({
    site: { title: 'Mirror is on and serves', observe: call('observeSite', { box: deb.box }) },
    'deb.plan': {
      title: 'Packages of Debian archives',
      observe: call('observeRefreshPlan', deb),
      // What a refresh does about it; a plan itself fetches no package.
      apply: call('fetchPlan', deb),
    },
  });
}
