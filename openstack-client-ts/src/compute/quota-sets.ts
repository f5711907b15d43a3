// SPDX-License-Identifier: Apache-2.0
// How much of Nova a project may use; -1 stands for no limit.
// Quotas of single users, classes and Keystone's unified limits are left to `client.request`.

import type { Call } from '../call.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { entryOf } from '../entry.ts';
import { segment } from '../http/http.ts';
import { snakeCased } from '../key.ts';
import { enveloped } from '../resource.ts';

const fields = entryOf({
  cores: z.number(),
  instances: z.number(),
  /** MiB. */
  ram: z.number(),
  keyPairs: z.number(),
  metadataItems: z.number(),
  serverGroups: z.number(),
  serverGroupMembers: z.number(),
});

/** The limits of a project. */
export interface QuotaSet extends z.output<typeof fields> {}

const schema = enveloped('quota_set', fields);

/** The calls for quotas, each by the project's id. */
export interface QuotaSets {
  get(projectId: string, options?: ComputeOptions): Promise<QuotaSet>;
  /** Changes the given limits only; throws `bad-request` for one below what is used already. */
  update(projectId: string, limits: Partial<QuotaSet>, options?: ComputeOptions): Promise<QuotaSet>;
}

/** Binds quotas to calls. */
export function createQuotaSets(call: Call): QuotaSets {
  const pathOf = (projectId: string): string => `/os-quota-sets/${segment(projectId)}`;
  return {
    get: async (projectId, options) => call({ ...options, method: 'GET', path: pathOf(projectId), schema }),
    update: async (projectId, limits, options) => {
      const body = { quota_set: snakeCased(limits) };
      return call({ ...options, method: 'PUT', path: pathOf(projectId), body, schema });
    },
  };
}
