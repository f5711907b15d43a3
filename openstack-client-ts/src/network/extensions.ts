// SPDX-License-Identifier: Apache-2.0
// The extensions of the API that this Neutron has loaded: how a caller learns what it can ask for.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';

import { z } from 'zod';
import { listAll } from '../paging.ts';

/** An extension, which its alias names for good. */
export interface Extension {
  alias: string;
  name: string;
  description: string;
}

/** The calls for extensions. */
export interface Extensions {
  list(options?: CallOptions): Promise<Extension[]>;
}

const schema: z.ZodType<Extension> = z.object({
  alias: z.string(),
  name: z.string(),
  description: z.string(),
});

/** Binds extensions to calls. */
export function createExtensions(call: Call): Extensions {
  return {
    list: async (options) =>
      listAll({
        ...options,
        call,
        path: '/extensions',
        query: {},
        envelope: 'extensions',
        schema,
        idOf: ({ alias }) => alias,
      }),
  };
}
