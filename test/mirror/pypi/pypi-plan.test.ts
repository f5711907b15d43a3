// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { pipIndex } from '../../../activities/clients/machine/pip-index.ts';
import { normalizedName, parseDistribution } from '../../../workflows/contracts/mirror/pypi/distribution.ts';
import { pagesOf } from '../../../workflows/contracts/mirror/pypi/pages.ts';
import type { ListedFile, ServedFile } from '../../../workflows/contracts/mirror/pypi/pins.ts';
import { filesOfProject, type PypiTargets } from '../../../workflows/contracts/mirror/pypi/plan.ts';
import { trialsOf } from '../../../workflows/contracts/mirror/pypi/trials.ts';

const digest = 'a'.repeat(64);

const listed = (filename: string, change: Partial<ListedFile> = {}): ListedFile => ({
  filename,
  url: `https://files.test/${filename}`,
  digest,
  size: 1,
  requiresPython: null,
  yanked: false,
  metadataDigest: null,
  uploadTime: null,
  ...change,
});

const targets: PypiTargets = {
  pythons: ['3.13'],
  platforms: ['manylinux_2_36_x86_64'],
  sources: 'fallback',
};

const chosen = (
  files: readonly ListedFile[],
  {
    versions = '',
    newest = 1,
    ...change
  }: Partial<PypiTargets> & { versions?: string; newest?: number } = {},
): string[] =>
  filesOfProject({ name: 'app-x', versions, newest }, { ...targets, ...change }, files).map(
    ({ file }) => file.filename,
  );

/** As numpy and others publish: one version for many machines. */
const release = (version: string): ListedFile[] => [
  listed(`app_x-${version}.tar.gz`),
  listed(`app_x-${version}-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl`),
  listed(`app_x-${version}-cp313-cp313-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl`),
  listed(`app_x-${version}-cp313-cp313t-manylinux_2_27_x86_64.whl`),
  listed(`app_x-${version}-cp313-cp313-musllinux_1_2_x86_64.whl`),
  listed(`app_x-${version}-cp313-cp313-macosx_11_0_arm64.whl`),
];

describe('filesOfProject', () => {
  it('filesOfProject() takes the wheel of the newest version that fits, and no other machine’s', () => {
    expect(chosen([...release('1.9'), ...release('1.10'), ...release('2.0b1')])).toEqual([
      'app_x-1.10-cp313-cp313-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl',
    ]);
  });

  it('filesOfProject() takes for each target what that can install, of another version if need be', () => {
    const files = [...release('2.0'), listed('app_x-1.0-py3-none-any.whl')];
    expect(chosen(files, { platforms: ['manylinux_2_36_x86_64', 'win_amd64'], sources: 'never' })).toEqual([
      'app_x-2.0-cp313-cp313-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl',
      'app_x-1.0-py3-none-any.whl',
    ]);
    expect(chosen(files, { platforms: ['win_amd64'] })).toEqual(['app_x-2.0.tar.gz']);
  });

  it('filesOfProject() counts versions, not files, and takes source archives beside wheels when asked', () => {
    const files = ['1.0', '1.1', '1.2'].flatMap((version) => [
      listed(`app_x-${version}.tar.gz`),
      listed(`app_x-${version}-py3-none-any.whl`),
    ]);
    expect(chosen(files, { newest: 2, sources: 'always', versions: '<1.2' })).toEqual([
      'app_x-1.1-py3-none-any.whl',
      'app_x-1.1.tar.gz',
      'app_x-1.0-py3-none-any.whl',
      'app_x-1.0.tar.gz',
    ]);
  });

  it('filesOfProject() passes over what a Python must not have, what was withdrawn and what has no digest', () => {
    const files = [
      listed('app_x-1.0-py3-none-any.whl'),
      listed('app_x-1.1-py3-none-any.whl', { requiresPython: '>=3.14' }),
      listed('app_x-1.2-py3-none-any.whl', { yanked: 'broken' }),
      listed('app_x-1.3-py3-none-any.whl', { digest: null }),
      listed('app_x-nightly-py3-none-any.whl'),
    ];
    expect(chosen(files)).toEqual(['app_x-1.0-py3-none-any.whl']);
    expect(chosen(files, { versions: '==1.2' })).toEqual(['app_x-1.2-py3-none-any.whl']);
    expect(chosen(files, { versions: '==1.1' })).toEqual([]);
  });

  it.each(['>=3.13.1', '!=3.13.0', '>=3.8,<4.0.0', 'python 3 or so'])(
    'filesOfProject() takes what requires Python %s, as some patch of it does',
    (requiresPython) => {
      expect(chosen([listed('app_x-1.0-py3-none-any.whl', { requiresPython })])).toHaveLength(1);
    },
  );
});

