// SPDX-License-Identifier: Apache-2.0
// Whether the name and address under which others are to reach the box lead to this machine. Changes nothing.
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { PreflightArgs } from '../../workflows/ports/host.ts';
import { thisMachine } from '../hosts/transport.ts';

export async function accessFindings({ access = {}, management }: PreflightArgs): Promise<Difference[]> {
  const { name, address } = access;
  return [
    ...(address === undefined ? [] : await addressFindings(address)),
    ...(name === undefined ? [] : await nameFindings(name, address ?? management.address)),
  ];
}

async function addressFindings(address: string): Promise<Difference[]> {
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((each) => each.address));
  const { exitCode } = await thisMachine.run(['sh', '-c', 'command -v nft']);
  return [
    ...(own.includes(address)
      ? []
      : [
          {
            what: `access.address ${address} is not this machine's`,
            have: own.filter((each) => !each.includes(':')).join(' '),
            want: 'one of them, or add it to an interface',
          },
        ]),
    ...(exitCode === 0 ? [] : [{ what: 'no nft', have: 'not on PATH', want: 'apt-get install nftables' }]),
  ];
}

/** This machine proves the access files by the same name as everybody. */
async function nameFindings(name: string, address: string): Promise<Difference[]> {
  const found = await lookup(name, { family: 4 }).then(
    (answer) => answer.address,
    () => 'nothing',
  );
  if (found === address) return [];
  const want = `${address}: add it to the zone, or to /etc/hosts here and where it is used`;
  return [{ what: `access.name ${name} leads elsewhere`, have: found, want }];
}
