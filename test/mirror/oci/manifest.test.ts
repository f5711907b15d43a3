// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { endingOf, manifestTypes, readManifest } from '../../../workflows/contracts/mirror/oci/manifest.ts';
import { parseOciManifest } from '../../../workflows/contracts/mirror/manifest.schema.ts';
import { clientFiles } from '../../../workflows/contracts/mirror/oci/client-files.ts';
import { imageTrials, imageTwin } from '../../../workflows/contracts/mirror/oci/trials.ts';
import type { OciManifest } from '../../../workflows/contracts/mirror/oci/pins.ts';

const hex = (digit: string): string => digit.repeat(64);
const part = (digit: string, more: object = {}) => ({ digest: `sha256:${hex(digit)}`, size: 1, ...more });
const on = (os: string, architecture: string, variant?: string) => ({
  platform: { os, architecture, ...(variant !== undefined && { variant }) },
});

describe('readManifest()', () => {
  it('wants of an index the images for the platforms, and what attests them', () => {
    const index = {
      manifests: [
        part('1', on('linux', 'amd64')),
        part('2', on('linux', 'arm64', 'v8')),
        part('3', on('windows', 'amd64')),
        part('4', {
          ...on('unknown', 'unknown'),
          annotations: { 'vnd.docker.reference.digest': `sha256:${hex('1')}` },
        }),
        part('5', {
          ...on('unknown', 'unknown'),
          annotations: { 'vnd.docker.reference.digest': `sha256:${hex('3')}` },
        }),
      ],
    };
    const wanted = (...platforms: string[]) =>
      readManifest(index, manifestTypes['oci-index'], platforms).manifests.map(({ digest }) => digest[0]);
    expect(wanted('linux/amd64')).toEqual(['1', '4']);
    expect(wanted('linux/arm64')).toEqual(['2']);
    expect(wanted('linux/arm64/v7')).toEqual([]);
  });

  it('wants of an image its configuration and layers, and says what it refers to', () => {
    const image = {
      mediaType: manifestTypes['oci-manifest'],
      config: part('1'),
      layers: [part('2')],
      subject: part('3'),
    };
    const read = readManifest(image, `${manifestTypes['oci-manifest']}; charset=utf-8`, []);
    expect(read.blobs.map(({ digest }) => digest[0])).toEqual(['1', '2']);
    expect(read).toMatchObject({ ending: 'oci-manifest', manifests: [], subject: hex('3') });
  });

  it.each([
    ['no object', [], /no object/],
    [
      'another type inside',
      { mediaType: manifestTypes['docker-manifest'], config: part('1'), layers: [] },
      /calls itself/,
    ],
    [
      'a digest that is a path',
      { config: part('1'), layers: [{ digest: '../../x', size: 1 }] },
      /names the digest/,
    ],
    [
      'a digest of another kind',
      { config: { digest: `sha512:${hex('1')}`, size: 1 }, layers: [] },
      /names the digest/,
    ],
    ['a negative size', { config: { ...part('1'), size: -1 }, layers: [] }, /names the size/],
    ['a size that is no number', { config: { ...part('1'), size: '1' }, layers: [] }, /names the size/],
    [
      'layers without end',
      { config: part('1'), layers: Array.from({ length: 1001 }, () => part('2')) },
      /1001 entries/,
    ],
    ['no layers', { config: part('1') }, /no list/],
  ])('refuses %s', (_, value, why) => {
    expect(() => readManifest(value, manifestTypes['oci-manifest'], ['linux/amd64'])).toThrow(why);
  });

  it('endingOf() knows no schema 1', () => {
    expect(endingOf('application/vnd.docker.distribution.manifest.v1+prettyjws')).toBeNull();
  });
});

const mirrored: OciManifest = {
  kind: 'oci',
  registries: [
    {
      registry: 'hub',
      url: 'https://registry-1.docker.io',
      repositories: [
        {
          repository: 'library/debian',
          tags: { '13': hex('a') },
          manifests: [{ digest: hex('a'), size: 1, ending: 'oci-index' }],
          blobs: [{ digest: hex('b'), size: 50 }],
        },
        {
          repository: 'library/busybox',
          tags: { latest: hex('c') },
          manifests: [{ digest: hex('c'), size: 1, ending: 'oci-manifest' }],
          blobs: [
            { digest: hex('d'), size: 2 },
            { digest: hex('e'), size: 7 },
          ],
        },
      ],
    },
  ],
};

describe('parseOciManifest()', () => {
  const [registry] = mirrored.registries;
  const [repository] = registry?.repositories ?? [];
  const with_ = (change: object): unknown => ({
    ...mirrored,
    registries: [{ ...registry, repositories: [{ ...repository, ...change }] }],
  });

  it('takes what a refresh makes', () => {
    expect(parseOciManifest(mirrored)).toEqual({ ok: true, value: mirrored });
  });

  it.each([
    ['a repository that leads upwards', with_({ repository: '../../live' })],
    ['a repository with a word of nginx', with_({ repository: 'a;b' })],
    ['a tag that leads upwards', with_({ tags: { '../x': hex('a') } })],
    ['a tag without its manifest', with_({ tags: { '13': hex('f') } })],
    ['an ending that is none', with_({ manifests: [{ digest: hex('a'), size: 1, ending: 'html' }] })],
    ['a blob that is a path', with_({ blobs: [{ digest: '../../etc/shadow', size: 1 }] })],
    [
      'a registry in place of the staged ones',
      { ...mirrored, registries: [{ ...registry, registry: 'staging' }] },
    ],
    ['another kind', { ...mirrored, kind: 'pypi' }],
  ])('refuses %s', (_, raw) => {
    expect(parseOciManifest(raw).ok).toBe(false);
  });
});

describe('what clients are told and asked', () => {
  it('clientFiles() leads names of Docker Hub to the mirror, for podman and for containerd', () => {
    const files = new Map(clientFiles('10.1.2.2', mirrored).map(({ path, text }) => [path, text]));
    expect(files.get('containers/registries.conf')).toBe(
      '[[registry]]\nprefix = "docker.io"\nlocation = "docker.io"\n\n' +
        '[[registry.mirror]]\nlocation = "10.1.2.2/hub"\ninsecure = true\n',
    );
    expect(files.get('containers/hosts/docker.io/hosts.toml')).toContain('[host."http://10.1.2.2/v2/hub"]');
  });

  it('imageTwin() is the smallest image by its largest blob', () => {
    const registries = [
      {
        name: 'hub',
        url: 'https://registry-1.docker.io',
        platforms: ['linux/amd64', 'linux/arm64'],
        images: [
          { name: 'library/debian', tags: ['13'], signatures: false },
          { name: 'library/busybox', tags: ['latest'], platforms: ['linux/amd64'], signatures: false },
        ],
      },
    ];
    const trials = imageTrials(registries, mirrored);
    expect(trials.map(({ repository, platform }) => `${repository} ${platform}`)).toEqual([
      'hub/library/debian linux/amd64',
      'hub/library/debian linux/arm64',
      'hub/library/busybox linux/amd64',
    ]);
    expect(imageTwin(trials, mirrored)).toMatchObject({ repository: 'hub/library/busybox', blob: hex('e') });
  });
});
