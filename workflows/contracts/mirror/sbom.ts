// SPDX-License-Identifier: Apache-2.0
// A bill of materials of a revision as CycloneDX 1.6 has it: a component for each file that is served; and what differs between two. Pure.
import type { AnsibleManifest, RoleArchive } from './ansible/pins.ts';
import type { DebManifest } from './deb/pins.ts';
import { hostOfUrl } from './content.ts';
import type { GitManifest } from './git/pins.ts';
import type { OciManifest } from './oci/pins.ts';
import type { PypiManifest } from './pypi/pins.ts';

interface Component {
  readonly type: 'library' | 'file';
  /** The same for the same file in every revision. */
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes: readonly { readonly alg: 'SHA-256'; readonly content: string }[];
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

export interface BillOfMaterials {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: {
    readonly component: {
      readonly type: 'platform';
      readonly 'bom-ref': string;
      readonly name: string;
      readonly version: string;
    };
  };
  readonly components: readonly Component[];
}

export interface BilledRevision {
  readonly site: string;
  readonly revision: string;
  readonly deb: DebManifest | null;
  readonly pypi: PypiManifest | null;
  readonly oci: OciManifest | null;
  readonly ansible: AnsibleManifest | null;
  readonly git: GitManifest | null;
}

/** Without a time: the same revision has the same bill, byte by byte. */
export function billOf({ site, revision, deb, pypi, oci, ansible, git }: BilledRevision): BillOfMaterials {
  const components = new Map<string, Component>();
  const all = [
    ...debComponents(deb),
    ...pypiComponents(pypi),
    ...ociComponents(oci),
    ...ansibleComponents(ansible),
    ...gitComponents(git),
  ];
  for (const each of all) components.set(each['bom-ref'], each);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumberOf(revision),
    version: 1,
    metadata: { component: { type: 'platform', 'bom-ref': 'site', name: site, version: revision } },
    components: [...components.values()].sort((one, other) => (one['bom-ref'] < other['bom-ref'] ? -1 : 1)),
  };
}

/** A UUID of the kind that its maker defines. @source RFC 9562, version 8 */
function serialNumberOf(revision: string): string {
  const [a, b, c, d, e] = [0, 8, 13, 17, 20].map((at, index) =>
    revision.slice(at, at + ([8, 4, 3, 3, 12][index] ?? 0)),
  );
  return `urn:uuid:${a}-${b}-8${c}-a${d}-${e}`;
}

