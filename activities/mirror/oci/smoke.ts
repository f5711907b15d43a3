// SPDX-License-Identifier: Apache-2.0
// The trial of a staged revision by a real skopeo. The trial itself is scripts/smoke-skopeo.sh.
import { join } from 'node:path';
import type { OciManifest } from '../../../workflows/contracts/mirror/oci/pins.ts';
import { imageTrials, imageTwin } from '../../../workflows/contracts/mirror/oci/trials.ts';
import { sitePaths, smokeNetwork, viewPaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { OciArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { runToSuccess } from '../../run-command.ts';
import type { StepScope } from '../../step-scope.ts';
import { inNamespace } from '../namespace.ts';
import smokeSkopeo from '../scripts/smoke-skopeo.sh';
import { readMarked, type ServedSite, type Site } from '../site.ts';
import { recordTrial, trialDifferences } from '../smoke-record.ts';

export async function ociSmokeDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  return trialDifferences(site, 'oci', await skopeoVersion(site), scope);
}

export async function runOciTrial(site: ServedSite, args: OciArgs, scope: StepScope): Promise<string> {
  const manifest = await readMarked<OciManifest>(site, scope.context, 'oci.manifest');
  const skopeo = await skopeoVersion(site);
  const trials = imageTrials(args.registries, manifest);
  const twin = imageTwin(trials, manifest);
  const argv = [
    ...inNamespace,
    'sh',
    '-c',
    smokeSkopeo,
    'holdfast-smoke',
    smokeNetwork.server,
    String(site.webPort),
    join(site.inside, sitePaths.oci, viewPaths.staging),
    join(site.inside, sitePaths.twins),
    twin.repository,
    twin.tag,
    twin.blob,
    // The image of the twin last: its platform is that of the twin.
    ...[...trials.filter((each) => each !== twin.trial), twin.trial].map(
      ({ repository, tag, digest, platform }) => `${repository} ${tag} ${digest} ${platform}`,
    ),
  ];
  const { stdoutTail } = await runToSuccess(site.host, scope, { argv });
  await recordTrial(site, 'oci', skopeo, scope);
  const count = stdoutTail.trim().split('\n').at(-1) ?? '';
  return `${count} images taken by ${skopeo}; an altered one refused`;
}

async function skopeoVersion({ host }: Site): Promise<string> {
  const said = await host.output(['skopeo', '--version']);
  return /^(skopeo) version (\S+)/.exec(said)?.slice(1, 3).join(' ') ?? 'skopeo';
}
