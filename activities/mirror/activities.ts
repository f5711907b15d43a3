// SPDX-License-Identifier: Apache-2.0
// The activities of mirrors, each of which hands over to the file that has its effect.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { MirrorPort, ObserveSiteArgs } from '../../workflows/ports/mirror/mirror.ts';
import type { Clients } from '../clients/index.ts';
import { applying, observing } from '../step-scope.ts';
import {
  fetchAnsible,
  missingArtifactDifferences,
  repairAnsible,
  unsoundArtifactDifferences,
} from './ansible/fetch.ts';
import { ansiblePinDifferences, ansibleRefreshDifferences, pinAnsible } from './ansible/pins.ts';
import { ansibleSmokeDifferences, runAnsibleTrial } from './ansible/smoke.ts';
import { ansibleBuiltDifferences, buildAnsible } from './ansible/tree.ts';
import { aptlyOf, type AptlySite } from './deb/aptly.ts';
import { builtDifferences, buildSnapshots } from './deb/build.ts';
import { fetchPlanned, missingDifferences, repair, unsoundDifferences } from './deb/fetch.ts';
import { pinAll, pinDifferences } from './deb/pins.ts';
import { planDifferences, refreshDifferences, writePlanOf } from './deb/plan.ts';
import { collect, surplusDifferences } from './collect.ts';
import { fetchGit, missingPackDifferences, repairGit, unsoundPackDifferences } from './git/fetch.ts';
import { gitPinDifferences, gitRefreshDifferences, pinGit } from './git/pins.ts';
import { gitSmokeDifferences, runGitTrial } from './git/smoke.ts';
import { buildGit, gitBuiltDifferences } from './git/tree.ts';
import { keepKinds, keptDifferences } from './kept.ts';
import { readPublished } from './pointer.ts';
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
import { fetchOci, missingBlobDifferences, repairOci, unsoundBlobDifferences } from './oci/fetch.ts';
import { ociPinDifferences, ociRefreshDifferences, pinOci } from './oci/pins.ts';
import { ociSmokeDifferences, runOciTrial } from './oci/smoke.ts';
import { buildOci, ociBuiltDifferences } from './oci/tree.ts';
import { fetchPypi, missingFileDifferences, repairPypi, unsoundFileDifferences } from './pypi/fetch.ts';
import { pinPypi, pypiPinDifferences } from './pypi/pins.ts';
import { pypiPlanDifferences, pypiRefreshDifferences, writePypiPlan } from './pypi/plan.ts';
import { pypiSmokeDifferences, runPypiTrial } from './pypi/smoke.ts';
import { buildPypi, pypiBuiltDifferences } from './pypi/tree.ts';
import { chooseRevision, chosenDifferences, servedDifferences } from './rollback.ts';
import { ensureKey, keyDifferences } from './signing-key.ts';
import { billDifferences, writeBills } from './bills/bills.ts';
import { siteOf, type Site } from './site.ts';
import { requireServedSuites, userDifferences } from './users.ts';
import { runTrial, smokeDifferences } from './deb/smoke.ts';