const debComponents = (deb: DebManifest | null): Component[] =>
  (deb?.suites ?? []).flatMap(({ source, suite, packages }) =>
    packages.map(({ name, version, architecture, path, digest, size }) => ({
      type: 'library',
      'bom-ref': `deb ${source} ${suite} ${path}`,
      name,
      version,
      purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${encodeURIComponent(architecture)}&distro=${encodeURIComponent(suite)}`,
      hashes: [{ alg: 'SHA-256', content: digest }],
      properties: propertiesOf({ kind: 'deb', source, path, size }),
    })),
  );

const pypiComponents = (pypi: PypiManifest | null): Component[] =>
  (pypi?.indexes ?? []).flatMap(({ index, projects }) =>
    projects.flatMap(({ project, files }) =>
      files.map(({ filename, version, digest, size }) => ({
        type: 'library',
        'bom-ref': `pypi ${index} ${filename}`,
        name: project,
        version,
        purl: `pkg:pypi/${encodeURIComponent(project)}@${encodeURIComponent(version)}?file_name=${encodeURIComponent(filename)}`,
        hashes: [{ alg: 'SHA-256', content: digest }],
        properties: propertiesOf({ kind: 'pypi', source: index, path: filename, size }),
      })),
    ),
  );

/** Every manifest and blob is a file; a tag is told where it leads to. */
const ociComponents = (oci: OciManifest | null): Component[] =>
  (oci?.registries ?? []).flatMap(({ registry, url, repositories }) =>
    repositories.flatMap(({ repository, tags, manifests, blobs }) => {
      const name = repository.split('/').at(-1) ?? repository;
      const where = encodeURIComponent(`${hostOfUrl(url)}/${repository}`);
      const component = (digest: string, size: number, type: Component['type']): Component => {
        const tag = Object.keys(tags).find((each) => tags[each] === digest);
        return {
          type,
          'bom-ref': `oci ${registry} ${repository} ${digest}`,
          name: repository,
          version: tag ?? `sha256:${digest}`,
          purl: `pkg:oci/${name}@sha256%3A${digest}?repository_url=${where}${tag === undefined ? '' : `&tag=${encodeURIComponent(tag)}`}`,
          hashes: [{ alg: 'SHA-256', content: digest }],
          properties: propertiesOf({ kind: 'oci', source: registry, path: repository, size }),
        };
      };
      return [
        ...manifests.map(({ digest, size }) => component(digest, size, 'library')),
        ...blobs.map(({ digest, size }) => component(digest, size, 'file')),
      ];
    }),
  );

/** No type of purl is registered for collections and roles. */
const ansibleComponents = (ansible: AnsibleManifest | null): Component[] =>
  (ansible?.servers ?? []).flatMap(({ server, url, collections, roles = [] }) =>
    [...collections, ...roles].flatMap(({ name, versions }) =>
      versions.map(({ version, filename, digest, size }: RoleArchive): Component => ({
        type: 'library',
        'bom-ref': `ansible ${server} ${filename}`,
        name,
        version,
        purl: `pkg:generic/${name}@${encodeURIComponent(version)}?file_name=${encodeURIComponent(filename)}&repository_url=${encodeURIComponent(hostOfUrl(url))}`,
        hashes: [{ alg: 'SHA-256', content: digest }],
        properties: propertiesOf({ kind: 'ansible', source: server, path: filename, size }),
      })),
    ),
  );

/** Every ref by the commit or tag that it leads to, and the packs that hold the objects. */
const gitComponents = (git: GitManifest | null): Component[] =>
  (git?.repositories ?? []).flatMap(({ repository, url, refs, packs }) => {
    const where = encodeURIComponent(`git+${url}`);
    return [
      ...Object.entries(refs).map(([name, id]): Component => ({
        type: 'library',
        'bom-ref': `git ${repository} ${name}`,
        name: repository,
        version: id,
        purl: `pkg:generic/${repository}@${id}?ref=${encodeURIComponent(name)}&vcs_url=${where}`,
        hashes: [],
        properties: propertiesOf({ kind: 'git', source: repository, path: name }),
      })),
      ...packs.map(({ digest, size }): Component => ({
        type: 'file',
        'bom-ref': `git ${repository} ${digest}`,
        name: repository,
        version: `sha256:${digest}`,
        purl: `pkg:generic/${repository}@sha256%3A${digest}?file_name=pack&vcs_url=${where}`,
        hashes: [{ alg: 'SHA-256', content: digest }],
        properties: propertiesOf({ kind: 'git', source: repository, path: 'pack', size }),
      })),
    ];
  });

const propertiesOf = (values: Readonly<Record<string, string | number>>): Component['properties'] =>
  Object.entries(values).map(([name, value]) => ({ name: `holdfast:${name}`, value: String(value) }));

/** What clients find otherwise than before; each sorted. */
export interface BillDifference {
  /** Null: nothing was published before. */
  readonly from: string | null;
  readonly to: string;
  /** By purl. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The same name and version with other bytes: nobody expects that. */
  readonly replaced: readonly string[];
}

export function differenceOf(from: BillOfMaterials | null, to: BillOfMaterials): BillDifference {
  const [before, after] = [digestsOf(from), digestsOf(to)];
  return {
    from: from?.metadata.component.version ?? null,
    to: to.metadata.component.version,
    added: [...after.keys()].filter((purl) => !before.has(purl)).sort(),
    removed: [...before.keys()].filter((purl) => !after.has(purl)).sort(),
    replaced: [...after]
      .filter(([purl, digest]) => before.has(purl) && before.get(purl) !== digest)
      .map(([purl]) => purl)
      .sort(),
  };
}

const digestsOf = (bill: BillOfMaterials | null): ReadonlyMap<string, string | undefined> =>
  new Map((bill?.components ?? []).map(({ purl, hashes }) => [purl, hashes[0]?.content]));
