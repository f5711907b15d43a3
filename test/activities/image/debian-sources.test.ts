// SPDX-License-Identifier: Apache-2.0
// Both formats are read through debianSources(), the one door: the files below /etc/apt are given here instead.
import { dirname, relative } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../activities/clients/failure.ts';
import { debianSources, type Apt } from '../../../activities/clients/machine/debian-sources.ts';

const files = new Map<string, string>();
let options = '';

const apt: Apt = {
  list: (directory) =>
    Promise.resolve(
      [...files.keys()]
        .filter((path) => dirname(path) === directory)
        .map((path) => relative(directory, path)),
    ),
  read: (path) => Promise.resolve(files.get(path) ?? ''),
  options: () => Promise.resolve(options),
};

const list = '/etc/apt/sources.list';
const below = (name: string): string => `/etc/apt/sources.list.d/${name}`;
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

beforeEach(() => {
  files.clear();
  options = '';
});

/** What would be written for trixie: a stanza per source, each as [URIs, Suites, Signed-By]. */
async function stanzas(): Promise<string[][] | null> {
  const sources = await debianSources('trixie', undefined, apt);
  if (sources === null) return null;
  return sources.text
    .split('\n\n')
    .map((stanza) =>
      ['URIs', 'Suites', 'Signed-By'].map(
        (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? '',
      ),
    );
}
const main = (uri: string, key = keyring) => [uri, 'trixie trixie-updates', key];
const security = (uri: string, key = keyring) => [uri, 'trixie-security', key];

describe('configured mirrors', () => {
  it('debianSources() takes the configured mirrors when the machine has others', async () => {
    files.set(list, 'deb http://own.example/debian bookworm main\n');
    const configured = { mirror: 'http://a.example/debian/', securityMirror: 'http://b.example/security' };
    const sources = await debianSources('trixie', configured, apt);
    expect(sources?.releases).toEqual(['http://a.example/debian/dists/trixie/InRelease']);
    expect(sources?.text).toBe(
      [
        'Types: deb',
        'URIs: http://a.example/debian/',
        'Suites: trixie trixie-updates',
        'Components: main',
        `Signed-By: ${keyring}`,
        '',
        'Types: deb',
        'URIs: http://b.example/security',
        'Suites: trixie-security',
        'Components: main',
        `Signed-By: ${keyring}`,
        '',
      ].join('\n'),
    );
  });

  it('debianSources() writes one stanza when no security mirror is configured', async () => {
    const sources = await debianSources('trixie', { mirror: 'http://a.example/debian' }, apt);
    expect(sources?.text).not.toContain('security');
    expect(sources?.releases).toEqual(['http://a.example/debian/dists/trixie/InRelease']);
  });
});

describe('deb822 sources', () => {
  it('debianSources() reads mirror, security mirror and key when they stand in stanzas with comments', async () => {
    files.set(
      below('debian.sources'),
      [
        'Types: deb',
        '# a comment',
        'URIs: http://deb.debian.org/debian',
        'Suites: bookworm bookworm-updates',
        'Components: main',
        'Signed-By: /usr/share/keyrings/own-debian.gpg',
        '',
        ' ',
        'types: deb deb-src',
        'uris: http://deb.debian.org/debian-security',
        'suites: bookworm-security',
        'components: contrib main',
        '',
      ].join('\n'),
    );
    expect(await stanzas()).toEqual([
      main('http://deb.debian.org/debian', '/usr/share/keyrings/own-debian.gpg'),
      security('http://deb.debian.org/debian-security', '/usr/share/keyrings/own-debian.gpg'),
    ]);
  });

  it.each([
    ['it is not enabled', 'Types: deb\nEnabled: no\nURIs: http://x/debian\nSuites: a\nComponents: main\n'],
    ['it has no main', 'Types: deb\nURIs: http://x/debian\nSuites: a\nComponents: contrib\n'],
    ['it is of another distribution', 'Types: deb\nURIs: http://x/ubuntu\nSuites: a\nComponents: main\n'],
    ['it has no URI', 'Types: deb\nSuites: a\nComponents: main\nSigned-By: /debian.gpg\n'],
    ['it is empty', ''],
  ])('debianSources() is null when the only stanza is of no use: %s', async (_why, text) => {
    files.set(below('one.sources'), text);
    expect(await stanzas()).toBeNull();
  });

  it('debianSources() takes the first URI when a stanza has several', async () => {
    const text =
      'Types: deb\nURIs: http://one/debian http://two/debian\nSuites: bookworm\nComponents: main\n';
    files.set(below('one.sources'), text);
    expect(await stanzas()).toEqual([main('http://one/debian')]);
  });
});

describe('one-line sources', () => {
  it('debianSources() reads plain lines, options and the old name of security when they are there', async () => {
    files.set(
      list,
      [
        '# deb http://comment.example/debian bookworm main',
        'deb-src http://deb.debian.org/debian bookworm main',
        'deb [arch=amd64 signed-by=/usr/share/keyrings/own.gpg] http://mirror.example/debian bookworm main contrib',
        'deb http://security.debian.org bullseye/updates main',
      ].join('\n'),
    );
    expect(await stanzas()).toEqual([
      main('http://mirror.example/debian', '/usr/share/keyrings/own.gpg'),
      security('http://security.debian.org', '/usr/share/keyrings/own.gpg'),
    ]);
  });

  it('debianSources() reads both formats, and no other file, when they lie beside each other', async () => {
    files.set(below('own.list'), 'deb http://own.example/debian bookworm main\n');
    files.set(below('old.list.save'), 'deb http://old.example/debian bookworm main\n');
    files.set(
      below('security.sources'),
      'Types: deb\nURIs: http://safe.example/debian\nSuites: bookworm-security\nComponents: main\n',
    );
    expect(await stanzas()).toEqual([
      main('http://own.example/debian'),
      security('http://safe.example/debian'),
    ]);
  });

  it('debianSources() is null when there is no source at all', async () => {
    expect(await stanzas()).toBeNull();
  });
});

describe('sources of real machines', () => {
  const debian = `Types: deb\nURIs: http://deb.debian.org/debian\nSuites: bookworm\nComponents: main\n`;

  it.each([
    [
      'a line with a key of its own',
      'deb [signed-by=/k/zabbix.gpg] http://zabbix.example/z/7.0/debian bookworm main',
    ],
    ['a line with sources', 'deb-src http://sources.example/debian bookworm main'],
    ['backports', 'deb http://backports.example/debian bookworm-backports main'],
  ])('debianSources() passes over %s before it', async (_what, line) => {
    files.set(list, `${line}\n`);
    files.set(below('debian.sources'), debian);
    expect(await stanzas()).toEqual([main('http://deb.debian.org/debian')]);
  });

  it('debianSources() believes what a fetched Release file says of itself', async () => {
    const lists = '/var/lib/apt/lists';
    files.set(list, 'deb http://x.example/debian bookworm main\ndeb http://y.example/pool bookworm main\n');
    files.set(`${lists}/x.example_debian_dists_bookworm_InRelease`, 'Origin: Someone\n');
    files.set(`${lists}/y.example_pool_dists_bookworm_InRelease`, 'Origin: Debian\n');
    expect(await stanzas()).toEqual([main('http://y.example/pool')]);
  });

  it.each(['false', 'off', '0'])(
    'debianSources() passes over a stanza that is switched off by %s',
    async (value) => {
      files.set(below('a.sources'), `${debian.replace('deb.debian', 'off.debian')}Enabled: ${value}\n`);
      files.set(below('b.sources'), debian);
      expect(await stanzas()).toEqual([main('http://deb.debian.org/debian')]);
    },
  );

  it('debianSources() takes the first mirror of a list of mirrors, as cloud images have it', async () => {
    files.set(
      '/etc/apt/mirrors/debian.list',
      '# mirrors\nhttps://one.example/debian\tpriority:1\nhttps://two.example/debian\n',
    );
    const uri = 'mirror+file:///etc/apt/mirrors/debian.list';
    files.set(
      below('debian.sources'),
      debian.replace('http://deb.debian.org/debian', uri).replace('bookworm', 'bookworm bookworm-updates'),
    );
    expect(await stanzas()).toEqual([main('https://one.example/debian')]);
  });

  it('debianSources() reads one stanza with all suites, and a key that stands in it', async () => {
    const key = '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----';
    const suites = 'Suites: trixie trixie-updates trixie-security';
    files.set(
      below('debian.sources'),
      `Types: deb\nURIs: http://m.example/debian\n${suites}\nComponents: main\nSigned-By:${key}\n`,
    );
    const sources = await debianSources('trixie', undefined, apt);
    const [first = '', second = ''] = sources?.text.split('\n\n') ?? [];
    expect(first).toContain(`Suites: trixie trixie-updates\nComponents: main\nSigned-By:${key}`);
    expect(second).toContain('Suites: trixie-security');
  });

  it('debianSources() refuses a login in a URL, says where apt wants it, and does not repeat it', async () => {
    files.set(list, 'deb http://user:hidden@m.example/debian bookworm main\n');
    const failure = await debianSources('trixie', undefined, apt).catch((error: unknown) => error as Failure);
    expect(failure).toBeInstanceOf(Failure);
    const { message, hint } = (failure as Failure).toStepFailure();
    expect(message).toBe('A package source on m.example has a login in its URL');
    expect(hint).toContain('machine m.example/debian login NAME');
    expect(message + hint).not.toContain('hidden');
  });
});

describe('apt options', () => {
  it('debianSources() keeps date checks alone: proxies and logins are read by the build', async () => {
    options = [
      'Acquire::http::Proxy "http://user:hidden@proxy.example:3142";',
      'Acquire::https::Proxy "DIRECT";',
      'Acquire::Check-Valid-Until "false";',
      'Acquire::Languages "none";',
      'Acquire::http::Timeout "9";',
      '',
    ].join('\n');
    const sources = await debianSources('trixie', { mirror: 'http://a.example/debian' }, apt);
    expect(sources?.aptOptions).toEqual(['Acquire::Check-Valid-Until "false";']);
  });
});
