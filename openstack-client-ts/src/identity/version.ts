// SPDX-License-Identifier: Apache-2.0
// Keystone's own description of its API version: the first sign of life of a new deployment.

import { z } from 'zod';

/** The newest minor version Keystone speaks, e.g. id `v3.14`, and its status, e.g. `stable`. */
export interface IdentityVersion {
  id: string;
  status: string;
}

/** Parses Keystone's answer to GET /v3. */
export const versionSchema: z.ZodType<IdentityVersion> = z
  .object({ version: z.object({ id: z.string(), status: z.string() }) })
  .transform(({ version }) => version);
