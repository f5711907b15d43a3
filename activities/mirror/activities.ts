// SPDX-License-Identifier: Apache-2.0
// The activities of mirrors, each of which hands over to the file that has its effect.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { MirrorPort } from '../../workflows/ports/mirror.ts';
import type { Clients } from '../clients/index.ts';
import { applying, observing } from '../step-scope.ts';
import { aptlyOf, type AptlySite } from './aptly.ts';
import { builtDifferences, buildSnapshots } from './build.ts';
import { fetchPlanned, missingDifferences, repair, unsoundDifferences } from './fetch.ts';
import { pinAll, pinDifferences } from './pins.ts';
import { planDifferences, refreshDifferences, writePlanOf } from './plan.ts';
import {
  composeRevisionOf,
  publishedDifferences,
  publishLive,
  revisionDifferences,
  stage,
  stagedDifferences,
} from './publish.ts';
import {
  recordLeft,
  recordSpec,
  removeRecord,
  specDifferences,
  statusDifferences,
  writeStatus,
} from './record.ts';
import { ensureKey, keyDifferences } from './signing-key.ts';
import { siteOf, type Site } from './site.ts';
import { runTrial, smokeDifferences } from './smoke.ts';

export function mirrorActivities(clients: Clients): MirrorPort {
  const { stateDirectory, secrets } = clients;
  const site = ({ box }: { readonly box: string }): AptlySite => aptlyOf(siteOf(clients, box));
  return {
    observeMirrorSpec: observing(({ spec }) => specDifferences(stateDirectory, spec)),
    recordMirrorSpec: applying(({ spec }) => recordSpec(stateDirectory, spec)),
    observeNoMirrorRecord: observing(({ box }) => recordLeft(stateDirectory, box)),
    removeMirrorRecord: applying(({ box }) => removeRecord(stateDirectory, box)),
    observeSigningKey: observing((args) => keyDifferences(site(args), args, secrets)),
    ensureSigningKey: applying((args) => ensureKey(site(args), args, secrets)),
    observeSite: observing((args) => siteDifferences(site(args))),
    observeRefreshPlan: observing((args, scope) => refreshDifferences(site(args), args, scope)),
    observePins: observing((args, scope) => pinDifferences(site(args), scope)),
    pinUpstream: applying((args, scope) => pinAll(site(args), args, scope)),
    observePlan: observing((args, scope) => planDifferences(site(args), scope)),
    writePlan: applying((args, scope) => writePlanOf(site(args), args, scope)),
    observeFetched: observing((args, scope) => missingDifferences(site(args), scope)),
    fetchPlan: applying((args, scope) => fetchPlanned(site(args), args, scope)),
    observeVerified: observing((args, scope) => unsoundDifferences(site(args), scope)),
    repairContents: applying((args, scope) => repair(site(args), args, scope)),
    observeDebBuilt: observing((args, scope) => builtDifferences(site(args), args, scope)),
    buildDeb: applying((args, scope) => buildSnapshots(site(args), args, scope)),
    observeRevision: observing((args, scope) => revisionDifferences(site(args), scope)),
    composeRevision: applying((args, scope) => composeRevisionOf(site(args), scope)),
    observeStaged: observing((args, scope) => stagedDifferences(site(args), scope)),
    stageRevision: applying((args, scope) => stage(site(args), scope)),
    observeSmoke: observing((args, scope) => smokeDifferences(site(args), scope)),
    runSmoke: applying((args, scope) => runTrial(site(args), args, scope)),
    observeRevisionPublished: observing((args, scope) => publishedDifferences(site(args), scope)),
    publishRevision: applying((args, scope) => publishLive(site(args), scope, new Date())),
    observeMirrorStatus: observing((args) => statusDifferences(stateDirectory, site(args))),
    writeMirrorStatus: applying((args) => writeStatus(stateDirectory, site(args))),
  };
}

async function siteDifferences({ host }: Site): Promise<Difference[]> {
  const { stdout } = await host.run(['systemctl', 'is-active', 'nginx.service']);
  const have = stdout.trim();
  return have === 'active'
    ? []
    : [{ what: 'web server of the mirror', have: have || 'unknown', want: 'active' }];
}
