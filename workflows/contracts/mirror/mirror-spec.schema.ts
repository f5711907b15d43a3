// SPDX-License-Identifier: Apache-2.0
// The schemas of a mirror's spec and of the inputs that name one. Parsed at the edges, never inside a workflow.
import { z } from 'zod';
import { boxName, debianMirrors, debianPackage, every, managementNetwork } from '../box/box-spec.schema.ts';
import { notifyWays } from '../run/notice.schema.ts';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import {
  refreshEveryDefault,
  type InstallMirrorInput,
  type MirrorSpec,
  type RollbackMirrorInput,
} from './mirror-spec.ts';
import { pypiIndex } from './pypi-index.schema.ts';
import { named, sourceName, sourceUrl, unique } from './source.schema.ts';

/** Parts of a path below `dists`, none of which leads upwards. */
const suite = z
  .string()
  .regex(/^[a-z0-9][a-z0-9+.-]*(\/[a-z0-9][a-z0-9+.-]*)*$/, 'Not a suite such as trixie or trixie-updates');
const component = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'Not a component such as main');
const architecture = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'Not an architecture such as amd64');

const signedBy = z
  .string()
  .refine(
    (text) => /^\/[A-Za-z0-9+._/-]+\.(gpg|asc|pgp)$/.test(text) || isArmoured(text),
    'Not the path of a keyring (.gpg, .asc or .pgp) in the mirror, and not an armoured public key',
  );

/** A private key has no business here. */
const isArmoured = (text: string): boolean =>
  /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n[\s\S]*\n-----END PGP PUBLIC KEY BLOCK-----\s*$/.test(text.trim());

const debSource = z.strictObject({
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

const limit = z.strictObject({
  host: z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/, 'Not a host name in small letters'),
  requests: z.int().min(1),
  seconds: z.int().min(1).max(86_400),
});

const mirrorSpec = z
  .strictObject({
    apiVersion: z.literal('holdfast/v1'),
    kind: z.literal('Mirror'),
    name: boxName,
    network: managementNetwork,
    debian: debianMirrors.optional(),
    // 397: 13 months, as for a box.
    certificates: z
      .strictObject({ lifetimeDays: z.int().min(2).max(3650).default(397) })
      .default({ lifetimeDays: 397 }),
    deb: named(debSource, 'source').default([]),
    pypi: named(pypiIndex, 'index').default([]),
    limits: z.array(limit).default([]),
    refreshEvery: every.default(refreshEveryDefault),
    keep: z.int().min(1).max(100).default(5),
    notify: notifyWays.optional(),
  })
  .refine(({ deb, pypi }) => deb.length + pypi.length > 0, {
    path: ['deb'],
    message: 'Name at least one source: under deb or pypi',
  });

export const parseMirrorSpec = (raw: unknown): Parsed<MirrorSpec> =>
  parseWith(mirrorSpec, raw) as Parsed<MirrorSpec>;

const installMirror = z.strictObject({
  name: boxName,
  specDigest: z.string().regex(/^[0-9a-f]{64}$/, 'Not a digest: 64 digits 0-9 and a-f'),
  takeOver: z.boolean().default(false),
});

export const parseInstallMirror = (raw: unknown): Parsed<InstallMirrorInput> =>
  parseWith(installMirror, raw) as Parsed<InstallMirrorInput>;

const rollbackMirror = z.strictObject({
  name: boxName,
  revision: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'Not a revision: 64 digits 0-9 and a-f')
    .nullable()
    .default(null),
  takeOver: z.boolean().default(false),
});

export const parseRollbackMirror = (raw: unknown): Parsed<RollbackMirrorInput> =>
  parseWith(rollbackMirror, raw) as Parsed<RollbackMirrorInput>;
