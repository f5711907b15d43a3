// SPDX-License-Identifier: Apache-2.0
// Tunnels by which clients reach a box from elsewhere.
import { z } from 'zod';
import { isHostAddress, parseAddress, parseCidr } from '../cidr.ts';
import { parseWith, type Parsed } from '../../run/parse.schema.ts';
import {
  wireguardCidrDefault,
  wireguardPortDefault,
  wireguardServerAddress,
  type WireguardServer,
} from '../wireguard.ts';
import { address, addressBounds, cidr, cidrBounds, hostName } from './values.schema.ts';

// 32 bytes; the last group has 2 bits to spare, which are zero.
const publicKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'Not a public key of WireGuard: 32 bytes in base64');

const client = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, 'A client has 1 to 32 characters a-z, 0-9 and -')
    .meta({
      description: 'What people call the machine.',
      bounds: '1 to 32 characters `a-z`, `0-9` and `-`',
    }),
  publicKey: publicKey.meta({
    description: 'Its public key; the private one stays with the client.',
    bounds: '32 bytes in base64, as `wg pubkey` prints them',
  }),
  address: address.meta({
    description: 'Its address in the tunnel.',
    bounds: `${addressBounds} in \`access.wireguard.cidr\`, behind the first, of no other client`,
  }),
});

export const wireguard = z
  .strictObject({
    address: address.meta({
      description: 'Address of this machine at which clients reach the box.',
      bounds: `${addressBounds} of this machine`,
    }),
    endpoint: hostName.optional().meta({
      description: 'DNS name that clients dial. It has to lead to `access.wireguard.address`.',
      bounds: 'a DNS name in lower case',
      absent: '`access.wireguard.address`',
    }),
    port: z.int().min(1024).max(65_535).default(wireguardPortDefault).meta({
      description: 'UDP port, which no other box of this machine has at that address.',
    }),
    cidr: cidr.default(wireguardCidrDefault).meta({
      description: 'Network of the tunnels. The box has its first address.',
      bounds: `${cidrBounds}, apart from the networks of the box`,
    }),
    clients: z.array(client).default([]).meta({
      description: '`holdfast box add-client` adds one to the recorded spec and writes its configuration.',
    }),
    lastAddress: address.optional().meta({
      description:
        'The highest address that a client ever had, as `holdfast box remove-client` notes it: none up to it is given again.',
      bounds: addressBounds,
      absent: 'the highest of `access.wireguard.clients`',
    }),
  })
  .superRefine(({ cidr: range, clients }, context) => {
    const parsed = parseCidr(range);
    if (parsed === null) return;
    const issue = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (parsed.prefix > 30) issue(['cidr'], 'Too small for a client: 30 at the most');
    for (const [index, { address: text }] of clients.entries()) {
      const value = parseAddress(text);
      if (value === null) continue;
      if (!isHostAddress(parsed, value) || text === wireguardServerAddress({ cidr: range }))
        issue(['clients', index, 'address'], `${text} is no address of a client in ${range}`);
    }
    for (const key of ['name', 'publicKey', 'address'] as const)
      for (const [index, each] of clients.entries()) {
        const first = clients.findIndex((other) => other[key] === each[key]);
        if (first < index)
          issue(
            ['clients', index, key],
            `Client ${clients[first]?.name} has the same: two machines would cut each other off`,
          );
      }
  });

export const wireguardExample = {
  address: '192.168.1.20',
  clients: [
    { name: 'laptop', publicKey: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=', address: '10.79.1.2' },
  ],
};

export const wireguardDescription =
  'Tunnels by which clients elsewhere reach the APIs and the floating IPs. A table of nftables forwards one UDP port to the box.';

const server = z.strictObject({
  publicKey,
  endpoint: z.union([address, hostName]),
  port: z.int().min(1024).max(65_535),
  networks: z.array(cidr).min(1),
});

/** What an install wrote for those who add a client. */
export const parseWireguardServer = (raw: unknown): Parsed<WireguardServer> =>
  parseWith<WireguardServer>(server, raw);
