// SPDX-License-Identifier: Apache-2.0
// `mirrors` refuses a bad file by its path, starts what it was asked for, and shows what is served.
import { describe, expect, test } from 'vitest';
import { specDigestOf } from '../../cli/records/wanted-spec.ts';
import { parseMirrorSpec, parsePushImages } from '../../workflows/contracts/mirror/mirror-spec.schema.ts';
import type { MirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.ts';
import { readFile } from '../boundary/source-files.ts';
import { holdfast, instant } from './doubles/samples.ts';

const text = readFile('examples/mirror.yaml').text;
const spec = {
  apiVersion: 'holdfast/v1',
  kind: 'Mirror',
  name: 'lab-mirror',
  network: { cidr: '10.1.2.0/24', address: '10.1.2.2', gateway: '10.1.2.1' },
  deb: [{ name: 'debian', suites: ['trixie'], packages: ['hello'] }],
};
const files = { '/state/sites/lab-mirror/spec.json': JSON.stringify(spec) };

function parsedSpec(raw: object): MirrorSpec {
  const parsed = parseMirrorSpec(raw);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

describe('mirrors install', () => {
  test('replaces what is recorded when it is given a file, and no other spec when it is given a name', async () => {
    const run = (argument: string) =>
      holdfast({
        args: ['mirrors', 'install', argument, '--detach'],
        files: { ...files, '/work/m.yaml': text },
      });
    const [byFile, byName] = [await run('/work/m.yaml'), await run('lab-mirror')];
    expect(byFile.client.started[0]?.input).not.toHaveProperty('base');
    expect(byName.client.started[0]?.input).toMatchObject({ base: specDigestOf(parsedSpec(spec)) });
  });

  test('by its name attaches to the run that a file began, of the same spec', async () => {
    const wanted = { name: 'lab-mirror', specDigest: specDigestOf(parsedSpec(spec)) };
    const run = await holdfast(
      { args: ['mirrors', 'install', 'lab-mirror', '--detach'], files },
      { runningInput: { ...wanted, takeOver: false } },
    );
    expect([run.exitCode, run.stderr]).toEqual([
      8,
      expect.stringContaining('install-mirror/lab-mirror attached'),
    ]);
  });

  test('refuses a file by path, line and column, and starts nothing', async () => {
    const bad = text.replace('suites: [trixie]', 'suites: [../etc]');
    const run = await holdfast({
      args: ['mirrors', 'install', './m.yaml'],
      files: { './m.yaml': bad, '/work/m.yaml': bad, 'm.yaml': bad },
    });
    expect([run.exitCode, run.client.started]).toEqual([2, []]);
    expect(run.stderr).toContain('deb.0.suites.0: Not a suite such as trixie');
  });
});

describe('mirrors refresh', () => {
  test.each([
    [[], 'RefreshMirrors', 'refresh-mirrors/lab-mirror'],
    [['--plan'], 'PlanRefresh', 'plan-refresh/lab-mirror'],
  ])('starts one run for the mirror with %j', async (flags, type, id) => {
    const { client } = await holdfast({
      args: ['mirrors', 'refresh', 'lab-mirror', '--detach', ...flags],
      files,
    });
    expect(client.started).toMatchObject([{ type, id, input: { name: 'lab-mirror', takeOver: false } }]);
  });

  test('names the mirrors that are recorded when there is none of the name', async () => {
    const run = await holdfast({ args: ['mirrors', 'refresh', 'other'], files });
    expect([run.exitCode, run.client.started]).toEqual([2, []]);
    expect(run.stderr).toContain('There is no mirror other');
  });
});

describe('mirrors add and remove', () => {
  const changed = (...words: string[]) => holdfast({ args: ['mirrors', ...words], files });

  test('shows the difference, records the spec that is wanted, and starts one run', async () => {
    const run = await changed('add', 'lab-mirror', 'deb', 'curl', '--detach');
    expect(run.stderr).toContain('+ deb debian: curl');
    expect(run.client.started).toMatchObject([
      {
        type: 'ChangeMirror',
        id: 'change-mirror/lab-mirror',
        input: { name: 'lab-mirror', kind: null, base: specDigestOf(parsedSpec(spec)), takeOver: false },
      },
    ]);
  });

  test('takes several things as one change, and none of them when one is refused', async () => {
    const both = await changed('add', 'lab-mirror', 'deb', 'curl', 'jq', '--detach');
    expect(both.stderr).toContain('+ deb debian: curl\n+ deb debian: jq\n');
    expect(both.client.started).toHaveLength(1);
    const refused = await changed('remove', 'lab-mirror', 'deb', 'hello', 'helo', '--detach');
    expect([refused.exitCode, refused.client.started]).toEqual([2, []]);
  });

  test.each([
    [['add', 'lab-mirror', 'deb', 'curl', '--plan'], 0, '+ deb debian: curl'],
    [['add', 'lab-mirror', 'deb', 'hello'], 0, 'has it already: nothing was changed'],
    [['remove', 'lab-mirror', 'deb', 'helo'], 2, 'Did you mean hello?'],
    [['remove', 'lab-mirror', 'deb', 'hello'], 2, 'Name at least one source'],
    [['add', 'lab-mirror', 'pyp', 'six'], 2, 'Did you mean pypi?'],
    [['add', 'lab-mirror', 'deb'], 2, 'item'],
  ])('%j starts nothing', async (words, exitCode, text) => {
    const run = await changed(...words);
    expect([run.exitCode, run.client.started]).toEqual([exitCode, []]);
    expect(run.stderr).toContain(text);
  });
});

describe('mirrors audit and allow', () => {
  const withProxy = (proxy?: object) => ({
    '/state/sites/lab-mirror/spec.json': JSON.stringify({ ...spec, ...(proxy && { proxy }) }),
  });

  test('audit starts a run that only observes, allow one that installs the spec with the host', async () => {
    const audit = await holdfast({
      args: ['mirrors', 'audit', 'lab-mirror', '--detach'],
      files: withProxy({}),
    });
    expect(audit.client.started).toMatchObject([{ type: 'AuditMirror', id: 'audit-mirror/lab-mirror' }]);
    const allow = await holdfast({
      args: ['mirrors', 'allow', 'lab-mirror', '.debian.org', '--detach'],
      files: withProxy({ allow: ['deb.debian.org', 'pypi.org'] }),
    });
    expect(allow.stderr).toContain('+ proxy: .debian.org');
    const proxy = { port: 3128, allow: ['deb.debian.org', 'pypi.org'] };
    expect(allow.client.started).toMatchObject([
      {
        type: 'InstallMirror',
        id: 'install-mirror/lab-mirror',
        // It replaces no other spec than the one that it was made of.
        input: { base: specDigestOf(parsedSpec({ ...spec, proxy })) },
      },
    ]);
  });

  test.each([
    [{ allow: ['pypi.org'] }, 'pypi.org', 0, 'lets pypi.org through already'],
    [{ allow: ['.debian.org'] }, 'deb.debian.org', 2, 'Another line covers deb.debian.org'],
    [{}, 'https://pypi.org', 2, 'Not a host such as pypi.org'],
    [undefined, 'pypi.org', 2, 'has no proxy'],
  ])('with %j allow %s starts nothing', async (proxy, host, exitCode, text) => {
    const run = await holdfast({ args: ['mirrors', 'allow', 'lab-mirror', host], files: withProxy(proxy) });
    expect([run.exitCode, run.client.started]).toEqual([exitCode, []]);
    expect(run.stderr).toContain(text);
  });
});

describe('mirrors push', () => {
  const push = (...words: string[]) =>
    holdfast({ args: ['mirrors', 'push', 'lab-mirror', ...words, '--detach'], files });

  test('starts one run with the registry, and none without', async () => {
    const { client } = await push('--to', 'http://registry.test:5000');
    expect(client.started).toMatchObject([
      { type: 'PushImages', input: { name: 'lab-mirror', to: 'http://registry.test:5000', takeOver: false } },
    ]);
    const none = await push();
    expect([none.exitCode, none.client.started]).toEqual([2, []]);
  });

  test.each([
    ['https://registry.test', true],
    ['http://10.0.0.1:5000/a/b_c', true],
    ['registry.test', false],
    ['http://user:secret@registry.test', false],
    ['http://registry.test/../x', false],
    ['http://registry.test/?x', false],
  ])('takes %s for a registry: %j', (to, isOne) => {
    expect(parsePushImages({ name: 'lab-mirror', to }).ok).toBe(isOne);
  });
});

describe('mirrors refuse', () => {
  const withProxy = (proxy: unknown) => ({
    '/state/sites/lab-mirror/spec.json': JSON.stringify({ ...spec, proxy }),
  });

  test('records a host that stays out, and takes it back when it is allowed', async () => {
    const refuse = await holdfast({
      args: ['mirrors', 'refuse', 'lab-mirror', 'evil.test', '--detach'],
      files: withProxy({}),
    });
    expect(refuse.stderr).toContain('- proxy: evil.test');
    const refused = parsedSpec({ ...spec, proxy: { refuse: ['evil.test'] } });
    expect(refuse.client.started).toMatchObject([
      { type: 'InstallMirror', input: { specDigest: specDigestOf(refused) } },
    ]);
    const allow = await holdfast({
      args: ['mirrors', 'allow', 'lab-mirror', 'evil.test', '--detach'],
      files: withProxy({ refuse: ['evil.test'] }),
    });
    const allowed = parsedSpec({ ...spec, proxy: { allow: ['evil.test'], refuse: [] } });
    expect(allow.client.started).toMatchObject([{ input: { specDigest: specDigestOf(allowed) } }]);
  });

  test.each([
    [{ refuse: ['evil.test'] }, 'evil.test', 0, 'refuses evil.test already'],
    [{ allow: ['pypi.org'] }, 'pypi.org', 2, 'lets pypi.org through; nothing was done'],
    [{}, 'evil.test/', 2, 'Not a host as a proxy writes it'],
  ])('with %j refuse %s starts nothing', async (proxy, host, exitCode, words) => {
    const run = await holdfast({ args: ['mirrors', 'refuse', 'lab-mirror', host], files: withProxy(proxy) });
    expect([run.exitCode, run.client.started]).toEqual([exitCode, []]);
    expect(run.stderr).toContain(words);
  });
});

describe('mirrors rollback', () => {
  const kept = ['abc1', 'abd2', 'e3'].map((digits, hours) => ({
    revision: digits.padEnd(64, '0'),
    publishedAt: instant(hours * 3600),
    replacedAt: null,
  }));
  const status = {
    revision: kept[2]?.revision,
    publishedAt: instant(0),
    previous: null,
    kept,
    address: '10.1.2.2',
    suites: [],
  };
  const withStatus = { ...files, '/state/sites/lab-mirror/status.json': JSON.stringify(status) };
  const asked = (...words: string[]) =>
    holdfast({ args: ['mirrors', 'rollback', 'lab-mirror', ...words, '--detach'], files: withStatus });

  test.each([
    [[], null],
    [['abd'], kept[1]?.revision],
    [[kept[0]?.revision ?? ''], kept[0]?.revision],
  ])('starts a run to the revision that %j names', async (words, revision) => {
    const { client } = await asked(...words);
    expect(client.started).toMatchObject([
      { type: 'RollbackMirror', id: 'rollback-mirror/lab-mirror', input: { name: 'lab-mirror', revision } },
    ]);
  });

  test.each([
    [['ab'], 'Several kept revisions begin with'],
    [['f'], 'No kept revision begins with'],
    [['abc', 'abd'], 'Name one revision'],
  ])('refuses %j and lists what is kept', async (words, message) => {
    const run = await asked(...words);
    expect([run.exitCode, run.client.started]).toEqual([2, []]);
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain('kept: abd2000000000000');
  });
});

describe('mirrors status', () => {
  const path = '/state/sites/lab-mirror/status.json';
  const status = {
    revision: 'a'.repeat(64),
    publishedAt: instant(-3 * 3600),
    previous: null,
    refreshedAt: instant(-600),
    trials: [{ kind: 'deb', client: 'apt 3.0.3' }],
    address: '10.1.2.2',
    suites: [
      { source: 'debian', suite: 'trixie', upstreamDate: instant(-86_400), packages: 60, bytes: 17_400_000 },
    ],
    indexes: [{ index: 'python', projects: 5, files: 7, bytes: 1_200_000 }],
    quotas: [
      { host: 'hub.test', limit: 100, left: 63, seconds: 21_600, waitSeconds: 0 },
      { host: 'slow.test', limit: null, left: null, seconds: null, waitSeconds: 90 },
    ],
  };

  test('shows revision, age, size and the line for apt', async () => {
    const run = await holdfast({
      args: ['mirrors', 'status', 'lab-mirror'],
      files: { ...files, [path]: JSON.stringify(status) },
    });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain(`Revision ${'a'.repeat(16)} of lab-mirror, published 3h ago`);
    expect(run.stdout).toContain('debian  trixie  60        17.4 MB  24h ago');
    expect(run.stdout).toContain('http://10.1.2.2/deb/debian trixie main');
    expect(run.stdout).toContain('Health: refreshed 10min ago, deb taken by apt 3.0.3');
    expect(run.stdout).toMatch(/^hub\.test +63 of 100 +in 6 h/m);
    expect(run.stdout).toMatch(/^slow\.test +no limit named +left alone for 90 s/m);
    expect(run.stdout).toContain('python  5         7      1.2 MB');
    expect(run.stdout).toContain('--index-url http://10.1.2.2/pypi/python/simple/');
  });

  const unknown = {
    destination: 'evil.test:443',
    host: 'evil.test',
    requests: 2,
    bytes: 20,
    clients: ['10.1.1.2', '10.1.1.3'],
    lastAt: Date.parse(instant(-600)) / 1000,
    verdict: 'open',
  };
  const proxied = (result: object, ...words: string[]) =>
    holdfast({
      args: ['mirrors', 'status', 'lab-mirror', ...words],
      files: {
        '/state/sites/lab-mirror/spec.json': JSON.stringify({ ...spec, proxy: {} }),
        [path]: JSON.stringify(status),
      },
      machine: [result],
    });

  test('shows undecided destinations of its proxy', async () => {
    const result = { type: 'result', data: { unknown: [unknown], count: 3 } };
    const run = await proxied(result);
    expect(run.io.machineAsked.map(({ words }) => words)).toEqual([['destinations', 'lab-mirror']]);
    expect(run.stdout).toMatch(/^evil\.test:443 +2 +10\.1\.1\.2 and 1 more +10 min ago/m);
    expect(run.stdout).toContain('and 2 more: holdfast mirrors audit lab-mirror');
    expect(run.stdout).toContain(
      'next: holdfast mirrors allow lab-mirror evil.test, or holdfast mirrors refuse lab-mirror evil.test',
    );
    const document = JSON.parse((await proxied(result, '--json')).stdout) as { proxy: unknown };
    expect(document.proxy).toEqual(result.data);
    const none = await proxied({ type: 'result', data: { unknown: [], count: 0 } });
    expect(none.stdout).toContain('Proxy: clients asked for no unknown destination');
  });

  test('says that it does not know when the log of its proxy cannot be read', async () => {
    const run = await proxied({
      type: 'error',
      message: 'The proxy of lab-mirror has written no log',
      hint: '',
    });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('not known: The proxy of lab-mirror has written no log');
    expect(run.stdout).not.toContain('no unknown destination');
  });

  test('says what to do when nothing is served yet, and refuses a damaged file', async () => {
    const none = await holdfast({ args: ['mirrors', 'status', 'lab-mirror'], files });
    expect(none.stderr).toContain('holdfast mirrors refresh lab-mirror');
    const damaged = await holdfast({
      args: ['mirrors', 'status', 'lab-mirror'],
      files: { ...files, [path]: '{' },
    });
    expect(damaged.exitCode).toBe(1);
    expect(damaged.stderr).toContain('cannot be read as the status of a mirror');
  });
});

describe('mirrors export and import', () => {
  const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
  const { deb: _, ...rest } = spec;
  const far = { ...rest, name: 'far', receives: { site: 'lab-mirror', signers: [key] } };
  const both = { ...files, '/state/sites/far/spec.json': JSON.stringify(far) };

  test('start one run each, with absolute folders', async () => {
    const written = await holdfast({
      args: ['mirrors', 'export', 'lab-mirror', '--to', './out', '--since', './r', '--detach'],
      files: both,
    });
    expect(written.client.started).toMatchObject([
      {
        type: 'ExportBundle',
        id: 'export-bundle/lab-mirror',
        input: { folder: '/work/out', since: '/work/r', takeOver: false },
      },
    ]);
    const taken = await holdfast({ args: ['mirrors', 'import', 'far', 'in', '--detach'], files: both });
    expect(taken.client.started).toMatchObject([
      { type: 'ImportBundle', id: 'import-bundle/far', input: { name: 'far', folder: '/work/in' } },
    ]);
  });

  test.each([
    [['export', 'lab-mirror'], 'Name the folder of the bundle'],
    [['export', 'lab-mirror', '--to', 'x', '--segment-bytes', '4G'], '--segment-bytes takes a whole number'],
    [['import', 'far'], 'Name the one folder of the bundle'],
    [['import', 'far', 'a', 'b'], 'Name the one folder of the bundle'],
  ])('refuse %j', async (words, message) => {
    const run = await holdfast({ args: ['mirrors', ...words, '--detach'], files: both });
    expect([run.exitCode, run.client.started]).toEqual([2, []]);
    expect(run.stderr).toContain(message);
  });
});
