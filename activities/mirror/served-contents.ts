// SPDX-License-Identifier: Apache-2.0
// What a revision consists of: its manifests, and the files that these name.
import { artifactsOf, type AnsibleManifest } from '../../workflows/contracts/mirror/ansible/pins.ts';
import type { Content } from '../../workflows/contracts/mirror/content.ts';
import type { DebManifest } from '../../workflows/contracts/mirror/deb/pins.ts';
import type { GitManifest, GitPacks } from '../../workflows/contracts/mirror/git/pins.ts';
import type { OciManifest } from '../../workflows/contracts/mirror/oci/pins.ts';
import type { PypiManifest } from '../../workflows/contracts/mirror/pypi/pins.ts';
import type { SiteRevision } from '../../workflows/contracts/mirror/revision.ts';
import type { NamedContent } from './contents.ts';
import { readStored, type Site } from './site.ts';

export interface RevisionParts {
  readonly revision: SiteRevision;
  readonly deb: DebManifest | null;
  readonly pypi: PypiManifest | null;
  readonly oci: OciManifest | null;
  readonly ansible: AnsibleManifest | null;
  readonly git: GitManifest | null;
}

/** @throws Failure Rejected when the revision or one of its manifests is gone or damaged */
export async function partsOfRevision(site: Site, digest: string): Promise<RevisionParts> {
  const revision = await readStored<SiteRevision>(site, digest);
  const { deb, pypi, oci, ansible, git } = revision;
  return {
    revision,
    deb: deb === undefined ? null : await readStored<DebManifest>(site, deb),
    pypi: pypi === undefined ? null : await readStored<PypiManifest>(site, pypi),
    oci: oci === undefined ? null : await readStored<OciManifest>(site, oci),
    ansible: ansible === undefined ? null : await readStored<AnsibleManifest>(site, ansible),
    git: git === undefined ? null : await readStored<GitManifest>(site, git),
  };
}

/** Files that clients are served, by their names. */
export function servedContents({ deb, pypi, oci, ansible, git }: RevisionParts): NamedContent[] {
  return [
    ...(deb?.suites ?? []).flatMap(({ packages }) =>
      packages.map(({ name, version, digest, size }) => ({ name: `${name} ${version}`, digest, size })),
    ),
    ...pypiContents(pypi),
    ...ociContents(oci),
    ...ansibleContents(ansible),
    ...gitContents(git),
  ];
}

export const pypiContents = (pypi: PypiManifest | null): NamedContent[] =>
  (pypi?.indexes ?? [])
    .flatMap(({ projects }) => projects)
    .flatMap(({ files }) => files)
    .flatMap(({ filename, digest, size, metadata }) => [
      { name: filename, digest, size },
      ...(metadata === null ? [] : [{ name: `${filename}.metadata`, ...metadata }]),
    ]);

/** Manifests and blobs, each once, however many images share it. */
export function ociContents(oci: OciManifest | null): NamedContent[] {
  const contents = new Map<string, NamedContent>();
  for (const { registry, repositories } of oci?.registries ?? [])
    for (const { repository, manifests, blobs } of repositories)
      for (const { digest, size } of [...manifests, ...blobs])
        contents.set(digest, { name: `${registry}/${repository}@sha256:${digest}`, digest, size });
  return [...contents.values()];
}

export const ansibleContents = (ansible: Pick<AnsibleManifest, 'servers'> | null): NamedContent[] =>
  artifactsOf(ansible ?? { servers: [] }).map(({ filename, digest, size }) => ({
    name: filename,
    digest,
    size,
  }));

export const packContents = ({ repositories }: GitPacks): NamedContent[] =>
  repositories.flatMap(({ repository, packs }) =>
    packs.map((pack) => ({ name: `${repository} pack ${pack.digest.slice(0, 16)}`, ...pack })),
  );

export const gitContents = (git: GitManifest | null): NamedContent[] =>
  packContents(git ?? { repositories: [] });

/** Of the signed indexes that packages were chosen from. */
const indexContents = ({ deb }: RevisionParts): Content[] =>
  (deb?.pins.sources ?? [])
    .flatMap(({ suites }) => suites)
    .flatMap(({ inRelease, indexes }) => [inRelease, ...indexes]);

/** Of all that a revision consists of, itself and its manifests among it. */
export const digestsOfRevision = (digest: string, parts: RevisionParts): string[] => [
  ...[
    digest,
    parts.revision.deb,
    parts.revision.pypi,
    parts.revision.oci,
    parts.revision.ansible,
    parts.revision.git,
  ].filter((each) => each !== undefined),
  ...[...servedContents(parts), ...indexContents(parts)].map((each) => each.digest),
];
