// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseMirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.schema.ts';
import { hostOfUrl, plainUrl } from '../../workflows/contracts/mirror/content.ts';
import { mirrorFiles } from '../../workflows/box/mirror/files.ts';
import { readFile } from '../boundary/source-files.ts';

const example = () => parse(readFile('examples/mirror.yaml').text) as Record<string, unknown>;

const withSource = (change: object): unknown => {
  const [source] = example()['deb'] as object[];
  return { ...example(), deb: [{ ...source, ...change }] };
};

const withIndex = (change: object): unknown => {
  const [index] = example()['pypi'] as object[];
  return { ...example(), pypi: [{ ...index, ...change }] };
};

const signer = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
const far = () => ({ ...example(), deb: [], pypi: [] });

const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n';

describe('parseMirrorSpec', () => {
  it('parseMirrorSpec() fills in defaults, and takes what it made for the same', () => {
    const parsed = parseMirrorSpec(example());
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    expect(parsed.value.deb[0]).toMatchObject({
      components: ['main'],
      architectures: ['amd64'],
      signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
      dependencies: 'closure',
      checkValidUntil: true,
    });
    expect(parsed.value.pypi[0]).toMatchObject({ sources: 'fallback' });
    expect(parsed.value.pypi[0]?.projects[1]).toEqual({ name: 'certifi', versions: '', newest: 1 });
    expect(parseMirrorSpec(parsed.value)).toEqual(parsed);
  });

  it.each([
    ['deb.0.url', withSource({ url: 'https://user:hunter2@archive.test/debian' })],
    ['deb.0.url', withSource({ url: 'ftp://archive.test/debian' })],
    ['deb.0.url', withSource({ url: 'https://archive.test/debian?token=hunter2' })],
    ['deb.0.suites.0', withSource({ suites: ['../../etc'] })],
    ['deb.0.suites', withSource({ suites: [] })],
    ['deb.0.suites', withSource({ suites: ['trixie', 'trixie'] })],
    ['deb.0.packages.0', withSource({ packages: ['-o=Dpkg::Pre-Invoke'] })],
    ['deb.0.packages', withSource({ packages: [] })],
    ['deb.0.components', withSource({ components: ['main', 'contrib'] })],
    ['deb.0.signedBy', withSource({ signedBy: '/etc/passwd' })],
    ['deb.0.signedBy', withSource({ signedBy: key.replaceAll('PUBLIC', 'PRIVATE') })],
    ['deb.0.name', withSource({ name: '../debian' })],
    ['deb.0.key', withSource({ key: 'x' })],
    ['deb', { ...example(), deb: [], pypi: [] }],
    ['pypi.0.url', withIndex({ url: 'https://user:hunter2@index.test/simple' })],
    ['pypi.0.pythons.0', withIndex({ pythons: ['3'] })],
    ['pypi.0.platforms.0', withIndex({ platforms: ['../any'] })],
    ['pypi.0.projects', withIndex({ projects: [] })],
    ['pypi.0.projects.0.name', withIndex({ projects: [{ name: '../simple' }] })],
    ['pypi.0.projects.0.versions', withIndex({ projects: [{ name: 'a', versions: '>=1;x' }] })],
    ['pypi.0.projects.1.name', withIndex({ projects: [{ name: 'Flask_Login' }, { name: 'flask.login' }] })],
    [
      'deb.1.name',
      { ...example(), deb: [...(example()['deb'] as object[]), ...(example()['deb'] as object[])] },
    ],
    [
      'network.gateway',
      { ...example(), network: { cidr: '10.1.0.0/24', address: '10.1.0.2', gateway: '10.1.0.2' } },
    ],
    ['limits.0.host', { ...example(), limits: [{ host: 'https://hub', requests: 1, seconds: 1 }] }],
    ['kind', { ...example(), kind: 'Box' }],
    ['receives', { ...example(), receives: { site: 'near', signers: [signer] } }],
    ['receives.signers.0', { ...far(), receives: { site: 'near', signers: ['ssh-rsa AAAA'] } }],
    ['receives.signers', { ...far(), receives: { site: 'near', signers: [] } }],
    ['receives.threshold', { ...far(), receives: { site: 'near', signers: [signer], threshold: 2 } }],
    ['receivers.0', { ...example(), receivers: [`${signer} far`] }],
  ])('parseMirrorSpec() refuses a bad value at %s, without its text', (path, raw) => {
    const parsed = parseMirrorSpec(raw);
    if (parsed.ok) throw new Error('it was taken');
    expect(parsed.issues.map((issue) => issue.path)).toContain(path);
    expect(JSON.stringify(parsed.issues)).not.toContain('hunter2');
  });

  it('parseMirrorSpec() takes examples/far-mirror.yaml, which has no source', () => {
    const parsed = parseMirrorSpec(parse(readFile('examples/far-mirror.yaml').text));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    expect(parsed.value).toMatchObject({ deb: [], pypi: [], receives: { threshold: 1 } });
  });

  it('mirrorFiles() lays a key of the spec into a file of its own, and names one by its path', () => {
    const parsed = parseMirrorSpec(withSource({ signedBy: key }));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const files = mirrorFiles(parsed.value.deb, { certificate: '/c', key: '/k' });
    expect(files.map(({ path }) => path)).toEqual([
      '/etc/nginx/nginx.conf',
      '/etc/holdfast/aptly.conf',
      '/etc/holdfast/keys/debian.asc',
    ]);
    expect(files[2]?.content).toBe(key);
    expect(JSON.parse(files[1]?.content ?? '')).toMatchObject({ rootDir: '/srv/holdfast/aptly' });
  });
});

describe('plainUrl', () => {
  it.each([
    ['http://user:hunter2@a.test:81/p?q=hunter2#x', 'http://a.test:81/p', 'a.test:81'],
    ['https://token@a.test/p', 'https://a.test/p', 'a.test'],
    ['https://A.test', 'https://A.test', 'a.test'],
  ])('plainUrl() leaves no login, query or fragment in %s', (url, plain, host) => {
    expect(plainUrl(url)).toBe(plain);
    expect(hostOfUrl(url)).toBe(host);
  });
});
