// SPDX-License-Identifier: Apache-2.0
// Bills of materials by the official schema of CycloneDX, and what they say of two revisions.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AnsibleManifest } from '../../../workflows/contracts/mirror/ansible/pins.ts';
import type { DebManifest } from '../../../workflows/contracts/mirror/deb/pins.ts';
import type { GitManifest } from '../../../workflows/contracts/mirror/git/pins.ts';
import type { OciManifest } from '../../../workflows/contracts/mirror/oci/pins.ts';
import type { PypiManifest } from '../../../workflows/contracts/mirror/pypi/pins.ts';
import { billOf, differenceOf, type BillOfMaterials } from '../../../workflows/contracts/mirror/sbom.ts';
import { cacheDirectory } from '../../system/cache-directory.ts';
import installCyclonedx from './install-cyclonedx.sh';
import { sha256Of } from '../upstream-server.ts';

let site: string;

beforeAll(async () => {
  const directory = join(cacheDirectory(), 'cyclonedx-11.5.0');
  await mkdir(directory, { recursive: true });
  await execa('flock', [`${directory}.lock`, 'sh', '-c', installCyclonedx, 'install-cyclonedx', directory]);
  site = join(directory, 'site');
});

const faultsOf = async (bill: unknown): Promise<string> =>
  (await execa('python3', ['test/mirror/sbom/validate-bill.py', site], { input: JSON.stringify(bill) }))
    .stdout;

const digest = (text: string): string => sha256Of(Buffer.from(text));

const debOf = (packages: readonly (readonly [string, string])[]): DebManifest => ({
  kind: 'deb',
  pins: { sources: [] },
  suites: [
    {
      source: 'debian',
      suite: 'trixie',
      architectures: ['amd64'],
      snapshot: 'x',
      packages: packages.map(([name, version]) => ({
        name,
        version,
        architecture: 'amd64',
        path: `pool/main/${name}/${name}_${version.replace(/^\d+:/, '')}_amd64.deb`,
        digest: digest(name + version),
        size: 10,
      })),
    },
  ],
});

const pypi: PypiManifest = {
  kind: 'pypi',
  serials: {},
  indexes: [
    {
      index: 'python',
      projects: [
        {
          project: 'torch-x',
          files: ['cp311', 'cp313'].map((tag) => ({
            filename: `torch_x-2.0+cpu-${tag}-${tag}-linux_x86_64.whl`,
            version: '2.0+cpu',
            digest: digest(tag),
            size: 5,
            requiresPython: null,
            yanked: false,
            uploadTime: null,
            metadata: null,
          })),
        },
      ],
    },
  ],
};

const oci: OciManifest = {
  kind: 'oci',
  registries: [
    {
      registry: 'hub',
      url: 'https://registry-1.docker.io',
      repositories: [
        {
          repository: 'library/debian',
          tags: { '13-slim': 'a'.repeat(64) },
          manifests: [{ digest: 'a'.repeat(64), size: 500, ending: 'oci-index' }],
          blobs: [{ digest: 'b'.repeat(64), size: 30_000_000 }],
        },
      ],
    },
  ],
};

const ansible: AnsibleManifest = {
  kind: 'ansible',
  servers: [
    {
      server: 'galaxy',
      url: 'https://galaxy.ansible.com',
      collections: [
        {
          name: 'ansible.posix',
          versions: [
            {
              version: '2.0.0-rc.1+a',
              filename: 'ansible-posix-2.0.0-rc.1+a.tar.gz',
              digest: 'c'.repeat(64),
              size: 100_000,
              url: 'https://galaxy.ansible.com/api/v3/ansible-posix.tar.gz',
              requiresAnsible: '>=2.16.0',
              dependencies: {},
              createdAt: '2026-01-02T03:04:05.678901Z',
              updatedAt: '2026-01-02T03:04:05.678901Z',
            },
          ],
        },
      ],
    },
  ],
};

const git: GitManifest = {
  kind: 'git',
  repositories: [
    {
      repository: 'kolla',
      url: 'https://opendev.org/openstack/kolla',
      refs: { 'refs/heads/master': '1'.repeat(40) },
      head: 'refs/heads/master',
      tips: ['1'.repeat(40)],
      packs: [{ digest: 'd'.repeat(64), size: 4000 }],
    },
  ],
};

const billWith = (
  packages: readonly (readonly [string, string])[],
  withPypi: PypiManifest | null = pypi,
): BillOfMaterials =>
  billOf({
    site: 'lab',
    revision: digest(JSON.stringify(packages)),
    deb: debOf(packages),
    pypi: withPypi,
    oci,
    ansible,
    git,
  });

const older = [
  ['curl', '8.14.1-2'],
  ['libc6', '2.41-12'],
  ['libstdc++6', '1:14.2.0~rc1+dfsg-19'],
] as const;

describe('billOf', () => {
  it('billOf() is valid by the official schema, and names every file once with its digest', async () => {
    const bill = billWith(older);
    expect(await faultsOf(bill)).toBe('');
    expect(bill.components).toHaveLength(10);
    expect(bill.components.map(({ purl }) => purl)).toContain(
      `pkg:oci/debian@sha256%3A${'a'.repeat(64)}?repository_url=registry-1.docker.io%2Flibrary%2Fdebian&tag=13-slim`,
    );
    expect(bill.components.map(({ purl }) => purl)).toContain(
      'pkg:deb/debian/libstdc%2B%2B6@1%3A14.2.0~rc1%2Bdfsg-19?arch=amd64&distro=trixie',
    );
    expect(billWith(older)).toEqual(bill);
  });

  it('the schema refuses a bill that says too much or too little', async () => {
    const { serialNumber, ...bill } = billWith(older);
    expect(await faultsOf({ ...bill, serialNumber: serialNumber.slice(0, -1) })).not.toBe('');
    expect(await faultsOf({ ...bill, extra: true })).not.toBe('');
    expect(await faultsOf({ ...bill, components: [{ name: 'x' }] })).not.toBe('');
  });
});

describe('differenceOf', () => {
  it('differenceOf() names what came, what went, and what has other bytes under the same version', () => {
    const before = billWith(older);
    const newer = [['curl', '8.14.1-3'], older[1], older[2]] as const;
    const changed = billWith(newer, {
      ...pypi,
      indexes: pypi.indexes.map((index) => ({
        ...index,
        projects: index.projects.map((project) => ({
          ...project,
          files: project.files.map((file) => ({ ...file, digest: digest(`other ${file.filename}`) })),
        })),
      })),
    });
    expect(differenceOf(before, changed)).toEqual({
      from: before.metadata.component.version,
      to: changed.metadata.component.version,
      added: ['pkg:deb/debian/curl@8.14.1-3?arch=amd64&distro=trixie'],
      removed: ['pkg:deb/debian/curl@8.14.1-2?arch=amd64&distro=trixie'],
      replaced: [
        expect.stringContaining('cp311-cp311') as string,
        expect.stringContaining('cp313-cp313') as string,
      ],
    });
    expect(differenceOf(null, before)).toMatchObject({ from: null, removed: [] });
    expect(differenceOf(null, before).added).toHaveLength(10);
  });
});