describe('parseDistribution', () => {
  it.each([
    ['Flask-1.0.tar.gz', 'flask', '1.0'],
    ['zope.interface-5.4.0-cp39-cp39-win_amd64.whl', 'zope-interface', '5.4.0'],
    ['backports.ssl-match-hostname-3.7.0.1.zip', 'backports-ssl-match-hostname', '3.7.0.1'],
    ['a-1.0-2build-py3-none-any.whl', 'a', '1.0'],
    ['a-1.0-post1.tar.gz', 'a', '1.0-post1'],
  ])('parseDistribution() reads %s', (filename, project, version) => {
    expect(parseDistribution(filename, project)).toMatchObject({ version });
  });

  it.each([
    ['a-1.0.exe', 'a'],
    ['a-1.0-py3.9.egg', 'a'],
    ['b-1.0.tar.gz', 'a'],
    ['a-1.0-py3-none.whl', 'a'],
    ['a-1.0-build-py3-none-any.whl', 'a'],
    ['../a-1.0.tar.gz', 'a'],
    ['.a-1.0.tar.gz', 'a'],
    ['a-1.0.tar.gz\n', 'a'],
  ])('parseDistribution() refuses %j', (filename, project) => {
    expect(parseDistribution(filename, project)).toBeNull();
  });

  it('normalizedName() joins runs of separators', () => {
    expect(normalizedName('Zope.__Interface--x')).toBe('zope-interface-x');
  });
});

const served = (filename: string, version: string): ServedFile => ({
  filename,
  version,
  digest,
  size: 1,
  requiresPython: '>=3.8',
  yanked: false,
  uploadTime: null,
  metadata: { digest: 'b'.repeat(64), size: 1 },
});

const index = {
  index: 'python',
  projects: [
    {
      project: 'a',
      files: [
        served('a-2.0-py3-none-any.whl', '2.0'),
        served('a-1.0-py3-none-any.whl', '1.0'),
        served('a-1.0+x.tar.gz', '1.0'),
      ],
    },
    { project: 'b', files: [served('b-3.0-cp313-cp313-win_amd64.whl', '3.0')] },
  ],
};

describe('pagesOf', () => {
  it('pagesOf() names hashes, metadata and Pythons in both forms, and escapes them', () => {
    const pages = new Map(pagesOf(index).map(({ path, text }) => [path, text]));
    expect([...pages.keys()]).toEqual(
      ['', 'a/', 'b/'].flatMap((place) =>
        (place === '' ? ['json', 'html'] : ['json', 'html']).map((form) => `simple/${place}index.${form}`),
      ),
    );
    const html = pages.get('simple/a/index.html') ?? '';
    expect(html).toContain(`href="../../files/aa/${digest}/a-1.0%2Bx.tar.gz#sha256=${digest}"`);
    expect(html).toContain('data-requires-python="&gt;=3.8"');
    expect(html).toContain(`data-core-metadata="sha256=${'b'.repeat(64)}"`);
    expect(JSON.parse(pages.get('simple/a/index.json') ?? '')).toMatchObject({
      meta: { 'api-version': '1.1' },
      versions: ['2.0', '1.0'],
      files: [{ 'requires-python': '>=3.8', size: 1 }, {}, {}],
    });
  });
});

describe('trialsOf', () => {
  it('trialsOf() has each version in a trial of its own, and no source archive and no other machine’s wheel', () => {
    const all = { pythons: ['3.13'], platforms: ['manylinux_2_36_x86_64'] };
    expect(trialsOf(index, () => all, all).map(({ requirements }) => requirements)).toEqual([
      ['a==2.0'],
      ['a==1.0'],
    ]);
  });
});

describe('pipIndex', () => {
  const reading = (files: Readonly<Record<string, string>>) => (path: string) =>
    Promise.resolve(Object.entries(files).find(([name]) => path.endsWith(name))?.[1] ?? null);
  const machine =
    '[install]\nindex-url = https://no.test/simple\n[global]\nindex-url = https://m.test/simple/\n';

  it.each([
    [
      'the environment',
      { PIP_INDEX_URL: 'https://e.test/simple/' },
      { '/etc/pip.conf': machine },
      'https://e.test/simple',
    ],
    ['the machine’s file', {}, { '/etc/pip.conf': machine }, 'https://m.test/simple'],
    [
      'the user’s file before that',
      {},
      {
        '/etc/pip.conf': machine,
        '.config/pip/pip.conf': '[global]\n# index-url: x\nindex_url: https://u.test/s',
      },
      'https://u.test/s',
    ],
    [
      'the named file before that',
      { PIP_CONFIG_FILE: '/x.conf' },
      { '/x.conf': machine },
      'https://m.test/simple',
    ],
    [
      'PyPI for want of others',
      {},
      { '/etc/pip.conf': '[global]\ntimeout = 60\n' },
      'https://pypi.org/simple',
    ],
    [
      'PyPI when files are switched off',
      { PIP_CONFIG_FILE: '/dev/null' },
      { '/etc/pip.conf': machine },
      'https://pypi.org/simple',
    ],
  ])('pipIndex() takes %s', async (_, environment, files, want) => {
    expect(await pipIndex(environment, reading(files))).toBe(want);
  });

  it('pipIndex() refuses a URL with a login, and says none of it', async () => {
    const files = { '/etc/pip.conf': '[global]\nindex-url = https://user:hunter2@m.test/simple' };
    const error = await pipIndex({}, reading(files)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'Rejected' });
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });
});
