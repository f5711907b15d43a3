// SPDX-License-Identifier: Apache-2.0
// The trial of a staged revision by a real ansible-galaxy. The trial itself is scripts/smoke-galaxy.sh.
import { join } from 'node:path';
import type { AnsibleManifest } from '../../../workflows/contracts/mirror/ansible/pins.ts';
import { galaxyTrial } from '../../../workflows/contracts/mirror/ansible/trials.ts';
import { sitePaths, smokeNetwork, viewPaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { AnsibleArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { runToSuccess } from '../../run-command.ts';
import type { StepScope } from '../../step-scope.ts';
import { inNamespace } from '../namespace.ts';
import smokeGalaxy from '../scripts/smoke-galaxy.sh';
import { readMarked, type ServedSite, type Site } from '../site.ts';
import { recordTrial, trialDifferences } from '../smoke-record.ts';

export async function ansibleSmokeDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  return trialDifferences(site, 'ansible', await galaxyVersion(site), scope);
}

export async function runAnsibleTrial(
  site: ServedSite,
  args: AnsibleArgs,
  scope: StepScope,
): Promise<string> {
  const { servers } = await readMarked<AnsibleManifest>(site, scope.context, 'ansible.manifest');
  const client = await galaxyVersion(site);
  let count = 0;
  for (const server of args.servers) {
    const pins = servers.find((each) => each.server === server.name);
    if (pins === undefined) continue;
    scope.tell(`ansible-galaxy takes ${server.name}`);
    const { rounds, closure, twin } = galaxyTrial(server, pins);
    const argv = [
      ...inNamespace,
      'sh',
      '-c',
      smokeGalaxy,
      'holdfast-smoke',
      smokeNetwork.server,
      String(site.webPort),
      server.name,
      join(site.inside, sitePaths.ansible, viewPaths.staging, server.name),
      join(site.inside, sitePaths.ansible),
      join(site.inside, sitePaths.twins),
      twin.collection,
      twin.version,
      twin.artifact,
      closure.join(' '),
      ...rounds.map((round) => round.join(' ')),
    ];
    const key = `${scope.key}.${server.name}`;
    const { stdoutTail } = await runToSuccess(site.host, { ...scope, key }, { argv });
    count += Number(stdoutTail.trim().split('\n').at(-1));
  }
  await recordTrial(site, 'ansible', client, scope);
  return `${count} collections taken by ${client}; an altered one refused`;
}

async function galaxyVersion({ host }: Site): Promise<string> {
  const said = await host.output(['ansible-galaxy', '--version']);
  const version = /^ansible-galaxy \[core (\S+)\]/.exec(said)?.[1];
  return version === undefined ? 'ansible-galaxy' : `ansible-galaxy ${version}`;
}
