// SPDX-License-Identifier: Apache-2.0
// Whether the name and address under which others are to reach the box lead to this machine. Changes nothing.
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { PreflightArgs } from '../../workflows/ports/host.ts';
import { tableOf } from '../hosts/nftables.ts';
import { thisMachine } from '../hosts/transport.ts';

export async function accessFindings(args: PreflightArgs): Promise<Difference[]> {
  const { access = {}, management } = args;
  const { name, address, wireguard } = access;
  return [
    ...(address === undefined ? [] : await addressFindings('access.address', address)),
    ...(wireguard === undefined ? [] : await addressFindings('access.wireguard.address', wireguard.address)),
    ...(address === undefined ? [] : await listenerFindings(args, address)),
    ...(name === undefined ? [] : await nameFindings(name, address ?? management.address)),
  ];
}

/**
 * Programs that would lose their connections to the box, whose rules come before they do. Not once the rules are there: what
 * listens behind them came later.
 */
async function listenerFindings(
  { box, ports = [], management }: PreflightArgs,
  address: string,
): Promise<Difference[]> {
  if (address === management.address) return [];
  const rules = await thisMachine.run(['nft', 'list', 'table', 'ip', tableOf(box)]).catch(() => null);
  if (rules?.exitCode === 0 && rules.stdout.includes(`ip daddr ${address} `)) return [];
  const shown = await thisMachine.run(['ss', '-Hltnp']).catch(() => null);
  // That the programs of iproute2 are missing is a finding of its own.
  if (shown === null || shown.exitCode !== 0) return [];
  return shown.stdout.split('\n').flatMap((line) => {
    const [, , , local = '', , who = ''] = line.trim().split(/\s+/);
    const at = local.lastIndexOf(':');
    const port = Number(local.slice(at + 1));
    if (!ports.includes(port) || ![address, ...everywhere].includes(local.slice(0, at))) return [];
    const [, program = 'a program'] = /"([^"]+)"/.exec(who) ?? [];
    return [
      {
        what: `port ${port} of access.address ${address} is in use`,
        have: `${program} listens on ${local}`,
        want: 'end it or have it listen elsewhere, or choose another access.address',
      },
    ];
  });
}

/** As ss writes every address of a machine. */
const everywhere = ['0.0.0.0', '*', '[::]'];

/** `key` of the spec names it. */
async function addressFindings(key: string, address: string): Promise<Difference[]> {
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((each) => each.address));
  const { exitCode } = await thisMachine.run(['sh', '-c', 'command -v nft']);
  return [
    ...(own.includes(address)
      ? []
      : [
          {
            what: `${key} ${address} is not this machine's`,
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
