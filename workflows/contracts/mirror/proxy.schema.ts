// SPDX-License-Identifier: Apache-2.0
// The schema of the proxy in a mirror's spec, and of one host that it lets through.
import { z } from 'zod';
import { every } from '../box/spec/values.schema.ts';
import { hostPattern, isAllowedBy } from './proxy/access-log.ts';

/** Small letters, since squid compares so; with a dot before it: and all names below it. */
const allowedHost = z
  .string()
  .max(253)
  .regex(
    /^\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
    'Not a host such as pypi.org, or .debian.org for all names below it',
  );

/** As the log of the proxy names it: also what no list can allow, such as the name of one machine. */
const refusedHost = z.string().regex(new RegExp(`^${hostPattern}$`), 'Not a host as a proxy writes it');

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
  // 5000: some 150 kB, which every run reads. A dot before a name refuses all below it.
  refuse: z.array(refusedHost).max(5000, 'At most 5000 hosts').optional(),
  audit: z.enum(['report', 'approve']).optional(),
  auditEvery: every.optional(),
});
