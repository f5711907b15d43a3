// SPDX-License-Identifier: Apache-2.0
// The networks of a box, and how other machines reach it.
import { z } from 'zod';
import { defaultNameservers } from '../box-spec.ts';
import { isHostAddress, overlaps, parseAddress, parseCidr } from '../cidr.ts';
import { address, addressBounds, cidr, cidrBounds, code, hostName } from './values.schema.ts';
import { wireguard, wireguardDescription } from './wireguard.schema.ts';

/** Between this machine and a box. */
export const managementNetwork = z
  .strictObject({
    cidr: cidr.meta({
      description: 'Network that the box shares with this machine and with nothing else.',
      bounds: `${cidrBounds}; no other link of this machine and no other box uses it`,
    }),
    address: address.meta({
      description: 'Address of the box. The APIs listen on it.',
      bounds: `${addressBounds} in \`networks.management.cidr\``,
    }),
    gateway: address.meta({
      description: 'Address of this machine on that network.',
      bounds: `another address in \`networks.management.cidr\``,
    }),
  })
  .superRefine((network, context) => {
    const range = parseCidr(network.cidr);
    if (range === null) return;
    for (const key of ['address', 'gateway'] as const) {
      const value = parseAddress(network[key]);
      if (value !== null && !isHostAddress(range, value)) {
        context.addIssue({
          code: 'custom',
          path: [key],
          message: `${network[key]} is no host address of ${network.cidr}`,
        });
      }
    }
    if (network.address === network.gateway) {
      context.addIssue({
        code: 'custom',
        path: ['gateway'],
        message: 'The box and this machine need different addresses',
      });
    }
  });

/** /29: the machine's address, a router's and some floating IPs. */
const externalNetwork = z.strictObject({
  cidr: cidr
    .refine((text) => (parseCidr(text)?.prefix ?? 0) <= 29, 'Too small for floating IPs: 29 at the most')
    .optional()
    .meta({
      description:
        'Range of floating IPs. OpenStack calls the network `public`. This machine has its first address, routes it, and translates what leaves it to an address of this machine.',
      bounds: `${cidrBounds}, a /29 or larger, apart from \`networks.management.cidr\``,
      absent:
        'with guests: as large as the management network, 128 away in the third number (`10.77.129.0/24` for `10.77.1.0/24`); without guests: no external network',
    }),
  nameservers: z
    .array(address)
    .max(3)
    .optional()
    .meta({
      description: 'DNS servers that guests ask, where their subnet names no others.',
      absent: code(defaultNameservers),
    }),
});

export const networks = z
  .strictObject({
    management: managementNetwork.meta({ description: 'The way from this machine to the box.' }),
    public: externalNetwork.optional().meta({
      description: 'External network of the cloud.',
      absent: 'the defaults of its keys, in a box with guests',
    }),
  })
  .superRefine((all, context) => {
    const one = parseCidr(all.management.cidr);
    const other = all.public?.cidr === undefined ? null : parseCidr(all.public.cidr);
    if (one !== null && other !== null && overlaps(one, other)) {
      context.addIssue({
        code: 'custom',
        path: ['public', 'cidr'],
        message: `Overlaps networks.management.cidr ${all.management.cidr}`,
      });
    }
  });

export const access = z
  .strictObject({
    name: hostName.optional().meta({
      description:
        'DNS name of the cloud. It has to lead to `access.address`, or to the address of the box. Catalog, certificate and access files use it.',
      bounds: 'a DNS name in lower case',
      absent: '`access.address`, else the address of the box',
    }),
    address: address.optional().meta({
      description:
        'Address of this machine under which other machines reach the APIs. A table of nftables forwards the ports of the APIs to the box.',
      bounds: `${addressBounds} of this machine, used by no other box`,
      absent: 'only this machine reaches the box',
    }),
    wireguard: wireguard.optional().meta({
      description: wireguardDescription,
      absent: 'no tunnel',
    }),
  })
  .default({});
