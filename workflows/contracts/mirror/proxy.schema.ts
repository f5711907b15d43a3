// SPDX-License-Identifier: Apache-2.0
// The schema of the proxy in a mirror's spec, and of one host that it lets through.
import { z } from 'zod';
import { isAllowedBy } from './proxy/access-log.ts';

/** Small letters, since squid compares so; with a dot before it: and all names below it. */
const allowedHost = z
  .string()
  .max(253)
  .regex(
    /^\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
    'Not a host such as pypi.org, or .debian.org for all names below it',
  );

export const proxy = z.strictObject({
  port: z.int().min(1024).max(65_535).default(3128),
  allow: z
    .array(allowedHost)
    .max(1000, 'At most 1000 hosts')
    .superRefine((list, context) => {
      list.forEach((host, index) => {
        // squid ends at a name that another one covers.
        const others = list.filter((_, other) => other !== index);
        if (isAllowedBy(others)(host.replace(/^\./, '')))
          context.addIssue({ code: 'custom', path: [index], message: `Another line covers ${host}` });
      });
    })
    .default([]),
});
