// SPDX-License-Identifier: Apache-2.0
// Where the packages of a box come from: mirrors, or a mirror site.
import { z } from 'zod';
import type { BoxSources } from '../box-spec.ts';
import { boxName, mirrorUrl } from './values.schema.ts';

/** Where the packages of a box come from. */
export const debianMirrors = z.strictObject({
  mirror: mirrorUrl.meta({
    description: 'Mirror of Debian. Packages of the box and of the guest image come from it.',
    bounds: 'a URL',
  }),
  securityMirror: mirrorUrl.optional().meta({
    description: 'Mirror of the security updates.',
    bounds: 'a URL',
    absent: 'no security updates',
  }),
});

/** As `debianMirrors`, or a site; never both. */
const eitherSources = z
  .strictObject({
    mirror: debianMirrors.shape.mirror.optional().meta({
      description: 'Mirror of Debian. Packages of the box and of the guest image come from it.',
      bounds: 'a URL',
      absent: 'the packages come from `site`',
    }),
    securityMirror: debianMirrors.shape.securityMirror,
    site: boxName.optional().meta({
      description:
        'Mirror site of the same state directory (`holdfast mirrors`). Packages come from there alone; what it lacks is named before anything is changed.',
      bounds: 'the name of a mirror',
      absent: 'the packages come from `mirror`',
    }),
    revision: z
      .string()
      .regex(/^[0-9a-f]{8,64}$/, 'Not the first digits of a revision: 8 to 64 digits 0-9 and a-f')
      .optional()
      .meta({
        description: 'First digits of the revision that the site must publish when packages are fetched.',
        bounds: '8 to 64 digits',
        absent: 'whichever it publishes',
      }),
  })
  .refine(({ mirror, site }) => (mirror === undefined) !== (site === undefined), {
    message: 'Name mirror or site, and one of them only',
  })
  .refine(({ site, securityMirror }) => site === undefined || securityMirror === undefined, {
    path: ['securityMirror'],
    message: 'A site serves its security updates itself',
  })
  .refine(({ site, revision }) => site !== undefined || revision === undefined, {
    path: ['revision'],
    message: 'Only a site has revisions',
  });

/** A check does not narrow a type: that there is exactly one of `mirror` and `site` is said here. */
export const boxSources = eitherSources as unknown as z.ZodType<BoxSources>;
