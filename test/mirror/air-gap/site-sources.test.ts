// SPDX-License-Identifier: Apache-2.0
// A box that names a site has its packages from what that publishes, and is refused what it does not.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { siteSources } from '../../../activities/clients/machine/site-sources.ts';
import { parseBoxSpec } from '../../../workflows/contracts/box/box-spec.schema.ts';

let folder: string;

const revision = 'ab12'.padEnd(64, '0');
const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n';
const suite = (source: string, name: string) => ({
  source,
  suite: name,
  upstreamDate: '2026-11-01T00:00:00.000Z',
  packages: 1,
  bytes: 1,
});
const status = {
  revision,
  publishedAt: '2026-11-01T00:00:00.000Z',
  previous: null,
  address: '10.1.2.2',
  suites: [
    suite('debian', 'trixie'),
    suite('debian', 'trixie-updates'),
    suite('security', 'trixie-security'),
    suite('other', 'bookworm'),
  ],
};
const spec = {
  apiVersion: 'holdfast/v1',
  kind: 'Mirror',
  name: 'far',
  network: { cidr: '10.1.2.0/24', address: '10.1.2.2', gateway: '10.1.2.1' },
  deb: [{ name: 'debian', suites: ['trixie'], packages: ['hello'] }],
};

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(join(folder, path, '..'), { recursive: true, mode: 0o700 });
  await writeFile(join(folder, path), text, { mode: 0o600 });
};

const sourcesOf = (site: { site: string }, release = 'trixie') =>
  siteSources(folder, site, release, (name) => join(folder, 'data', name));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-site-sources-'));
  await write('sites/far/spec.json', JSON.stringify(spec));
  await write('sites/far/status.json', JSON.stringify(status));
  await write('data/far/keys/archive-keyring.asc', key);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('siteSources()', () => {
  it('names every suite of the release that the site has, with its key, and goes past proxies', async () => {
    const sources = await sourcesOf({ site: 'far' });
    expect(sources.text.split('\n\n')).toHaveLength(2);
    expect(sources.text).toContain('URIs: http://10.1.2.2/deb/debian\nSuites: trixie trixie-updates\n');
    expect(sources.text).toContain('URIs: http://10.1.2.2/deb/security\nSuites: trixie-security\n');
    expect(sources.text).toContain('Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n');
    expect(sources.text).not.toContain('bookworm');
    expect(sources).toMatchObject({
      site: 'far',
      mirror: 'http://10.1.2.2/deb/debian',
      aptOptions: ['Acquire::http::Proxy::10.1.2.2 "DIRECT";'],
    });
  });

  it.each([
    ['no such mirror', { site: 'nowhere' }, 'trixie', /there is no such mirror/],
    ['no such suite', { site: 'far' }, 'forky', /it has no suite forky/],
  ])('refuses a site with %s, and says what to do', async (_, site, release, cause) => {
    await expect(sourcesOf(site, release)).rejects.toMatchObject({
      code: 'PreconditionFailed',
      facts: {
        cause: expect.stringMatching(cause) as string,
        hint: expect.stringMatching(/mirror|revision/) as string,
      },
    });
  });

  it('refuses a site that publishes nothing, or whose status or key cannot be read', async () => {
    await rm(join(folder, 'data/far/keys/archive-keyring.asc'));
    await expect(sourcesOf({ site: 'far' })).rejects.toMatchObject({ code: 'PreconditionFailed' });
    await write('sites/far/status.json', '{}');
    await expect(sourcesOf({ site: 'far' })).rejects.toMatchObject({
      facts: { cause: expect.stringMatching(/^revision: /) as string },
    });
    await rm(join(folder, 'sites/far/status.json'));
    await expect(sourcesOf({ site: 'far' })).rejects.toMatchObject({
      facts: { cause: 'it publishes nothing yet' },
    });
  });
});

describe('parseBoxSpec()', () => {
  const box = (debian: object): unknown => ({
    apiVersion: 'holdfast/v1',
    kind: 'Box',
    name: 'lab',
    networks: { management: { cidr: '10.1.3.0/24', address: '10.1.3.2', gateway: '10.1.3.1' } },
    debian,
  });

  it.each([
    [{ site: 'far' }, null],
    [{ site: 'far', revision: 'ab12ab12' }, null],
    [{ mirror: 'https://deb.debian.org/debian' }, null],
    [{ site: 'far', mirror: 'https://deb.debian.org/debian' }, 'debian'],
    [{}, 'debian'],
    [{ site: 'far', securityMirror: 'https://deb.debian.org/debian' }, 'debian.securityMirror'],
    [{ mirror: 'https://deb.debian.org/debian', revision: 'ab12ab12' }, 'debian.revision'],
    [{ site: '../far' }, 'debian.site'],
    [{ site: 'far', revision: 'latest' }, 'debian.revision'],
  ])('judges debian: %j', (debian, path) => {
    const parsed = parseBoxSpec(box(debian));
    const paths = parsed.ok ? [] : parsed.issues.map((issue) => issue.path);
    expect(paths).toEqual(path === null ? [] : expect.arrayContaining([path]));
  });
});
