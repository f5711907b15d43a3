// SPDX-License-Identifier: Apache-2.0
// What the log of a proxy tells, which lists of hosts a spec may have, and the steps of a mirror with a proxy.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mirrorProfile } from '../../../profiles/index.ts';
import { mirrorBase, ociArgs } from '../../../workflows/box/mirror/model.ts';
import { auditArgs, decisionArgs, proxyArgs } from '../../../workflows/box/mirror/proxy.ts';
import { askedDestinations, isAllowedBy } from '../../../workflows/contracts/mirror/proxy/access-log.ts';
import {
  allowing,
  decisionQuestion,
  openHosts,
  refusedDestinations,
  refusing,
} from '../../../workflows/contracts/mirror/proxy/decision.ts';
import { dataRefusal } from '../../../workflows/contracts/run/question.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import { auditMirrorSteps } from '../../../workflows/operations/audit-mirror/steps.ts';
import { installMirrorSteps } from '../../../workflows/operations/install-mirror/steps.ts';
import { refreshMirrorsSteps } from '../../../workflows/operations/refresh-mirrors/steps.ts';
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

describe('decisions on hosts', () => {
  const asked = (text: string, allow: readonly string[], until?: number) =>
    askedDestinations(text, isAllowedBy(allow), until);

  it('openHosts() leaves out what is allowed, what is refused, and other ports of what is allowed', () => {
    const lists = { allow: ['pypi.org'], refuse: ['.test'] };
    expect([...openHosts(asked(log, lists.allow), lists).keys()]).toEqual(['192.0.2.1']);
    const ports = '100 10.1.1.2 GET pypi.org 8080 403 20\n101 10.1.1.2 GET a.test 80 403 20';
    const found = asked(ports, lists.allow);
    expect(refusedDestinations(found, lists).map(({ verdict }) => verdict)).toEqual(['refused', 'port']);
    expect(openHosts(found, lists).size).toBe(0);
  });

  it('askedDestinations() leaves out what was asked for later, and the probe of the steps', () => {
    const hosts = asked(`${log}\n103 127.0.0.1 GET holdfast-probe.invalid 80 403 20`, [], 103);
    expect(hosts.map(({ destination, requests }) => [destination, requests])).toEqual([
      ['evil.test:443', 2],
      ['pypi.org:443', 1],
      ['pypi.org:80', 1],
    ]);
  });

  it('openHosts() takes the newest of a flood, with all that was asked of each', () => {
    const flood = Array.from({ length: 500 }, (_, index) =>
      ['GET', 'CONNECT'].map(
        (method, port) => `${index} 10.1.1.2 ${method} h${index}.test ${80 + port} 403 1`,
      ),
    ).flat();
    const found = openHosts(asked(flood.join('\n'), []), { allow: [] });
    expect([...found.keys()].slice(0, 2)).toEqual(['h499.test', 'h498.test']);
    expect([found.size, found.get('h499.test')?.length]).toEqual([20, 2]);
  });

  it('allowing() takes back a refusal, and takes out what it covers', () => {
    const proxy = { allow: ['deb.debian.org', 'pypi.org'], refuse: ['ftp.debian.org', 'evil.test'] };
    expect(allowing(proxy, '.debian.org')).toEqual({
      allow: ['pypi.org', '.debian.org'],
      refuse: ['evil.test'],
    });
    expect(allowing(proxy, 'pypi.org')).toEqual(proxy);
    expect(allowing(proxy, 'evil.test').refuse).toEqual(['ftp.debian.org']);
  });

  it('refusing() names a host once', () => {
    const once = refusing({ allow: [] }, 'evil.test');
    expect(refusing(once, 'evil.test')).toEqual({ allow: [], refuse: ['evil.test'] });
  });

  it.each([
    ['none', null],
    ['pypi.org', null],
    ['pypi.org .debian.org', null],
    ['', 'refused'],
    ['pypi.org,evil.test', 'refused'],
    ['org', 'refused'],
    ['pypi.org\nhttp_access', 'refused'],
  ])('an answer is judged: %j', (allow, outcome) => {
    expect(dataRefusal(decisionQuestion, { allow }) === null ? null : 'refused').toBe(outcome);
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
    [{ refuse: ['localhost', '[::1]', '.evil.test'], audit: 'approve', auditEvery: '6h' }, null],
    [{ refuse: ['evil.test"\n'] }, 'proxy.refuse.0'],
    [{ refuse: [`${'a'.repeat(254)}`] }, 'proxy.refuse.0'],
    [{ audit: 'always' }, 'proxy.audit'],
    [{ auditEvery: 'now and then' }, 'proxy.auditEvery'],
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
    const args = auditArgs(spec, proxy);
    expect(auditMirrorSteps(args).map(({ id }) => id)).toEqual(told.map(([, id]) => id));
    // What is used and what is not is always a difference: a schedule notifies of neither.
    expect(auditMirrorSteps(args, true).map(({ id }) => id)).toEqual(['unknown']);
  });

  it('hold the publication of a refresh where the spec says so, and nowhere else', () => {
    expect(decisionArgs(spec)).toBeUndefined();
    expect(decisionArgs(specWith(undefined))).toBeUndefined();
    const { name, keep } = spec;
    const kinds = {
      deb: { box: name, limits: [], sources: [] },
      pypi: { box: name, limits: [], indexes: [] },
    };
    const args = { box: name, keep, ...kinds, oci: ociArgs(spec) };
    const plain = refreshMirrorsSteps(args, true, decisionArgs(spec));
    const held = refreshMirrorsSteps(args, true, decisionArgs(specWith({ audit: 'approve' })));
    const added = held.filter(({ id }) => !plain.some((each) => each.id === id));
    expectGolden('mirror/refresh-mirrors.audit.golden', goldenText(added));
    const text = readFile('workflows/operations/refresh-mirrors/README.md').text;
    const told = [...text.matchAll(/^\| (audit\S*) \|/gm)].map(([, id]) => id);
    expect(added.map(({ id }) => id)).toEqual(told);
    expect(held.find(({ id }) => id === 'published')?.after).toEqual(['audit.allowed']);
    expect(added[0]?.after).toEqual(plain.find(({ id }) => id === 'published')?.after);
  });

  it('stand in the example as a comment that works', () => {
    const commented = /^# (proxy:\n(?:#.*\n)+)/m.exec(example)?.[1]?.replaceAll(/^# ?/gm, '') ?? '';
    expect(specWith((parse(commented) as { proxy: unknown }).proxy).proxy?.port).toBe(3128);
  });
});
