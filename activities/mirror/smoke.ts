// SPDX-License-Identifier: Apache-2.0
// The trial of a staged revision by a real apt, and its record. The trial itself is scripts/smoke.sh.
import { join } from 'node:path';
import type { DebManifest } from '../../workflows/contracts/mirror/deb-pins.ts';
import { sitePaths, smokeNetwork, stagingPrefix } from '../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { DebArgs } from '../../workflows/ports/mirror.ts';
import { parseObject, readDerived } from '../clients/state/records.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';
import { runToSuccess } from '../run-command.ts';
import { settleLiveJobs, type StepScope } from '../step-scope.ts';
import type { AptlySite } from './aptly.ts';
import smoke from './scripts/smoke.sh';
import { readMark, readMarked, type Site } from './site.ts';

/** True once this very apt took this very revision. */
export async function smokeDifferences(site: AptlySite, scope: StepScope): Promise<Difference[]> {
  if (scope.context.epoch > 0) await settleLiveJobs(site.host, scope);
  const revision = await readMark(site, scope.context, 'revision');
  const apt = await aptVersion(site);
  const want = `${revision ?? ''} ${apt}`;
  const have = await readDerived(recordPath(site, revision ?? ''), parseRecord);
  if (have === want) return [];
  return [{ what: 'trial of the staged revision', have: have === null ? 'none' : 'another', want: apt }];
}

export async function runTrial(site: AptlySite, { sources }: DebArgs, scope: StepScope): Promise<string> {
  const revision = (await readMark(site, scope.context, 'revision')) ?? '';
  const { suites } = await readMarked<DebManifest>(site, scope.context, 'deb.manifest');
  const apt = await aptVersion(site);
  let count = 0;
  for (const { name, packages, architectures, dependencies } of sources) {
    const planned = suites.filter(({ source }) => source === name);
    for (const architecture of architectures) {
      scope.tell(`apt takes ${name} for ${architecture}`);
      const argv = [
        'sh',
        '-c',
        smoke,
        'holdfast-smoke',
        smokeNetwork.server,
        smokeNetwork.client,
        String(smokeNetwork.prefix),
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
  await writeFileAtomically(recordPath(site, revision), `${JSON.stringify({ revision, apt })}\n`, 0o644);
  return `${count} packages taken by ${apt}; a bad signature and altered packages refused`;
}

const recordPath = ({ data }: Site, revision: string): string =>
  join(data, sitePaths.revisions, `${revision}.smoke.json`);

async function aptVersion({ host }: Site): Promise<string> {
  const said = await host.output(['apt-get', '--version']);
  return /^(apt \S+)/.exec(said)?.[1] ?? 'apt';
}

function parseRecord(text: string): string {
  const { revision, apt } = parseObject(text);
  if (typeof revision === 'string' && typeof apt === 'string') return `${revision} ${apt}`;
  throw new Error('not a record of a trial');
}
