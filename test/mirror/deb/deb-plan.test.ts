// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseDepends, parsePackages } from '../../../activities/clients/deb/packages-index.ts';
import { parseRelease } from '../../../activities/clients/deb/release.ts';
import {
  closureOf,
  dependencyText,
  type DebPackage,
} from '../../../workflows/contracts/mirror/deb/closure.ts';
import { manifestOf, planSource } from '../../../workflows/contracts/mirror/deb/plan.ts';
import { compareVersions, isVersion } from '../../../workflows/contracts/mirror/deb/version.ts';
import type { DebSource } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { sha256Of } from '../upstream-server.ts';

function stanza(name: string, version: string, more = ''): string {
  const digest = sha256Of(Buffer.from(`${name} ${version}`));
  const file = `pool/main/${name}/${name}_${version.replace(/^\d+:/, '')}_amd64.deb`;
  return `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\n${more}Filename: ${file}\nSize: 10\nSHA256: ${digest}\n`;
}

const namesOf = (packages: readonly DebPackage[]): string[] =>
  packages.map(({ name, version }) => `${name} ${version}`);

describe('compareVersions', () => {
  const versions = [
    '1.0',
    '1.0-1',
    '1.0~rc1-1',
    '1:0.1',
    '1.0+b1',
    '1.0a',
    '1.00',
    '2.10-3',
    '2.9-3',
    '0',
    '1.0-1~bpo12+1',
  ];
  it('compareVersions() orders as dpkg does', () => {
    const pairs = versions.flatMap((a) => versions.map((b) => [a, b] as const));
    const script = pairs.map(([a, b]) => `dpkg --compare-versions '${a}' lt '${b}' && echo y || echo n`);
    const said = execFileSync('sh', ['-c', script.join('\n')], { encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(pairs.map(([a, b]) => (compareVersions(a, b) < 0 ? 'y' : 'n'))).toEqual(said);
  });

  it('isVersion() knows the five relations', () => {
    expect((['<<', '<=', '=', '>=', '>>'] as const).filter((each) => isVersion('1.0', each, '1.0'))).toEqual([
      '<=',
      '=',
      '>=',
    ]);
  });
});

describe('closureOf', () => {
  it('closureOf() takes what the named need, once, and the latest that fits', async () => {
    const available = await parsePackages(
      [
        stanza('app', '1', 'Depends: lib (>= 2), tool | other\nPre-Depends: base:any\n'),
        stanza('lib', '1'),
        stanza('lib', '3', 'Depends: base\n'),
        stanza('lib', '2'),
        stanza('base', '1:1'),
        stanza('other', '1'),
        stanza('unrelated', '1'),
      ].join('\n'),
    );
    const { chosen, unmet } = closureOf(available, ['app'], true);
    expect(namesOf(chosen)).toEqual(['app 1', 'base 1:1', 'lib 3', 'other 1']);
    expect(unmet).toEqual([]);
    expect(namesOf(closureOf(available, ['app'], false).chosen)).toEqual(['app 1']);
  });

  it('closureOf() takes a provider where no package has the name, and only one that has the version', async () => {
    const available = await parsePackages(
      [
        stanza('app', '1', 'Depends: mta, api (= 3)\n'),
        stanza('postfix', '1', 'Provides: mta\n'),
        stanza('exim', '1', 'Provides: mta\n'),
        stanza('old-api', '1', 'Provides: api\n'),
        stanza('new-api', '1', 'Provides: api (= 3)\n'),
      ].join('\n'),
    );
    expect(namesOf(closureOf(available, ['app'], true).chosen)).toEqual(['app 1', 'exim 1', 'new-api 1']);
  });

  it('closureOf() takes no provider for a name of the spec, and says what is unmet and by whom', async () => {
    const available = await parsePackages(
      [stanza('app', '1', 'Depends: gone (>= 2) | away\n'), stanza('x', '1', 'Provides: virtual\n')].join(
        '\n',
      ),
    );
    expect(closureOf(available, ['virtual', 'app'], true).unmet).toEqual([
      { by: null, wants: 'virtual' },
      { by: 'app', wants: 'gone (>= 2) | away' },
    ]);
  });
});

describe('parsePackages', () => {
  it.each([
    [
      'without a digest',
      'Package: a\nVersion: 1\nArchitecture: all\nFilename: pool/a.deb\nSize: 1\n',
      'no sha256',
    ],
    ['with a path that leads upwards', stanza('a', '1').replace('pool/main', 'pool/../..'), 'has the path'],
    ['with an absolute path', stanza('a', '1').replace('pool/main', '/etc'), 'has the path'],
    ['with a size that is no number', stanza('a', '1').replace('Size: 10', 'Size: ten'), 'has the size'],
    ['with a relation that is none', stanza('a', '1', 'Depends: b (~ 1)\n'), 'depends on'],
  ])('parsePackages() refuses a stanza %s', async (_, text, message) => {
    await expect(parsePackages(text)).rejects.toThrow(message);
  });

  it('parseDepends() reads qualifiers and relations', () => {
    const read = parseDepends('python3:any (>= 3.9~), a | b (<< 1:2), ', 'x');
    expect(read.map((group) => group.map(dependencyText))).toEqual([
      ['python3 (>= 3.9~)'],
      ['a', 'b (<< 1:2)'],
    ]);
  });
});

describe('parseRelease', () => {
  const digest = 'a'.repeat(64);
  const text = `Date: Sat, 11 Jul 2026 10:16:37 UTC\nComponents: updates/main\nSHA256:\n ${digest} 5 main/binary-amd64/Packages\n ${digest} 5 ../../etc/passwd\n`;
  it('parseRelease() reads what it needs and drops paths that lead elsewhere', () => {
    const release = parseRelease(text);
    expect(release).toMatchObject({ date: '2026-07-11T10:16:37.000Z', validUntil: null, byHash: false });
    expect([...release.files.keys()]).toEqual(['main/binary-amd64/Packages']);
    expect(release.components).toEqual(['main']);
  });

  it.each([
    ['no date', text.replace(/^Date.*\n/, ''), 'no Date'],
    ['a Valid-Until that is no time', `Valid-Until: soon\n${text}`, 'no time'],
    ['no digest', text.replace(/SHA256[\s\S]*/, ''), 'no SHA256'],
  ])('parseRelease() refuses a text with %s', (_, broken, message) => {
    expect(() => parseRelease(broken)).toThrow(message);
  });
});

describe('planSource', async () => {
  const source: DebSource = {
    name: 'debian',
    suites: ['main', 'updates'],
    components: ['main'],
    architectures: ['amd64'],
    signedBy: '/k.gpg',
    packages: ['app'],
    dependencies: 'closure',
    checkValidUntil: true,
  };
  const indexes = [
    {
      suite: 'main',
      architecture: 'amd64',
      packages: await parsePackages([stanza('app', '1', 'Depends: lib\n'), stanza('lib', '1')].join('\n')),
    },
    { suite: 'updates', architecture: 'amd64', packages: await parsePackages(stanza('lib', '2')) },
  ];

  it('planSource() resolves over the suites of a source, and says where each package is', () => {
    const { packages } = planSource(source, 'http://up', indexes);
    expect(packages.map(({ suite, url }) => `${suite} ${url}`)).toEqual([
      'main http://up/pool/main/app/app_1_amd64.deb',
      'updates http://up/pool/main/lib/lib_2_amd64.deb',
    ]);
  });

  it('manifestOf() is the same for the same pins and plan, and names a snapshot by what it holds', () => {
    const { packages } = planSource(source, 'http://up', indexes);
    const digest = (text: string): string => sha256Of(Buffer.from(text));
    const manifest = manifestOf([source], { sources: [] }, { packages }, digest);
    expect(manifest).toEqual(manifestOf([source], { sources: [] }, { packages: [...packages] }, digest));
    const other = manifestOf([source], { sources: [] }, { packages: packages.slice(1) }, digest);
    expect(manifest.suites[0]?.snapshot).toMatch(/^debian-main-[0-9a-f]{16}$/);
    expect(manifest.suites[0]?.snapshot).not.toBe(other.suites[0]?.snapshot);
    expect(manifest.suites[1]?.snapshot).toBe(other.suites[1]?.snapshot);
  });
});
