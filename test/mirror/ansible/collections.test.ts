// SPDX-License-Identifier: Apache-2.0
// Versions, ranges and choice of Ansible collections; what a mirror answers; what the spec and a change take.
import { describe, expect, it } from 'vitest';
import { galaxyPages } from '../../../workflows/contracts/mirror/ansible/pages.ts';
import type { CollectionDocument } from '../../../workflows/contracts/mirror/ansible/pins.ts';
import { chosenVersions, isMet, newestFirst } from '../../../workflows/contracts/mirror/ansible/plan.ts';
import { galaxyTrial } from '../../../workflows/contracts/mirror/ansible/trials.ts';
import {
  isInRange,
  parseCollectionVersion,
  parseVersionRange,
} from '../../../workflows/contracts/mirror/ansible/version.ts';
import { changeOf } from '../../../workflows/contracts/mirror/change/change.ts';
import { parseAnsibleManifest } from '../../../workflows/contracts/mirror/manifest.schema.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';

/** As semver.org orders them, oldest first. */
const ordered = [
  '0.9.0',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.2.0',
  '1.10.0',
  '10.0.0',
];

const matches = (version: string, range: string): boolean => {
  const [parsed, clauses] = [parseCollectionVersion(version), parseVersionRange(range)];
  if (parsed === null || clauses === null) throw new Error('it cannot be read');
  return isInRange(parsed, clauses);
};

const document = (version: string, more: Partial<CollectionDocument> = {}): CollectionDocument => ({
  version,
  filename: `lab-tools-${version}.tar.gz`,
  digest: 'a'.repeat(64),
  size: 100,
  url: `https://galaxy.test/${version}`,
  requiresAnsible: null,
  dependencies: {},
  createdAt: '2026-01-02T03:04:05.678901Z',
  updatedAt: '2026-01-02T03:04:05.678901Z',
  ...more,
});

describe('versions of collections', () => {
  it('are ordered as semver.org orders them', () => {
    expect(newestFirst([...ordered].sort())).toEqual([...ordered].reverse());
  });

  it.each(['1.0', 'v1.0.0', '01.0.0', '1.0.0-', '1.0.0/../x', ''])('%j is not one', (text) => {
    expect(parseCollectionVersion(text)).toBeNull();
  });

  it.each([
    ['1.2.0', '*', true],
    ['1.2.0', '', true],
    ['1.2.0', '1.2.0', true],
    ['1.2.0', '==1.2.0', true],
    ['1.2.0', '!=1.2.0', false],
    ['1.2.0', '>=1, <2', true],
    ['2.0.0', '>=1,<2', false],
    ['1.2.0', '>1.2', false],
    ['1.2.0', '<=1.2.0', true],
    ['2.0.0-rc.1', '>=1', false],
    ['2.0.0-rc.1', '*', false],
    ['2.0.0-rc.1', '2.0.0-rc.1', true],
  ])('%s is in %j: %s', (version, range, expected) => {
    expect(matches(version, range)).toBe(expected);
  });

  it.each(['latest', '>=', '~=1.0', '>=1.x', '1 2'])('%j is not a range', (text) => {
    expect(parseVersionRange(text)).toBeNull();
  });
});

describe('chosenVersions()', () => {
  const listed = [...ordered.map((version) => ({ version, requiresAnsible: null as string | null }))];
  const wanted = { name: 'lab.tools', versions: '>=1', newest: 2 };

  it('takes the newest that fit, however the list is sorted', () => {
    expect(chosenVersions(wanted, [], listed)).toEqual(['10.0.0', '1.10.0']);
    expect(chosenVersions({ ...wanted, versions: '>10' }, [], listed)).toEqual([]);
  });

  it('leaves out what is for another ansible-core; what says nothing is for each', () => {
    const some = [
      { version: '3.0.0', requiresAnsible: '>=2.20.0' },
      { version: '2.0.0', requiresAnsible: '>=2.16.0,<2.20' },
      { version: '1.0.0', requiresAnsible: null },
    ];
    expect(chosenVersions(wanted, ['2.19'], some)).toEqual(['2.0.0', '1.0.0']);
    expect(chosenVersions(wanted, ['2.19', '2.20'], some)).toEqual(['3.0.0', '2.0.0']);
    expect(chosenVersions(wanted, ['2.15'], some)).toEqual(['1.0.0']);
  });

  it('isMet() tells whether one that is chosen already will do', () => {
    expect(isMet('>=1,<2', ['2.0.0', '1.5.0'])).toBe(true);
    expect(isMet('>=3', ['2.0.0', '1.5.0'])).toBe(false);
  });
});

