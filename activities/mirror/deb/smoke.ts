// SPDX-License-Identifier: Apache-2.0
// The trial of a staged revision by a real apt. The trial itself is scripts/smoke-apt.sh.
import { join } from 'node:path';
import type { DebManifest } from '../../../workflows/contracts/mirror/deb/pins.ts';
import { sitePaths, smokeNetwork, stagingPrefix } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { DebArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { runToSuccess } from '../../run-command.ts';
import type { StepScope } from '../../step-scope.ts';
import type { AptlySite } from './aptly.ts';
import { inNamespace } from '../namespace.ts';
import smokeApt from '../scripts/smoke-apt.sh';
import { readMarked, type Site } from '../site.ts';
import { recordTrial, trialDifferences } from '../smoke-record.ts';

export async function smokeDifferences(site: AptlySite, scope: StepScope): Promise<Difference[]> {
  return trialDifferences(site, 'deb', await aptVersion(site), scope);
}

export async function runTrial(site: AptlySite, { sources }: DebArgs, scope: StepScope): Promise<string> {
  const { suites } = await readMarked<DebManifest>(site, scope.context, 'deb.manifest');
  const apt = await aptVersion(site);
  let count = 0;
  for (const { name, packages, architectures, dependencies } of sources) {
    const planned = suites.filter(({ source }) => source === name);
    for (const architecture of architectures) {
      scope.tell(`apt takes ${name} for ${architecture}`);
      const argv = [
        ...inNamespace,
        'sh',
        '-c',
        smokeApt,
        'holdfast-smoke',
        smokeNetwork.server,
        String(site.webPort),
        join(site.inside, sitePaths.keys, 'archive-keyring.gpg'),
        join(site.inside, sitePaths.aptly, 'public', stagingPrefix(name)),
        join(site.inside, sitePaths.twins),
        name,
        planned.map(({ suite }) => suite).join(' '),
        architecture,
        dependencies,
        packages.join(' '),
      ];
      const key = `${scope.key}.${name}-${architecture}`;
      const { stdoutTail } = await runToSuccess(site.host, { ...scope, key }, { argv });
      count += Number(stdoutTail.trim().split('\n').at(-1));
    }
  }
  await recordTrial(site, 'deb', apt, scope);
  return `${count} packages taken by ${apt}; a bad signature and altered packages refused`;
}

async function aptVersion({ host }: Site): Promise<string> {
  const said = await host.output(['apt-get', '--version']);
  return /^(apt \S+)/.exec(said)?.[1] ?? 'apt';
}
