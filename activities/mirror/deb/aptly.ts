// SPDX-License-Identifier: Apache-2.0
// aptly in the box of a mirror: what its snapshots hold, and what it publishes. Makes and changes nothing by itself.
import { join } from 'node:path';
import type { JobResult } from '../../hosts/durable-command.ts';
import {
  aptlyConfiguration,
  pinnedPort,
  sitePaths,
  webPort,
} from '../../../workflows/contracts/mirror/site-paths.ts';
import { Failure } from '../../clients/failure.ts';
import { runToSuccess } from '../../run-command.ts';
import { settleLiveJobs, type StepScope } from '../../step-scope.ts';
import type { ServedSite, Site } from '../site.ts';

/** Where a site's aptly is to be found as well; elsewhere in tests. */
export interface AptlySite extends ServedSite {
  readonly configuration: string;
}

export const aptlyOf = (site: Site): AptlySite => ({
  ...site,
  configuration: aptlyConfiguration,
  webPort,
  pinnedPort,
});

const gnupgOf = ({ inside }: Site): string => join(inside, sitePaths.gnupg);

/** Its database opens for one at a time: what an earlier try left is waited for. */
export async function settled(site: Site, scope: StepScope): Promise<void> {
  if (scope.context.epoch > 0) await settleLiveJobs(site.host, scope);
}

/** Runs one script as a durable command; several of a step are told apart by `part`. */
export function runScript(
  site: AptlySite,
  scope: StepScope,
  part: string,
  [script, ...args]: readonly [string, ...string[]],
): Promise<JobResult> {
  const argv = ['sh', '-c', script, 'holdfast-mirror', site.configuration, gnupgOf(site), ...args];
  return runToSuccess(site.host, { ...scope, key: `${scope.key}.${part}` }, { argv });
}

/** The packages of a snapshot as aptly names them, sorted; null when there is no such snapshot. @throws Failure Rejected */
export async function snapshotPackages(site: AptlySite, snapshot: string): Promise<string[] | null> {
  const argv = ['aptly', `-config=${site.configuration}`, 'snapshot', 'show', '-with-packages', snapshot];
  const { exitCode, stdout, stderr } = await site.host.run(argv, { timeoutSeconds: 120 });
  if (/^ERROR: .*snapshot with name .* not found/m.test(stderr)) return null;
  if (exitCode !== 0) throw refusal(site, 'snapshot show', stderr, exitCode);
  const [, list = ''] = stdout.split(/^Packages:\n/m);
  return list
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .sort();
}

/** Which snapshot is published as a suite of a prefix; null: none. @throws Failure Rejected */
export async function publishedSnapshot(
  site: AptlySite,
  suite: string,
  prefix: string,
): Promise<string | null> {
  const argv = ['aptly', `-config=${site.configuration}`, 'publish', 'show', suite, prefix];
  const { exitCode, stdout, stderr } = await site.host.run(argv, { timeoutSeconds: 120 });
  if (/^ERROR: .*not found/m.test(stderr)) return null;
  if (exitCode !== 0) throw refusal(site, 'publish show', stderr, exitCode);
  return /^ {2}main: (\S+) \[snapshot\]$/m.exec(stdout)?.[1] ?? null;
}

function refusal(site: Site, what: string, cause: string, exitCode: number): Failure {
  return new Failure('Rejected', `aptly ${what} failed`, {
    on: site.host.name,
    cause: cause.trim(),
    exitCode,
  });
}
