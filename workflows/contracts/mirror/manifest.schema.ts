// SPDX-License-Identifier: Apache-2.0
// The schemas of a revision and its manifests as they come in a bundle: what becomes a path, a query or an argument is plain.
import { z } from 'zod';
import { debianPackage } from '../box/spec/values.schema.ts';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import type { AnsibleManifest } from './ansible/pins.ts';
import { parseCollectionVersion } from './ansible/version.ts';
import type { DebManifest } from './deb/pins.ts';
import { objectId, refName } from './git-repository.schema.ts';
import type { GitManifest } from './git/pins.ts';
import { manifestTypes, type ManifestEnding } from './oci/manifest.ts';
import type { OciManifest } from './oci/pins.ts';
import type { PypiManifest } from './pypi/pins.ts';
import type { SiteRevision } from './revision.ts';
import { architecture, component, suite } from './deb-source.schema.ts';
import { collectionName, roleName, roleVersion, serverName } from './ansible-server.schema.ts';
import { registryName, repository, tag } from './oci-registry.schema.ts';
import { projectName } from './pypi-index.schema.ts';
import { digest, sourceName } from './source.schema.ts';

const size = z.int().min(0);
const endings = Object.keys(manifestTypes) as [ManifestEnding, ...ManifestEnding[]];
const moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'Not a time');

/** Leads nowhere but below its folder. */
const plainPath = z
  .string()
  .max(512)
  .regex(/^[A-Za-z0-9+._~:%@,=^-]+(\/[A-Za-z0-9+._~:%@,=^-]+)*$/, 'Not a plain path')
  .refine((text) => text.split('/').every((part) => part !== '.' && part !== '..'), 'It leads upwards');

/** @source Debian's policy 5.6.12 */
const debianVersion = z.string().regex(/^[0-9A-Za-z.+:~-]{1,128}$/, 'Not a version of Debian');

const revision = z.strictObject({
  kind: z.literal('site'),
  deb: digest.optional(),
  pypi: digest.optional(),
  oci: digest.optional(),
  ansible: digest.optional(),
  git: digest.optional(),
});

const index = z.strictObject({
  component,
  architecture,
  path: plainPath,
  compression: z.enum(['xz', 'gz', '']),
  digest,
  size,
});

const debManifest = z.strictObject({
  kind: z.literal('deb'),
  pins: z.strictObject({
    sources: z.array(
      z.strictObject({
        source: sourceName,
        url: z.string().max(2048),
        suites: z.array(
          z.strictObject({
            suite,
            date: moment,
            inRelease: z.strictObject({ digest, size }),
            indexes: z.array(index),
          }),
        ),
      }),
    ),
  }),
  suites: z.array(
    z.strictObject({
      source: sourceName,
      suite,
      architectures: z.array(architecture).min(1),
      snapshot: plainPath,
      packages: z.array(
        z.strictObject({
          path: plainPath,
          name: debianPackage,
          version: debianVersion,
          architecture,
          digest,
          size,
        }),
      ),
    }),
  ),
});

const file = z.strictObject({
  filename: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+!-]{0,254}$/, 'Not the name of a distribution'),
  version: z.string().max(128),
  digest,
  size,
  requiresPython: z.string().max(512).nullable(),
  yanked: z.union([z.boolean(), z.string().max(4096)]),
  uploadTime: moment.nullable(),
  metadata: z.strictObject({ digest, size }).nullable(),
});

const pypiManifest = z.strictObject({
  kind: z.literal('pypi'),
  serials: z.record(z.string().max(4096), z.number()),
  indexes: z.array(
    z.strictObject({
      index: sourceName,
      projects: z.array(z.strictObject({ project: projectName, files: z.array(file) })),
    }),
  ),
});

const referrer = z.strictObject({
  digest,
  size,
  ending: z.enum(endings),
  subject: digest,
  artifactType: z.string().max(255).nullable(),
  annotations: z.record(z.string().max(4096), z.string().max(65_536)),
});

