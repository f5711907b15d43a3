// SPDX-License-Identifier: Apache-2.0
// The schemas of a mirror's spec and of the inputs that name one. Parsed at the edges, never inside a workflow.
import { z } from 'zod';
import { boxName, every } from '../box/spec/values.schema.ts';
import { debianMirrors } from '../box/spec/sources.schema.ts';
import { managementNetwork } from '../box/spec/networks.schema.ts';
import { notifyWays } from '../run/notice.schema.ts';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import {
  mirrorKinds,
  refreshEveryDefault,
  type ChangeMirrorInput,
  type ExportBundleInput,
  type ImportBundleInput,
  type InstallMirrorInput,
  type MirrorSpec,
  type PushImagesInput,
  type RollbackMirrorInput,
} from './mirror-spec.ts';
import { segmentBytesDefault, segmentBytesMin } from './bundle.ts';
import { ansibleServer } from './ansible-server.schema.ts';
import { gitRepository } from './git-repository.schema.ts';
import { ociRegistry } from './oci-registry.schema.ts';
import { pypiIndex } from './pypi-index.schema.ts';
import { proxy } from './proxy.schema.ts';
import { debSource } from './deb-source.schema.ts';
import { digest, ed25519Key, named, unique } from './source.schema.ts';

const limit = z.strictObject({
  host: z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/, 'Not a host name in small letters'),
  requests: z.int().min(1),
  seconds: z.int().min(1).max(86_400),
});

const receives = z
  .strictObject({
    site: boxName,
    signers: unique(ed25519Key, 'signer').max(32, 'At most 32 signers'),
    threshold: z.int().min(1).default(1),
  })
  .refine(({ signers, threshold }) => threshold <= signers.length, {
    path: ['threshold'],
    message: 'More than there are signers',
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
    oci: named(ociRegistry, 'registry').optional(),
    ansible: named(ansibleServer, 'server').optional(),
    // 100: their refs stand in the arguments of every step.
    git: named(gitRepository, 'repository').max(100, 'At most 100 repositories').optional(),
    proxy: proxy.optional(),
    receives: receives.optional(),
    receivers: z.array(ed25519Key).max(32, 'At most 32 receivers').optional(),
    limits: z.array(limit).default([]),
    refreshEvery: every.default(refreshEveryDefault),
    keep: z.int().min(1).max(100).default(5),
    notify: notifyWays.optional(),
  })
  .refine((spec) => spec.receives !== undefined || countOf(spec) > 0, {
    path: ['deb'],
    message:
      'Name at least one source: under deb, pypi, oci, ansible or git; or under receives the site whose bundles it takes',
  })
  .refine((spec) => spec.receives === undefined || countOf(spec) === 0, {
    path: ['receives'],
    message:
      'A site that takes bundles has no sources of its own: leave out deb, pypi, oci, ansible and git, or receives',
  });

interface Sources {
  readonly deb: readonly object[];
  readonly pypi: readonly object[];
  readonly oci?: readonly object[] | undefined;
  readonly ansible?: readonly object[] | undefined;
  readonly git?: readonly object[] | undefined;
}

const countOf = ({ deb, pypi, oci = [], ansible = [], git = [] }: Sources): number =>
  deb.length + pypi.length + oci.length + ansible.length + git.length;

export const parseMirrorSpec = (raw: unknown): Parsed<MirrorSpec> => parseWith<MirrorSpec>(mirrorSpec, raw);

const installMirror = z.strictObject({
  name: boxName,
  specDigest: digest,
  base: digest.optional(),
  takeOver: z.boolean().default(false),
});

export const parseInstallMirror = (raw: unknown): Parsed<InstallMirrorInput> =>
  parseWith<InstallMirrorInput>(installMirror, raw);

const changeMirror = installMirror.extend({ base: digest, kind: z.enum(mirrorKinds).nullable() });

export const parseChangeMirror = (raw: unknown): Parsed<ChangeMirrorInput> =>
  parseWith<ChangeMirrorInput>(changeMirror, raw);

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
  parseWith<RollbackMirrorInput>(rollbackMirror, raw);

const path = z.string().refine((text) => text.startsWith('/'), 'Not an absolute path');

const exportBundle = z.strictObject({
  name: boxName,
  folder: path,
  since: path.nullable().default(null),
  segmentBytes: z
    .int()
    .min(segmentBytesMin)
    .max(2 ** 32 - 1)
    .default(segmentBytesDefault),
  takeOver: z.boolean().default(false),
});

export const parseExportBundle = (raw: unknown): Parsed<ExportBundleInput> =>
  parseWith<ExportBundleInput>(exportBundle, raw);

const importBundle = z.strictObject({ name: boxName, folder: path, takeOver: z.boolean().default(false) });

export const parseImportBundle = (raw: unknown): Parsed<ImportBundleInput> =>
  parseWith<ImportBundleInput>(importBundle, raw);

const pushImages = z.strictObject({
  name: boxName,
  to: z
    .string()
    .regex(
      /^https?:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/,
      'Not the address of a registry such as https://registry.example.org or http://10.0.0.1:5000/mirrored',
    ),
  takeOver: z.boolean().default(false),
});

export const parsePushImages = (raw: unknown): Parsed<PushImagesInput> =>
  parseWith<PushImagesInput>(pushImages, raw);
