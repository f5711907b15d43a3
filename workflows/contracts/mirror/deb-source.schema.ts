// SPDX-License-Identifier: Apache-2.0
// The schema of a Debian source in a mirror's spec.
import { z } from 'zod';
import { defaultServices, hypervisorNames, releaseNames, serviceNames } from '../box/box-spec.ts';
import { debianPackage } from '../box/spec/values.schema.ts';
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

const packageNames = (most: number, message: string) =>
  z
    .array(debianPackage)
    .max(most, message)
    .refine((list) => new Set(list).size === list.length, 'A package stands here twice');

const mirroredBox = z.strictObject({
  release: z.enum(releaseNames).default('debian-13'),
  services: z
    .array(z.enum(serviceNames))
    .min(1)
    .default([...defaultServices]),
  hypervisor: z.enum(hypervisorNames).optional(),
  packages: packageNames(200, 'At most 200 packages a box').optional(),
});

const parts = z.strictObject({
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
  packages: packageNames(500, 'At most 500 packages a source: name a second source for more').default([]),
  boxes: z.array(mirroredBox).max(16).optional(),
  dependencies: z.enum(['closure', 'none']).default('closure'),
  checkValidUntil: z.boolean().default(true),
});

const hasSome = ({
  packages,
  boxes = [],
}: {
  packages: readonly string[];
  boxes?: readonly object[] | undefined;
}): boolean => packages.length + boxes.length > 0;
const lacksPackages = { path: ['packages'], message: 'Name at least one package, or a box under boxes' };

export const debSource = parts.refine(hasSome, lacksPackages);

/** As a far site is told of it: boxes are packages by then, and keys travel apart. */
export const carriedSource = parts
  .omit({ url: true, signedBy: true, boxes: true })
  .extend({ url: sourceUrl, keyring: digest })
  .refine(hasSome, lacksPackages);
