// SPDX-License-Identifier: Apache-2.0
// The trial of a staged revision by a real git. The trial itself is scripts/smoke-git.sh.
import { join } from 'node:path';
import type { GitManifest } from '../../../workflows/contracts/mirror/git/pins.ts';
import { sitePaths, smokeNetwork, viewPaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { runToSuccess } from '../../run-command.ts';
import type { StepScope } from '../../step-scope.ts';
import { inNamespace } from '../namespace.ts';
import smokeGit from '../scripts/smoke-git.sh';
import { readMarked, type ServedSite, type Site } from '../site.ts';
import { recordTrial, trialDifferences } from '../smoke-record.ts';

export async function gitSmokeDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  return trialDifferences(site, 'git', await gitVersion(site), scope);
}

export async function runGitTrial(site: ServedSite, scope: StepScope): Promise<string> {
  const { repositories } = await readMarked<GitManifest>(site, scope.context, 'git.manifest');
  const client = await gitVersion(site);
  const bytesOf = ({ packs }: GitManifest['repositories'][number]): number =>
    packs.reduce((sum, { size }) => sum + size, 0);
  // An altered copy of the smallest is enough: it comes first.
  const smallestFirst = [...repositories].sort((one, other) => bytesOf(one) - bytesOf(other));
  const argv = [
    ...inNamespace,
    'sh',
    '-c',
    smokeGit,
    'holdfast-smoke',
    smokeNetwork.server,
    String(site.webPort),
    join(site.inside, sitePaths.git, viewPaths.staging),
    join(site.inside, sitePaths.twins),
    ...smallestFirst.map(({ repository, refs }) =>
      [repository, ...Object.entries(refs).map(([name, id]) => `${name}=${id}`)].join(' '),
    ),
  ];
  const { stdoutTail } = await runToSuccess(site.host, scope, { argv });
  await recordTrial(site, 'git', client, scope);
  const count = stdoutTail.trim().split('\n').at(-1) ?? '';
  return `${count} refs cloned by ${client}; an altered pack refused`;
}

async function gitVersion({ host }: Site): Promise<string> {
  const said = await host.output(['git', '--version']);
  const version = /^git version (\S+)/.exec(said)?.[1];
  return version === undefined ? 'git' : `git ${version}`;
}
