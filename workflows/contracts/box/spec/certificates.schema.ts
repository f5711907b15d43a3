// SPDX-License-Identifier: Apache-2.0
// Who certifies a box, and for how long.
import { z } from 'zod';
import { authorityName } from '../../authority/authority-spec.schema.ts';

export const certificates = z
  .strictObject({
    // 397: 13 months, so that a yearly look at the calendar is enough.
    lifetimeDays: z.int().min(2).max(3650).default(397).meta({
      description:
        'Days for which a certificate of the own authority of the box is valid. A scheduled run renews it after two thirds of that time.',
    }),
    // No default: a spec that names none stays as it was recorded.
    authority: authorityName.optional().meta({
      description:
        'Recorded authority that issues the certificate for `access.name`, by ACME. A scheduled run renews it after two thirds of its life and reloads HAProxy. Between the services, and by an address, the own authority of the box certifies.',
      bounds:
        'an authority of this state directory with a `server` and an active intermediate, whose profile permits `access.name`; `access.name` is required',
      absent: 'the own authority of the box',
    }),
  })
  .default({ lifetimeDays: 397 });
