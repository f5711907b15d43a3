// SPDX-License-Identifier: Apache-2.0
// Volumes of servers: Nova joins and parts them. It answers before it is done: wait for the volume's status.

import type { Call } from '../call.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { segment } from '../http/http.ts';
import { deleteIdempotently, enveloped } from '../resource.ts';

/** The calls for the volumes of servers. */
export interface VolumeAttachments {
  /** The device as the hypervisor calls it, when it says so; throws `conflict` when the volume is in use. */
  attachVolume(serverId: string, volumeId: string, options?: ComputeOptions): Promise<string | undefined>;
  /** Ids of the volumes that Nova has for the server; one that goes stays here for a while after Cinder calls it free. */
  attachedVolumes(serverId: string, options?: ComputeOptions): Promise<string[]>;
  /** Idempotent. */
  detachVolume(serverId: string, volumeId: string, options?: ComputeOptions): Promise<void>;
}

const schema = enveloped('volumeAttachment', z.object({ device: z.string().nullish() }));
const listSchema = enveloped('volumeAttachments', z.array(z.object({ volumeId: z.string() })));

/** Binds attachments to calls. */
export function createVolumeAttachments(call: Call): VolumeAttachments {
  const pathOf = (serverId: string): string => `/servers/${segment(serverId)}/os-volume_attachments`;
  return {
    attachVolume: async (serverId, volumeId, options) => {
      const body = { volumeAttachment: { volumeId } };
      const request = { method: 'POST', path: pathOf(serverId), body, schema } as const;
      return (await call({ ...options, ...request })).device ?? undefined;
    },
    attachedVolumes: async (serverId, options) => {
      const request = { method: 'GET', path: pathOf(serverId), schema: listSchema } as const;
      return (await call({ ...options, ...request })).map(({ volumeId }) => volumeId);
    },
    detachVolume: (serverId, volumeId, options) =>
      deleteIdempotently(call, `${pathOf(serverId)}/${segment(volumeId)}`, options),
  };
}
