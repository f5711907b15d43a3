// SPDX-License-Identifier: Apache-2.0
// The trial of a staged revision by a real ansible-galaxy. The trial itself is scripts/smoke-galaxy.sh.
import { join } from 'node:path';
import type { AnsibleManifest, ServerPins } from '../../../workflows/contracts/mirror/ansible/pins.ts';
import type { AnsibleServer } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { galaxyTrial } from '../../../workflows/contracts/mirror/ansible/trials.ts';
import { sitePaths, smokeNetwork, viewPaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { AnsibleArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { runToSuccess } from '../../run-command.ts';
import type { StepScope } from '../../step-scope.ts';
import { inNamespace } from '../namespace.ts';
import smokeGalaxy from '../scripts/smoke-galaxy.sh';
import smokeRoles from '../scripts/smoke-roles.sh';
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
  let [collections, roles] = [0, 0];
  for (const server of args.servers) {
    const pins = servers.find((each) => each.server === server.name);
    if (pins === undefined) continue;
    scope.tell(`ansible-galaxy takes ${server.name}`);
    if (pins.collections.length > 0) collections += await takeCollections(site, server, pins, scope);
    if (pins.roles !== undefined) roles += await takeRoles(site, pins, scope);
  }
  await recordTrial(site, 'ansible', client, scope);
  const taken = [
    ...(collections > 0 ? [`${collections} collections taken by ${client}; an altered one refused`] : []),
    ...(roles > 0 ? [`${roles} roles taken by ${client}`] : []),
  ];
  return taken.join('; ');
}

async function takeCollections(
  site: ServedSite,
  server: AnsibleServer,
  pins: ServerPins,
  scope: StepScope,
): Promise<number> {
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
  return countOf(site, { ...scope, key: `${scope.key}.${server.name}` }, argv);
}

async function takeRoles(
  site: ServedSite,
  { server, roles = [] }: ServerPins,
  scope: StepScope,
): Promise<number> {
  const words = roles.flatMap(({ name, versions }) => versions.map(({ version }) => `${name},${version}`));
  const { webPort } = site;
  const { server: address } = smokeNetwork;
  const argv = [
    ...inNamespace,
    'sh',
    '-c',
    smokeRoles,
    'holdfast-smoke',
    address,
    String(webPort),
    server,
    ...words,
  ];
  return countOf(site, { ...scope, key: `${scope.key}.${server}.roles` }, argv);
}

/** The last line of what a trial prints. */
async function countOf({ host }: Site, scope: StepScope, argv: readonly string[]): Promise<number> {
  const { stdoutTail } = await runToSuccess(host, scope, { argv });
  return Number(stdoutTail.trim().split('\n').at(-1));
}

async function galaxyVersion({ host }: Site): Promise<string> {
  const said = await host.output(['ansible-galaxy', '--version']);
  const version = /^ansible-galaxy \[core (\S+)\]/.exec(said)?.[1];
  return version === undefined ? 'ansible-galaxy' : `ansible-galaxy ${version}`;
}
