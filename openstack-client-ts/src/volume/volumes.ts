// SPDX-License-Identifier: Apache-2.0
// Volumes. Cinder answers before it is done: wait for the status. Types, snapshots and backups are left to `client.request`.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { Resource } from '../resource.ts';
import type { PollOptions } from '../polling.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone } from '../entry.ts';
import { isOpenStackError, OpenStackError } from '../errors.ts';
import { createResource } from '../resource.ts';
import { poll } from '../polling.ts';

const attachment = entryOf({
  serverId: z.string(),
  /** As the hypervisor calls it; the guest may know it by another name. */
  device: orNone(z.string()),
});

/** What a volume is attached to. */
export interface VolumeAttachment extends z.output<typeof attachment> {}

const WIRE_NAMES = {
  sizeGigabytes: 'size',
} as const;

const schema = entryOf(
  {
    id: z.string(),
    name: orElse(z.string(), ''),
    /** Such as `creating`, `available`, `in-use`, `error`. */
    status: z.string(),
    sizeGigabytes: z.number(),
    description: orElse(z.string(), ''),
    volumeType: orNone(z.string()),
    createdAt: z.string(),
    attachments: orElse(z.array(attachment), []),
  },
  WIRE_NAMES,
);

/** A volume as Cinder has it. */
export interface Volume extends z.output<typeof schema> {}

/** What a volume is created from; empty, of the deployment's default type. */
export type NewVolume = Given<Volume, 'name' | 'sizeGigabytes', 'description' | 'volumeType'> & {
  availabilityZone?: string | undefined;
};

/** Names are not unique: several of them are a conflict when looked for. */
export type VolumeKey = Given<Volume, 'name'>;
/** What volumes can be listed by. */
export type VolumeFilter = Given<Volume, never, 'name' | 'status'>;
/** The calls for volumes. */
export type Volumes = Pick<
  Resource<Volume, NewVolume, VolumeKey, VolumeFilter>,
  'list' | 'get' | 'find' | 'create' | 'delete'
> & {
  /** The volume once it has the status; throws `timeout`, and `fault` when it ends in an error. */
  waitFor(id: string, status: string, options?: PollOptions): Promise<Volume>;
  /** Resolves once the volume is gone; throws `timeout`, and `fault` when it cannot be deleted. */
  waitUntilGone(id: string, options?: PollOptions): Promise<void>;
};

/** Binds volumes to calls. */
export function createVolumes(call: Call): Volumes {
  const volumes = createResource<Volume, NewVolume, VolumeKey, VolumeFilter>(call, {
    singular: 'volume',
    plural: 'volumes',
    listPath: '/volumes/detail',
    schema,
    filters: ['name'],
    keyOf: ({ name }) => ({ name }),
    wireNames: { sizeGigabytes: 'size' },
  });
  const { list, get, find, create } = volumes;
  return {
    list,
    get,
    find,
    create,
    delete: volumes.delete,
    waitFor: (id, status, options = {}) =>
      poll({ what: `the volume is ${status}`, url: `/volumes/${id}` }, options, async () => {
        const volume = await get(id, options);
        if (volume.status === status) return { value: volume, seen: status };
        refuseError(volume);
        return { seen: volume.status };
      }),
    waitUntilGone: (id, options = {}) =>
      poll({ what: 'the volume is gone', url: `/volumes/${id}` }, options, async () => {
        try {
          const volume = await get(id, options);
          refuseError(volume);
          return { seen: volume.status };
        } catch (error) {
          if (isOpenStackError(error, 'not-found')) return { value: undefined, seen: '' };
          throw error;
        }
      }),
  };
}

/** Cinder says no more to a plain user than that it failed: `error`, `error_deleting`, `error_attaching`. */
function refuseError({ id, status }: Volume): void {
  if (!status.startsWith('error')) return;
  const message = `the volume is in ${status}`;
  throw new OpenStackError({ code: 'fault', message, method: 'GET', url: `/volumes/${id}` });
}
