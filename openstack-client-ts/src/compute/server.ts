// SPDX-License-Identifier: Apache-2.0
// What a server is, here and on Nova's wire. It makes no calls.
// The password Nova makes up for a new server is never read.

import { z } from 'zod';

/** Why a server is in the state ERROR. */
export interface ServerFault {
  code: number;
  message: string;
  /** What went wrong inside; Nova shows it to administrators only. */
  details: string | undefined;
  created: string;
}

/** One address of a server. */
export interface ServerAddress {
  networkName: string;
  address: string;
  version: 4 | 6;
  type: 'fixed' | 'floating';
  macAddress: string;
}

/** A server as Nova has it; what only administrators see is absent for others. */
export interface Server {
  id: string;
  name: string;
  /** Such as `BUILD`, `ACTIVE`, `SHUTOFF`, `ERROR`. */
  status: string;
  /** What Nova is doing to it now. */
  taskState: string | undefined;
  projectId: string;
  userId: string;
  /** Absent when it was made without an image. */
  imageId: string | undefined;
  /** The flavor as it was when the server was made. */
  flavor: { name: string; vcpus: number; ram: number; disk: number };
  addresses: ServerAddress[];
  keyName: string | undefined;
  metadata: Record<string, string>;
  availabilityZone: string | undefined;
  host: string | undefined;
  hypervisorHostname: string | undefined;
  createdAt: string;
  updatedAt: string;
  fault: ServerFault | undefined;
}

const text = z.string().nullish();

const address = z.object({
  addr: z.string(),
  version: z.union([z.literal(4), z.literal(6)]),
  'OS-EXT-IPS:type': z.enum(['fixed', 'floating']),
  'OS-EXT-IPS-MAC:mac_addr': z.string(),
});

const fault = z
  .object({ code: z.number(), message: z.string(), details: text, created: z.string() })
  .transform((wire): ServerFault => ({ ...wire, details: wire.details ?? undefined }));

const fields = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  tenant_id: z.string(),
  user_id: z.string(),
  image: z.union([z.object({ id: z.string() }), z.literal('')]).nullish(),
  flavor: z.object({ original_name: z.string(), vcpus: z.number(), ram: z.number(), disk: z.number() }),
  addresses: z.record(z.string(), z.array(address)),
  key_name: text,
  metadata: z.record(z.string(), z.string()),
  'OS-EXT-STS:task_state': text,
  'OS-EXT-AZ:availability_zone': text,
  'OS-EXT-SRV-ATTR:host': text,
  'OS-EXT-SRV-ATTR:hypervisor_hostname': text,
  created: z.string(),
  updated: z.string(),
  fault: fault.nullish(),
});

/** Parses a server. */
export const serverSchema = fields.transform((wire): Server => ({
  id: wire.id,
  name: wire.name,
  status: wire.status,
  taskState: wire['OS-EXT-STS:task_state'] ?? undefined,
  projectId: wire.tenant_id,
  userId: wire.user_id,
  imageId: wire.image ? wire.image.id : undefined,
  flavor: {
    name: wire.flavor.original_name,
    vcpus: wire.flavor.vcpus,
    ram: wire.flavor.ram,
    disk: wire.flavor.disk,
  },
  addresses: addressesOf(wire.addresses),
  keyName: wire.key_name ?? undefined,
  metadata: wire.metadata,
  // Nova writes an empty text while there is no host.
  availabilityZone: wire['OS-EXT-AZ:availability_zone'] || undefined,
  host: wire['OS-EXT-SRV-ATTR:host'] ?? undefined,
  hypervisorHostname: wire['OS-EXT-SRV-ATTR:hypervisor_hostname'] ?? undefined,
  createdAt: wire.created,
  updatedAt: wire.updated,
  fault: wire.fault ?? undefined,
}));

function addressesOf(wire: z.infer<typeof fields>['addresses']): ServerAddress[] {
  return Object.entries(wire).flatMap(([networkName, list]) =>
    list.map((each) => ({
      networkName,
      address: each.addr,
      version: each.version,
      type: each['OS-EXT-IPS:type'],
      macAddress: each['OS-EXT-IPS-MAC:mac_addr'],
    })),
  );
}
