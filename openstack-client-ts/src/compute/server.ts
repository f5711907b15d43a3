// SPDX-License-Identifier: Apache-2.0
// What a server is, here and on Nova's wire. It makes no calls.
// The password Nova makes up for a new server is never read.

import { z } from 'zod';
import { entryOf, orNone, textOrNone } from '../entry.ts';

const fault = entryOf({
  code: z.number(),
  message: z.string(),
  /** What went wrong inside; Nova shows it to administrators only. */
  details: orNone(z.string()),
  created: z.string(),
});

/** Why a server is in the state ERROR. */
export interface ServerFault extends z.output<typeof fault> {}

const address = entryOf(
  {
    address: z.string(),
    version: z.union([z.literal(4), z.literal(6)]),
    type: z.enum(['fixed', 'floating']),
    macAddress: z.string(),
  },
  { address: 'addr', type: 'OS-EXT-IPS:type', macAddress: 'OS-EXT-IPS-MAC:mac_addr' },
);

/** One address of a server. */
export interface ServerAddress extends z.output<typeof address> {
  networkName: string;
}

/** By network, as Nova has them. */
const addresses = z
  .record(z.string(), z.array(address))
  .transform((wire) =>
    Object.entries(wire).flatMap(([networkName, list]) =>
      list.map((each): ServerAddress => ({ ...each, networkName })),
    ),
  );

const WIRE_NAMES = {
  taskState: 'OS-EXT-STS:task_state',
  projectId: 'tenant_id',
  imageId: 'image',
  availabilityZone: 'OS-EXT-AZ:availability_zone',
  host: 'OS-EXT-SRV-ATTR:host',
  hypervisorHostname: 'OS-EXT-SRV-ATTR:hypervisor_hostname',
  createdAt: 'created',
  updatedAt: 'updated',
};

/** Parses a server. */
export const serverSchema = entryOf(
  {
    id: z.string(),
    name: z.string(),
    /** Such as `BUILD`, `ACTIVE`, `SHUTOFF`, `ERROR`. */
    status: z.string(),
    /** What Nova is doing to it now. */
    taskState: orNone(z.string()),
    projectId: z.string(),
    userId: z.string(),
    /** Absent when it was made without an image, where Nova writes an empty text. */
    imageId: orNone(z.union([z.object({ id: z.string() }), z.literal('')])).transform((image) =>
      image ? image.id : undefined,
    ),
    /** The flavor as it was when the server was made. */
    flavor: entryOf(
      { name: z.string(), vcpus: z.number(), ram: z.number(), disk: z.number() },
      { name: 'original_name' },
    ),
    addresses,
    keyName: orNone(z.string()),
    metadata: z.record(z.string(), z.string()),
    /** Absent while there is no host. */
    availabilityZone: textOrNone(),
    host: orNone(z.string()),
    hypervisorHostname: orNone(z.string()),
    createdAt: z.string(),
    updatedAt: z.string(),
    fault: orNone(fault),
  },
  WIRE_NAMES,
);

/** A server as Nova has it; what only administrators see is absent for others. */
export interface Server extends z.output<typeof serverSchema> {}
