// SPDX-License-Identifier: Apache-2.0
// How much of Cinder a project may use; -1 stands for no limit. Limits by volume type, of backups and of groups are left out.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';

import { z } from 'zod';
import { entryOf } from '../entry.ts';
import { segment } from '../http/http.ts';
import { snakeCased } from '../key.ts';
import { enveloped } from '../resource.ts';

const fields = entryOf({
  volumes: z.number(),
  snapshots: z.number(),
  /** Of all volumes and snapshots together. */
  gigabytes: z.number(),
  perVolumeGigabytes: z.number(),
});

/** The limits of a project. */
export interface VolumeQuotaSet extends z.output<typeof fields> {}

const schema = enveloped('quota_set', fields);

/** The calls for quotas, each by the project's id. */
export interface VolumeQuotaSets {
  get(projectId: string, options?: CallOptions): Promise<VolumeQuotaSet>;
  /** Changes the given limits only. */
  update(projectId: string, limits: Partial<VolumeQuotaSet>, options?: CallOptions): Promise<VolumeQuotaSet>;
}

/** Binds quotas to calls. */
export function createVolumeQuotaSets(call: Call): VolumeQuotaSets {
  const pathOf = (projectId: string): string => `/os-quota-sets/${segment(projectId)}`;
  return {
    get: async (projectId, options) => call({ ...options, method: 'GET', path: pathOf(projectId), schema }),
    update: async (projectId, limits, options) => {
      const body = { quota_set: snakeCased(limits) };
      return call({ ...options, method: 'PUT', path: pathOf(projectId), body, schema });
    },
  };
}
