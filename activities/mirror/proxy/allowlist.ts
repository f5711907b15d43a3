// SPDX-License-Identifier: Apache-2.0
// The hosts that squid in the box of a mirror lets through. squid judges the list before it has its name, and a probe after that.
import { join } from 'node:path';
import {
  allowlistFile,
  proxyConfiguration,
  sitePaths,
} from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { ProxyArgs } from '../../../workflows/ports/mirror/proxy.ts';
import { Failure } from '../../clients/failure.ts';
import probeProxy from '../scripts/probe-proxy.sh';
import setAllowlistScript from '../scripts/set-allowlist.sh';
import type { Site } from '../site.ts';

/** Where squid of a site reads; elsewhere in tests. */
export interface ProxyPlaces {
  readonly configuration: string;
  readonly list: string;
}

const placesInside: ProxyPlaces = { configuration: proxyConfiguration, list: allowlistFile };

export async function allowlistDifferences(
  { host }: Site,
  { allow }: ProxyArgs,
  { list }: ProxyPlaces = placesInside,
): Promise<Difference[]> {
  const { exitCode, stdout } = await host.run(['cat', list]);
  const have = exitCode === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
  const [added, gone] = [
    allow.filter((each) => !have.includes(each)),
    have.filter((each) => !allow.includes(each)),
  ];
  return [
    ...added.map((each) => ({ what: `host ${each}`, have: 'refused', want: 'let through' })),
    ...gone.map((each) => ({ what: `host ${each}`, have: 'let through', want: 'refused' })),
  ];
}

/** @throws Failure Rejected when squid does not take the list, or does not do as it says: the former one is back then */
export async function setAllowlist(
  { host, inside }: Site,
  { allow, port, probe }: ProxyArgs,
  { configuration, list }: ProxyPlaces = placesInside,
): Promise<string> {
  const logs = join(inside, sitePaths.proxy);
  const words = ['bash', '-c', setAllowlistScript, 'holdfast-allowlist', configuration, list, logs];
  const argv = ['env', `HOLDFAST_PROBE=${probeProxy}`, ...words, String(port), probe, ...allow];
  const { exitCode, stderr } = await host.run(argv, { timeoutSeconds: 120 });
  if (exitCode === 0) return `${allow.length} hosts`;
  throw new Failure('Rejected', 'The proxy does not take the list of hosts', {
    on: host.name,
    cause: stderr.trim(),
    exitCode,
    hint: 'Correct allow under proxy in the file of the mirror, then holdfast mirrors install FILE',
  });
}

export async function proxyDifferences({ host }: Site, { port, probe }: ProxyArgs): Promise<Difference[]> {
  const { exitCode, stderr } = await host.run([
    'bash',
    '-c',
    probeProxy,
    'holdfast-probe',
    String(port),
    probe,
  ]);
  return exitCode === 0 ? [] : [{ what: 'proxy', have: stderr.trim(), want: 'as its list says' }];
}