const repositoryPins = z
  .strictObject({
    repository,
    tags: z.record(tag, digest),
    manifests: z.array(z.strictObject({ digest, size, ending: z.enum(endings) })),
    blobs: z.array(z.strictObject({ digest, size })),
    referrers: z.array(referrer).optional(),
  })
  .refine(
    ({ referrers = [], manifests }) => {
      const here = new Set(manifests.map((each) => each.digest));
      return referrers.every((each) => here.has(each.digest) && here.has(each.subject));
    },
    { path: ['referrers'], message: 'A referrer, or what it refers to, is not listed' },
  )
  .refine(
    ({ tags, manifests }) => {
      const here = new Set(manifests.map((each) => each.digest));
      return Object.values(tags).every((each) => here.has(each));
    },
    { path: ['tags'], message: 'A tag leads to a manifest that is not listed' },
  );

const ociManifest = z.strictObject({
  kind: z.literal('oci'),
  registries: z.array(
    z.strictObject({
      registry: registryName,
      url: z.string().max(2048),
      repositories: z.array(repositoryPins),
    }),
  ),
});

const collectionVersion = z
  .string()
  .max(64)
  .refine((text) => parseCollectionVersion(text) !== null, 'Not a version of a collection');

const collectionDocument = z.strictObject({
  version: collectionVersion,
  filename: z
    .string()
    .regex(/^[a-z0-9_]+-[a-z0-9_]+-[0-9A-Za-z.+-]+\.tar\.gz$/, 'Not the name of a collection'),
  digest,
  size,
  url: z.string().max(2048),
  requiresAnsible: z.string().max(256).nullable(),
  dependencies: z.record(collectionName, z.string().max(256)),
  createdAt: moment,
  updatedAt: moment,
});

const roleArchive = z.strictObject({
  version: roleVersion,
  filename: z
    .string()
    .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+-[A-Za-z0-9._+-]+\.tar\.gz$/, 'Not the name of a role'),
  digest,
  size,
  url: z.string().max(2048),
});

const ansibleManifest = z.strictObject({
  kind: z.literal('ansible'),
  servers: z.array(
    z.strictObject({
      server: serverName,
      url: z.string().max(2048),
      collections: z.array(z.strictObject({ name: collectionName, versions: z.array(collectionDocument) })),
      roles: z.array(z.strictObject({ name: roleName, versions: z.array(roleArchive) })).optional(),
    }),
  ),
});

const fullRef = z
  .string()
  .regex(/^refs\/[a-z]+\//, 'Not the full name of a ref')
  .refine((text) => refName.safeParse(text).success, 'Not the name of a ref');

const gitManifest = z.strictObject({
  kind: z.literal('git'),
  repositories: z.array(
    z.strictObject({
      repository: sourceName,
      url: z.string().max(2048),
      refs: z.record(fullRef, objectId),
      head: fullRef,
      tips: z.array(objectId),
      packs: z.array(z.strictObject({ digest, size })),
    }),
  ),
});

export const parseGitManifest = (raw: unknown): Parsed<GitManifest> =>
  parseWith<GitManifest>(gitManifest, raw);
export const parseAnsibleManifest = (raw: unknown): Parsed<AnsibleManifest> =>
  parseWith<AnsibleManifest>(ansibleManifest, raw);
export const parseOciManifest = (raw: unknown): Parsed<OciManifest> =>
  parseWith<OciManifest>(ociManifest, raw);
export const parseRevision = (raw: unknown): Parsed<SiteRevision> => parseWith<SiteRevision>(revision, raw);
export const parseDebManifest = (raw: unknown): Parsed<DebManifest> =>
  parseWith<DebManifest>(debManifest, raw);
export const parsePypiManifest = (raw: unknown): Parsed<PypiManifest> =>
  parseWith<PypiManifest>(pypiManifest, raw);
