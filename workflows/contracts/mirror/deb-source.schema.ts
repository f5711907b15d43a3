// SPDX-License-Identifier: Apache-2.0
// The schema of a Debian source in a mirror's spec.
import { z } from 'zod';
import { debianPackage } from '../box/box-spec.schema.ts';
import { digest, sourceName, sourceUrl, unique } from './source.schema.ts';

/** Parts of a path below `dists`, none of which leads upwards. */
export const suite = z
  .string()
  .regex(/^[a-z0-9][a-z0-9+.-]*(\/[a-z0-9][a-z0-9+.-]*)*$/, 'Not a suite such as trixie or trixie-updates');
export const component = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'Not a component such as main');
export const architecture = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'Not an architecture such as amd64');

const signedBy = z
  .string()
  .refine(
    (text) => /^\/[A-Za-z0-9+._/-]+\.(gpg|asc|pgp)$/.test(text) || isArmoured(text),
    'Not the path of a keyring (.gpg, .asc or .pgp) in the mirror, and not an armoured public key',
  );

/** A private key has no business here. */
const isArmoured = (text: string): boolean =>
  /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n[\s\S]*\n-----END PGP PUBLIC KEY BLOCK-----\s*$/.test(text.trim());

export const debSource = z.strictObject({
  name: sourceName,
  url: sourceUrl.optional(),
  suites: unique(suite, 'suite'),
  // aptly publishes one component of a name; what is mirrored of several would be served as one.
  components: unique(component, 'component')
    .max(1, 'One component a source: name a second source for another')
    .default(['main']),
  architectures: unique(architecture, 'architecture').default(['amd64']),
  signedBy: signedBy.default('/usr/share/keyrings/debian-archive-keyring.gpg'),
  // 500: the names stand in the arguments of every step, and thus some forty times in a history.
  packages: unique(debianPackage, 'package').max(
    500,
    'At most 500 packages a source: name a second source for more',
  ),
  dependencies: z.enum(['closure', 'none']).default('closure'),
  checkValidUntil: z.boolean().default(true),
});

/** As a far site is told of it: keys travel apart. */
export const carriedSource = debSource
  .omit({ url: true, signedBy: true })
  .extend({ url: sourceUrl, keyring: digest });