describe('galaxyPages()', () => {
  const pins = {
    server: 'galaxy',
    url: 'https://galaxy.test',
    collections: [{ name: 'lab.tools', versions: [document('2.0.0-rc.1'), document('1.0.0')] }],
  };
  const pageAt = (path: string, of = pins): Record<string, unknown> => {
    const found = galaxyPages(of, (text) => String(text.length).padStart(6, '0')).find(
      (each) => each.path === path,
    );
    return JSON.parse(found?.text ?? 'null') as Record<string, unknown>;
  };

  it('names true digests, paths in place of hosts, and a last page', () => {
    expect(pageAt('api/v3/collections/lab/tools/versions/index.json')).toMatchObject({
      meta: { count: 2 },
      links: { next: null },
    });
    expect(pageAt('api/v3/collections/lab/tools/versions/1.0.0/index.json')).toMatchObject({
      artifact: { sha256: 'a'.repeat(64), size: 100 },
      download_url: `/ansible/files/aa/${'a'.repeat(64)}/lab-tools-1.0.0.tar.gz`,
    });
  });

  it('calls no pre-release the highest, and says that it changed whenever the list did', () => {
    const at = 'api/v3/collections/lab/tools/index.json';
    expect(pageAt(at)).toMatchObject({ highest_version: { version: '1.0.0' } });
    const fewer = { ...pins, collections: [{ name: 'lab.tools', versions: [document('1.0.0')] }] };
    expect(pageAt(at, fewer)['updated_at']).not.toBe(pageAt(at)['updated_at']);
    expect(Number.isNaN(Date.parse(String(pageAt(at)['updated_at'])))).toBe(false);
  });

  it('galaxyTrial() takes every version once, and alters the smallest', () => {
    const collections = [
      { name: 'lab.base', versions: [document('1.0.0', { size: 5, filename: 'lab-base-1.0.0.tar.gz' })] },
      ...pins.collections,
    ];
    const wanted = {
      collections: [{ name: 'lab.tools', versions: '*', newest: 2 }],
      dependencies: 'closure',
    } as const;
    expect(galaxyTrial(wanted, { ...pins, collections })).toMatchObject({
      rounds: [['lab.base:==1.0.0', 'lab.tools:==2.0.0-rc.1'], ['lab.tools:==1.0.0']],
      closure: ['lab.tools:*'],
      twin: { collection: 'lab.base', version: '1.0.0' },
    });
  });
});

describe('the spec of a mirror', () => {
  const specOf = (server: object) =>
    parseMirrorSpec({
      apiVersion: 'holdfast/v1',
      kind: 'Mirror',
      name: 'lab-mirror',
      network: { cidr: '10.1.2.0/24', address: '10.1.2.2', gateway: '10.1.2.1' },
      ansible: [{ name: 'galaxy', collections: [{ name: 'lab.tools' }], ...server }],
    });

  it.each([
    [{}, null],
    [{ core: ['2.19'] }, null],
    [{ name: 'files' }, 'ansible.0.name'],
    [{ core: ['3.13'] }, 'ansible.0.core.0'],
    [{ collections: [{ name: 'tools' }] }, 'ansible.0.collections.0.name'],
    [{ collections: [{ name: '../x.y' }] }, 'ansible.0.collections.0.name'],
    [{ collections: [{ name: 'lab.tools', versions: 'latest' }] }, 'ansible.0.collections.0.versions'],
    [{ url: 'https://user:word@galaxy.test' }, 'ansible.0.url'],
  ])('judges a galaxy: %j', (server, path) => {
    const parsed = specOf(server);
    const paths = parsed.ok ? [] : parsed.issues.map((issue) => issue.path);
    expect(paths).toEqual(path === null ? [] : expect.arrayContaining([path]));
  });

  it('takes one collection more or less', () => {
    const parsed = specOf({});
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const change = (action: 'add' | 'remove', item: string) =>
      changeOf(parsed.value, { action, kind: 'ansible', item, to: null });
    expect(change('add', 'community.general:>=8,<10')).toMatchObject({
      lines: ['+ ansible galaxy: community.general >=8,<10'],
    });
    expect(change('add', 'lab.tools')).toMatchObject({ lines: [] });
    expect(change('remove', 'lab.tool')).toMatchObject({
      details: ['Did you mean lab.tools?', 'it names: lab.tools'],
    });
    const added = change('add', 'community.general:latest');
    expect(added.ok && parseMirrorSpec(added.spec)).toMatchObject({ ok: false });
  });
});

describe('parseAnsibleManifest()', () => {
  const manifest = (more: Partial<CollectionDocument>, name = 'lab.tools') => ({
    kind: 'ansible',
    servers: [
      { server: 'galaxy', url: 'https://g', collections: [{ name, versions: [document('1.0.0', more)] }] },
    ],
  });

  it.each([
    [{}, 'lab.tools', true],
    [{ filename: '../x.tar.gz' }, 'lab.tools', false],
    [{ version: '../1' }, 'lab.tools', false],
    [{ digest: 'x' }, 'lab.tools', false],
    [{ dependencies: { '../x': '*' } }, 'lab.tools', false],
    [{}, '../x', false],
  ])('judges what came in a bundle: %j of %s', (more, name, isGood) => {
    expect(parseAnsibleManifest(manifest(more, name)).ok).toBe(isGood);
  });
});
