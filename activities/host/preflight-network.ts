// SPDX-License-Identifier: Apache-2.0
// Whether the box's network is free on this machine. `have` is the cause, `want` the fix. Only reads.
import { overlaps, parseAddress, parseCidr, type Cidr } from '../../workflows/contracts/box/cidr.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { PreflightArgs } from '../../workflows/ports/host.ts';
import { foreignRoutes } from '../hosts/foreign-routes.ts';
import { claimConflicts, ownAddress } from '../hosts/claims.ts';
import { thisMachine } from '../hosts/transport.ts';

/** Another interface with our address or in our range, a namespace or a link with our name that is not ours. */
export async function networkFindings(args: PreflightArgs, namespace: string): Promise<Difference[]> {
  const { management, link, externalNetwork } = args;
  const { address, gateway } = management;
  const findings = await claimFindings(args);
  findings.push(...(await rangeFindings(management.cidr, link, 'networks.management.cidr')));
  if (externalNetwork)
    findings.push(
      ...(await rangeFindings(externalNetwork.cidr, externalNetwork.link, 'networks.public.cidr')),
    );
  const strangers = await thisMachine.run(['ip', '-n', namespace, '-j', 'addr', 'show', 'dev', 'host0']);
  if (
    strangers.exitCode === 0 &&
    !strangers.stdout.includes(`"local":"${address}"`) &&
    strangers.stdout.includes('"local"')
  ) {
    findings.push({
      what: `network namespace ${namespace} has another address`,
      have: 'not the spec’s',
      want: `${address} behind ${gateway}: holdfast box destroy ${args.box} first`,
    });
  }
  return findings;
}

/** What another box of this machine has claimed, whether it is on or not. */
async function claimFindings({
  box,
  management,
  externalNetwork,
  access = {},
}: PreflightArgs): Promise<Difference[]> {
  const networks = {
    'networks.management.cidr': management.cidr,
    ...(externalNetwork !== undefined && { 'networks.public.cidr': externalNetwork.cidr }),
  };
  const claim = { box, networks, address: ownAddress(access.address, management.address) };
  const conflicts = await claimConflicts(claim);
  return conflicts.map(({ what, key, box: other }) => ({
    what: `${what} is claimed`,
    have: `by box ${other}`,
    want: `choose another ${key}, or: holdfast box destroy ${other}`,
  }));
}

/** Who else has the range, beside the link of ours; `key` of the spec is where another is chosen. */
async function rangeFindings(cidr: string, link: string, key: string): Promise<Difference[]> {
  const findings: Difference[] = [];
  const wanted = parseCidr(cidr);
  // Links that are down count too: they may come up.
  const shown = await thisMachine.run(['ip', '-j', '-4', 'addr', 'show']).catch(() => null);
  // Without `ip` there is nothing to see; that it is missing is a finding of its own.
  if (shown === null) return findings;
  const want = `choose another ${key}`;
  for (const { ifname, addr_info } of JSON.parse(shown.stdout) as ShownLink[]) {
    if (ifname === link) continue;
    for (const { local, prefixlen } of addr_info ?? []) {
      const other = networkOf(local, prefixlen);
      if (wanted === null || !overlaps(wanted, other)) continue;
      const have = `${ifname ?? 'a link'} has ${local}/${prefixlen}`;
      findings.push({ what: `network ${cidr} is in use`, have, want });
    }
  }
  if (findings.length > 0) return findings;
  for (const { dst, via, table } of await foreignRoutes(cidr, link)) {
    const where = table === 'main' ? '' : ` (table ${table})`;
    findings.push({
      what: `network ${cidr} is routed elsewhere`,
      have: `${dst} by ${via}${where}`,
      want: `${want}, or remove the route: ip route del ${dst} table ${table}`,
    });
  }
  return findings;
}

interface ShownLink {
  readonly ifname?: string;
  readonly addr_info?: readonly { readonly local: string; readonly prefixlen: number }[];
}

function networkOf(address: string, prefix: number): Cidr {
  const size = 2 ** (32 - prefix);
  const value = parseAddress(address) ?? 0;
  const first = value - (value % size);
  return { first, last: first + size - 1, prefix };
}
