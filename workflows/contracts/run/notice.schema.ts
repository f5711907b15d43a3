// SPDX-License-Identifier: Apache-2.0
// The schema of the notification channels in a spec of any kind.
import { z } from 'zod';
import type { NotifyWays } from './notice.ts';
import { parseWith, type Parsed } from './parse.schema.ts';

/** Who is notified, and how. */
export const notifyWays = z
  .strictObject({
    command: z.array(z.string().min(1)).min(1).optional().meta({
      description:
        'Program with its arguments, run on this machine by the worker. The notice is JSON on its stdin. It has 10 s.',
      absent: 'none',
    }),
    webhook: z
      .url({ protocol: /^https?$/, error: 'Not an http or https URL' })
      .optional()
      .meta({
        description: 'URL that gets the notice as the body of a POST. It has 10 s to answer.',
        bounds: 'an http or https URL',
        absent: 'none',
      }),
  })
  .refine(
    ({ command, webhook }) => command !== undefined || webhook !== undefined,
    'Name a command, a webhook, or both',
  );

/** The key `notify` of a spec, which may be of another release in all its other keys. */
const toldBySpec = z.looseObject({ notify: notifyWays.optional() });

/** Of a recorded spec; undefined where it names no channel. */
export const parseNotifyWays = (spec: unknown): Parsed<{ readonly notify?: NotifyWays }> =>
  parseWith<{ readonly notify?: NotifyWays }>(toldBySpec, spec);
