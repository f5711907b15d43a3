// SPDX-License-Identifier: Apache-2.0
// What the log of a proxy tells, which lists of hosts a spec may have, and the steps of a mirror with a proxy.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mirrorProfile } from '../../../profiles/index.ts';
import { mirrorBase } from '../../../workflows/box/mirror/model.ts';
import { proxyArgs } from '../../../workflows/box/mirror/proxy.ts';
import { askedDestinations, isAllowedBy } from '../../../workflows/contracts/mirror/proxy/access-log.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import { auditMirrorSteps } from '../../../workflows/operations/audit-mirror/steps.ts';
import { installMirrorSteps } from '../../../workflows/operations/install-mirror/steps.ts';
import { readFile } from '../../boundary/source-files.ts';
import { expectGolden, goldenText } from '../../plans/golden.ts';

const log = [
  '100 10.1.1.2 GET pypi.org 80 200 1500',
  '101 10.1.1.3 CONNECT pypi.org 443 200 9000',
  '102 10.1.1.3 CONNECT Evil.test 443 403 10',
  '103 10.1.1.2 CONNECT evil.test 443 403 10',
  '104 10.1.1.2 GET pypi.org 80 403 20',
  '105 10.1.1.2 GET late.test 80 403 20',
  'a line that nobody wrote',
  '106 - GET - - 400 0',
  '107 10.1.1.2 GET 192.0.2.1 80 403 20',
].join('\n');

describe('askedDestinations()', () => {
  const asked = (allowed: readonly string[]) => askedDestinations(log, isAllowedBy(allowed));

  it('tells who asked for what, the last one first, and leaves out what is not a line', () => {
    const found = asked(['pypi.org']);
    expect(found.map(({ destination }) => destination)).toEqual([
      '192.0.2.1:80',
      'late.test:80',
      'pypi.org:80',
      'evil.test:443',
      'pypi.org:443',
    ]);
    expect(found[3]).toEqual({
      destination: 'evil.test:443',
      host: 'evil.test',
      isDenied: true,
      requests: 2,
      bytes: 20,
      clients: ['10.1.1.2', '10.1.1.3'],
      lastAt: 103,
    });
  });

  it('goes by the list of now: an upstream that refuses is no unknown destination', () => {
    const denied = (allowed: readonly string[]) =>
      asked(allowed)
        .filter(({ isDenied }) => isDenied)
        .map(({ host }) => host);
    expect(denied(['pypi.org'])).toEqual(['192.0.2.1', 'late.test', 'evil.test']);
    expect(denied(['pypi.org', 'late.test', 'evil.test', '192.0.2.1'])).toEqual([]);
    expect(denied([])).toContain('pypi.org');
  });

  it('isAllowedBy() reads a dot as squid does', () => {
    const isAllowed = isAllowedBy(['.debian.org', 'pypi.org']);
    expect(['debian.org', 'deb.debian.org', 'pypi.org'].map(isAllowed)).toEqual([true, true, true]);
    expect(['notdebian.org', 'files.pypi.org', 'org'].map(isAllowed)).toEqual([false, false, false]);
  });
});

const example = readFile('examples/mirror.yaml').text;
const parsedWith = (proxy: unknown) => parseMirrorSpec({ ...(parse(example) as object), proxy });

function specWith(proxy: unknown) {
  const parsed = parsedWith(proxy);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

describe('the proxy in a spec', () => {
  it.each([
    [{}, null],
    [{ port: 8080, allow: ['pypi.org', '.debian.org'] }, null],
    [{ port: 80 }, 'proxy.port'],
    [{ allow: ['pypi.org', 'pypi.org'] }, 'proxy.allow.0'],
    [{ allow: ['.debian.org', 'deb.debian.org'] }, 'proxy.allow.1'],
    [{ allow: ['PyPI.org'] }, 'proxy.allow.0'],
    [{ allow: ['https://pypi.org'] }, 'proxy.allow.0'],
    [{ allow: ['pypi.org"\nhttp_access allow all'] }, 'proxy.allow.0'],
    [{ allow: ['org'] }, 'proxy.allow.0'],
  ])('is judged: %j', (proxy, path) => {
    const parsed = parsedWith(proxy);
    const paths = parsed.ok ? [] : parsed.issues.map((issue) => issue.path);
    expect(paths).toEqual(path === null ? [] : expect.arrayContaining([path]));
  });
});

describe('steps of a proxy', () => {
  const facts = {
    profile: mirrorProfile,
    sources: { text: '', releases: [], aptOptions: [] },
    ownMirror: '',
    ownIndex: '',
    digest: (text: string): string => text.length.toString(16).padStart(16, '0'),
  };
  const spec = specWith({ allow: ['pypi.org'] });

  it('are in the install of a mirror that has one, and in no other', () => {
    const own = installMirrorSteps(spec, facts).filter(({ id }) => id.startsWith('proxy'));
    expectGolden('install-mirror.proxy.golden', goldenText(own));
    const text = readFile('workflows/operations/install-mirror/README.md').text;
    const told = [...text.matchAll(/^\| (proxy\.\S+) \|/gm)].map(([, id]) => id);
    expect(own.map(({ id }) => id)).toEqual(told);
    const without = specWith(undefined);
    expect(installMirrorSteps(without, facts).filter(({ id }) => id.startsWith('proxy'))).toEqual([]);
    expect(mirrorBase(spec, facts).packages).toContain('squid');
    expect(mirrorBase(spec, facts).unitsShippedDisabled).toContain('squid.service');
    expect(mirrorBase(without, facts).packages).not.toContain('squid');
    expect(mirrorBase(without, facts).unitsShippedDisabled).not.toContain('squid.service');
  });

  it('let the mirror itself through, whatever the list says', () => {
    const { proxy } = spec;
    if (proxy === undefined) throw new Error('no proxy');
    expect(proxyArgs(spec, proxy).allow).toEqual([spec.network.address, 'pypi.org']);
    const told = [
      ...readFile('workflows/operations/audit-mirror/README.md').text.matchAll(/^\| `(\w+)` \|/gm),
    ];
    expect(auditMirrorSteps(proxyArgs(spec, proxy)).map(({ id }) => id)).toEqual(told.map(([, id]) => id));
  });

  it('stand in the example as a comment that works', () => {
    const commented = /^# (proxy:\n(?:#.*\n)+)/m.exec(example)?.[1]?.replaceAll(/^# ?/gm, '') ?? '';
    expect(specWith((parse(commented) as { proxy: unknown }).proxy).proxy?.port).toBe(3128);
  });
});
