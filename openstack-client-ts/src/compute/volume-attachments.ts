// SPDX-License-Identifier: Apache-2.0
// Volumes of servers: Nova joins and parts them. It answers before it is done: wait for the volume's status.

import type { Call } from '../call.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { segment } from '../http.ts';
import { deleteIdempotently, enveloped } from '../resource.ts';

/** The calls for the volumes of servers. */
export interface VolumeAttachments {
  /** The device as the hypervisor calls it, when it says so; throws `conflict` when the volume is in use. */
  attachVolume(serverId: string, volumeId: string, options?: ComputeOptions): Promise<string | undefined>;
  /** Idempotent. */
  detachVolume(serverId: string, volumeId: string, options?: ComputeOptions): Promise<void>;
}

const schema = enveloped('volumeAttachment', z.object({ device: z.string().nullish() }));

/** Binds attachments to calls. */
export function createVolumeAttachments(call: Call): VolumeAttachments {
  const pathOf = (serverId: string): string => `/servers/${segment(serverId)}/os-volume_attachments`;
  return {
    attachVolume: async (serverId, volumeId, options) => {
      const body = { volumeAttachment: { volumeId } };
      const request = { method: 'POST', path: pathOf(serverId), body, schema } as const;
      return (await call({ ...options, ...request })).device ?? undefined;
    },
    detachVolume: (serverId, volumeId, options) =>
      deleteIdempotently(call, `${pathOf(serverId)}/${segment(volumeId)}`, options),
  };
}