export function mirrorActivities(clients: Clients): MirrorPort {
  const { stateDirectory, secrets } = clients;
  const site = ({ box }: { readonly box: string }): AptlySite => aptlyOf(siteOf(clients, box));
  return {
    observeMirrorSpec: observing((args) => specDifferences(stateDirectory, args)),
    recordMirrorSpec: applying((args) => recordSpec(stateDirectory, args)),
    observeSiteUnused: observing(({ box }) => userDifferences(stateDirectory, box)),
    observeNoMirrorRecord: observing(({ box }) => recordLeft(stateDirectory, box)),
    removeMirrorRecord: applying(({ box }) => removeRecord(stateDirectory, box)),
    observeSigningKey: observing((args) => keyDifferences(site(args), args, secrets)),
    ensureSigningKey: applying((args) => ensureKey(site(args), args, secrets)),
    observeSite: observing((args) => siteDifferences(site(args), args)),
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
    observePypiRefreshPlan: observing((args, scope) => pypiRefreshDifferences(site(args), args, scope)),
    observePypiPins: observing((args, scope) => pypiPinDifferences(site(args), scope)),
    pinPypi: applying((args, scope) => pinPypi(site(args), args, scope)),
    observePypiPlan: observing((args, scope) => pypiPlanDifferences(site(args), scope)),
    writePypiPlan: applying((args, scope) => writePypiPlan(site(args), args, scope)),
    observePypiFetched: observing((args, scope) => missingFileDifferences(site(args), scope)),
    fetchPypi: applying((args, scope) => fetchPypi(site(args), args, scope)),
    observePypiVerified: observing((args, scope) => unsoundFileDifferences(site(args), scope)),
    repairPypi: applying((args, scope) => repairPypi(site(args), args, scope)),
    observePypiBuilt: observing((args, scope) => pypiBuiltDifferences(site(args), scope)),
    buildPypi: applying((args, scope) => buildPypi(site(args), scope)),
    observePypiSmoke: observing((args, scope) => pypiSmokeDifferences(site(args), scope)),
    runPypiSmoke: applying((args, scope) => runPypiTrial(site(args), args, scope)),
    observeOciRefreshPlan: observing((args, scope) => ociRefreshDifferences(site(args), args, scope)),
    observeOciPins: observing((args, scope) => ociPinDifferences(site(args), scope)),
    pinOci: applying((args, scope) => pinOci(site(args), args, scope)),
    observeOciFetched: observing((args, scope) => missingBlobDifferences(site(args), scope)),
    fetchOci: applying((args, scope) => fetchOci(site(args), args, scope)),
    observeOciVerified: observing((args, scope) => unsoundBlobDifferences(site(args), scope)),
    repairOci: applying((args, scope) => repairOci(site(args), args, scope)),
    observeOciBuilt: observing((args, scope) => ociBuiltDifferences(site(args), args, scope)),
    buildOci: applying((args, scope) => buildOci(site(args), args, scope)),
    observeOciSmoke: observing((args, scope) => ociSmokeDifferences(site(args), scope)),
    runOciSmoke: applying((args, scope) => runOciTrial(site(args), args, scope)),
    observeAnsibleRefreshPlan: observing((args, scope) => ansibleRefreshDifferences(site(args), args, scope)),
    observeAnsiblePins: observing((args, scope) => ansiblePinDifferences(site(args), scope)),
    pinAnsible: applying((args, scope) => pinAnsible(site(args), args, scope)),
    observeAnsibleFetched: observing((args, scope) => missingArtifactDifferences(site(args), scope)),
    fetchAnsible: applying((args, scope) => fetchAnsible(site(args), args, scope)),
    observeAnsibleVerified: observing((args, scope) => unsoundArtifactDifferences(site(args), scope)),
    repairAnsible: applying((args, scope) => repairAnsible(site(args), args, scope)),
    observeAnsibleBuilt: observing((args, scope) => ansibleBuiltDifferences(site(args), scope)),
    buildAnsible: applying((args, scope) => buildAnsible(site(args), scope)),
    observeAnsibleSmoke: observing((args, scope) => ansibleSmokeDifferences(site(args), scope)),
    runAnsibleSmoke: applying((args, scope) => runAnsibleTrial(site(args), args, scope)),
    observeGitRefreshPlan: observing((args, scope) => gitRefreshDifferences(site(args), args, scope)),
    observeGitPins: observing((args, scope) => gitPinDifferences(site(args), scope)),
    pinGit: applying((args, scope) => pinGit(site(args), args, scope)),
    observeGitFetched: observing((args, scope) => missingPackDifferences(site(args), scope)),
    fetchGit: applying((args, scope) => fetchGit(site(args), args, scope)),
    observeGitVerified: observing((args, scope) => unsoundPackDifferences(site(args), scope)),
    repairGit: applying((args, scope) => repairGit(site(args), args, scope)),
    observeGitBuilt: observing((args, scope) => gitBuiltDifferences(site(args), scope)),
    buildGit: applying((args, scope) => buildGit(site(args), scope)),
    observeGitSmoke: observing((args, scope) => gitSmokeDifferences(site(args), scope)),
    runGitSmoke: applying((args, scope) => runGitTrial(site(args), scope)),
    observeKeptKinds: observing((args, scope) => keptDifferences(site(args), args, scope)),
    keepKinds: applying((args, scope) => keepKinds(site(args), args, scope)),
    observeRevision: observing((args, scope) => revisionDifferences(site(args), scope)),
    composeRevision: applying((args, scope) => composeRevisionOf(site(args), scope)),
    observeBills: observing((args, scope) => billDifferences(site(args), scope)),
    writeBills: applying((args, scope) => writeBills(site(args), scope)),
    observeStaged: observing((args, scope) => stagedDifferences(site(args), scope)),
    stageRevision: applying((args, scope) => stage(site(args), scope)),
    observeSmoke: observing((args, scope) => smokeDifferences(site(args), scope)),
    runSmoke: applying((args, scope) => runTrial(site(args), args, scope)),
    observeRevisionPublished: observing((args, scope) => publishedDifferences(site(args), scope, args)),
    publishRevision: applying(async (args, scope) => {
      await requireServedSuites(stateDirectory, site(args), scope);
      return publishLive(site(args), scope, { ...args, now: new Date() });
    }),
    observeRetained: observing((args, scope) => surplusDifferences(site(args), args, scope)),
    collectContents: applying((args, scope) => collect(site(args), args, scope)),
    observeRollbackChosen: observing((args, scope) => chosenDifferences(site(args), scope)),
    chooseRollback: applying((args, scope) => chooseRevision(site(args), args, scope)),
    observeServed: observing((args, scope) => servedDifferences(site(args), scope)),
    observeMirrorStatus: observing((args, scope) => statusDifferences(stateDirectory, site(args), scope)),
    writeMirrorStatus: applying((args, scope) => writeStatus(stateDirectory, site(args), scope, new Date())),
  };
}

async function siteDifferences(site: Site, { scheduled }: ObserveSiteArgs): Promise<Difference[]> {
  const published = scheduled === true ? await readPublished(site) : null;
  const held =
    published?.isHeld === true
      ? [
          {
            what: `revision ${published.revision.slice(0, 16)}`,
            have: 'held by a rollback',
            want: `free: holdfast mirrors refresh ${site.box}`,
          },
        ]
      : [];
  return [...held, ...(await serverDifferences(site))];
}

async function serverDifferences({ host }: Site): Promise<Difference[]> {
  const { stdout } = await host.run(['systemctl', 'is-active', 'nginx.service']);
  const have = stdout.trim();
  return have === 'active'
    ? []
    : [{ what: 'web server of the mirror', have: have || 'unknown', want: 'active' }];
}
