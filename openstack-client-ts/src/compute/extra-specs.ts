// SPDX-License-Identifier: Apache-2.0
// The extra specs of flavors: free words for the scheduler and the hypervisor.
// Nova may check the names it knows; what they mean is not known here.

import type { Call } from '../call.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { segment } from '../http/http.ts';
import { deleteIdempotently, enveloped } from '../resource.ts';

/** The calls for the extra specs of a flavor, each by the flavor's id. */
export interface ExtraSpecs {
  get(flavorId: string, options?: ComputeOptions): Promise<Record<string, string>>;
  /** Adds or replaces those named, leaves the others, and returns the ones that were sent. */
  set(
    flavorId: string,
    specs: Readonly<Record<string, string>>,
    options?: ComputeOptions,
  ): Promise<Record<string, string>>;
  /** Idempotent: one that is gone already counts as removed. */
  unset(flavorId: string, name: string, options?: ComputeOptions): Promise<void>;
}

const schema = enveloped('extra_specs', z.record(z.string(), z.string()));

/** Binds extra specs to calls. */
export function createExtraSpecs(call: Call): ExtraSpecs {
  const pathOf = (flavorId: string): string => `/flavors/${segment(flavorId)}/os-extra_specs`;
  return {
    get: async (flavorId, options) => call({ ...options, method: 'GET', path: pathOf(flavorId), schema }),
    set: async (flavorId, specs, options) => {
      const body = { extra_specs: specs };
      return call({ ...options, method: 'POST', path: pathOf(flavorId), body, schema });
    },
    unset: async (flavorId, name, options) =>
      deleteIdempotently(call, `${pathOf(flavorId)}/${segment(name)}`, options),
  };
}
