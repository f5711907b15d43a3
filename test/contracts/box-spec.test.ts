// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboardUrlOf, externalCidrOf } from '../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import { parseInstallBox, parseNamedBox } from '../../workflows/contracts/box/inputs.schema.ts';
import type { Issue, Parsed } from '../../workflows/contracts/run/parse.schema.ts';

type Tree = Record<string, unknown>;

const management = { cidr: '10.77.1.0/24', address: '10.77.1.2', gateway: '10.77.1.1' };

/** The least that a spec has to say. */
const spec = (extra: Tree = {}): Tree => ({
  apiVersion: 'holdfast/v1',
  kind: 'Box',
  name: 'lab',
  networks: { management },
  ...extra,
});
const withNetwork = (extra: Tree): Tree => spec({ networks: { management: { ...management, ...extra } } });

function issuesOf(parsed: Parsed<unknown>): readonly Issue[] {
  return parsed.ok ? [] : parsed.issues;
}
const pathsOf = (raw: unknown): string[] => issuesOf(parseBoxSpec(raw)).map(({ path }) => path);

describe('parseBoxSpec()', () => {
  it('parseBoxSpec() fills in every default when a spec says the least', () => {
    expect(parseBoxSpec(spec())).toEqual({
      ok: true,
      value: {
        apiVersion: 'holdfast/v1',
        kind: 'Box',
        name: 'lab',
        provision: { kind: 'local' },
        release: 'debian-13',
        region: 'RegionOne',
        networks: { management },
        services: ['identity', 'image', 'placement', 'network', 'compute'],
        access: {},
        overrides: {},
        certificates: { lifetimeDays: 397 },
        dumps: { keep: 7 },
        seeds: {
          projects: [],
          test: {
            cidr: '192.168.200.0/24',
            quotas: {
              compute: { instances: 20, cores: 40, ram: 102_400 },
              network: { network: 20, subnet: 40, router: 10, port: 200 },
            },
          },
        },
      },
    });
  });

  it.each([
    ['2d', ['schedules.rotateKeysEvery']],
    ['71h', ['schedules.rotateKeysEvery']],
    ['3d', []],
    ['never', []],
  ])('parseBoxSpec() with keys that are rotated every %s names %j', (rotateKeysEvery, paths) => {
    expect(pathsOf(spec({ schedules: { rotateKeysEvery } }))).toEqual(paths);
  });

  const desk = {
    name: 'desk',
    publicKey: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=',
    address: '10.79.1.2',
  };
  const lap = {
    name: 'lap',
    publicKey: 'HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=',
    address: '10.79.1.3',
  };
  it.each([
    [{ clients: [desk, lap] }, []],
    [{ clients: [desk, { ...lap, publicKey: desk.publicKey }] }, ['clients.1.publicKey']],
    [{ clients: [desk, { ...lap, address: desk.address }] }, ['clients.1.address']],
    [{ clients: [desk, { ...lap, name: 'desk' }] }, ['clients.1.name']],
    [{ clients: [{ ...desk, address: '10.79.1.1' }] }, ['clients.0.address']],
    [{ clients: [{ ...desk, address: '10.79.2.2' }] }, ['clients.0.address']],
    [{ clients: [{ ...desk, publicKey: 'A'.repeat(43) }] }, ['clients.0.publicKey']],
    [{ cidr: '10.77.0.0/16' }, ['cidr']],
    [{ cidr: '10.77.129.0/24' }, ['cidr']],
    [{ cidr: '10.79.1.0/31' }, ['cidr']],
    [{ port: 80 }, ['port']],
  ])('parseBoxSpec() with the tunnels %j names %j', (extra, paths) => {
    const wireguard = { address: '192.168.1.20', ...extra };
    expect([...new Set(pathsOf(spec({ access: { wireguard } })))]).toEqual(
      paths.map((path) => `access.wireguard.${path}`),
    );
  });

  it('parseBoxSpec() accepts its own result when it is parsed again', () => {
    const first = parseBoxSpec(spec({ seeds: { projects: [{ name: 'demo' }] } }));
    expect(first.ok && parseBoxSpec(first.value)).toEqual(first);
  });

  it('parseBoxSpec() accepts the example when it is read from its file', () => {
    expect(pathsOf(parse(readFileSync('examples/local-box.yaml', 'utf8')))).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['notify', { notify: {} }],
    ['seeds.test.quotas.compute.cores', { seeds: { test: { quotas: { compute: { cores: 2 ** 31 } } } } }],
    ['notify.webhook', { notify: { webhook: 'ftp://example.org/x' } }],
    ['notify.command', { notify: { command: [] } }],
  ])('parseBoxSpec() refuses %s when it names nobody that can be told', (path, extra) => {
    expect(pathsOf(spec(extra as Tree))).toEqual([path]);
  });

  it.each<[string, unknown]>([
    ['colour', spec({ colour: 'red' })],
    ['networks.storage', spec({ networks: { management, storage: {} } })],
    ['networks.management.mtu', withNetwork({ mtu: 1500 })],
    ['seeds.projects.0.owner', spec({ seeds: { projects: [{ name: 'demo', owner: 'me' }] } })],
    ['certificates.days', spec({ certificates: { days: 3 } })],
    ['provision.host', spec({ provision: { kind: 'local', host: 'x' } })],
  ])('parseBoxSpec() names the path %s when there is no such key', (path, raw) => {
    expect(issuesOf(parseBoxSpec(raw))).toEqual([{ path, message: 'There is no such key', isKey: true }]);
  });

  it('parseBoxSpec() names every unknown key when there are several', () => {
    expect(pathsOf(spec({ one: 1, two: 2, networks: { management, three: 3 } })).sort()).toEqual([
      'networks.three',
      'one',
      'two',
    ]);
  });

  it.each<[string, unknown]>([
    ['name', spec({ name: 7 })],
    ['region', spec({ region: ['RegionOne'] })],
    ['networks', spec({ networks: 'all' })],
    ['networks.management.cidr', withNetwork({ cidr: 10 })],
    ['certificates.lifetimeDays', spec({ certificates: { lifetimeDays: '397' } })],
    ['certificates.lifetimeDays', spec({ certificates: { lifetimeDays: 1 } })],
    ['certificates.lifetimeDays', spec({ certificates: { lifetimeDays: 1.5 } })],
    ['certificates.lifetimeDays', spec({ certificates: { lifetimeDays: 3651 } })],
    ['seeds.projects', spec({ seeds: { projects: { name: 'demo' } } })],
    ['apiVersion', spec({ apiVersion: 'holdfast/v2' })],
    ['kind', spec({ kind: 'Cloud' })],
    ['release', spec({ release: 'debian-11' })],
    ['provision.kind', spec({ provision: { kind: 'ssh' } })],
    ['debian.mirror', spec({ debian: { mirror: 'not a url' } })],
    ['(whole input)', null],
    ['(whole input)', 'lab'],
    ['(whole input)', [spec()]],
  ])('parseBoxSpec() names the path %s when the value has the wrong type', (path, raw) => {
    expect(pathsOf(raw)).toEqual([path]);
  });

  it('parseBoxSpec() names every missing key when the input is empty', () => {
    expect(pathsOf({}).sort()).toEqual(['apiVersion', 'kind', 'name', 'networks']);
  });
});

describe('networks of a spec', () => {
  it.each(['10.77.1.0/33', '10.77.1.0/24/8', '10.77.1.2/24', '10.77.1.0', 'fd00::/64'])(
    'parseBoxSpec() refuses the network when it is %s',
    (cidr) => {
      const [issue, ...others] = issuesOf(parseBoxSpec(withNetwork({ cidr })));
      expect(issue?.path).toBe('networks.management.cidr');
      expect(issue?.message).toContain('10.77.1.0/24');
      expect(others).toEqual([]);
    },
  );

  it.each<[string, Tree]>([
    ['address', { address: '10.77.2.2' }],
    ['address', { address: '10.77.1.0' }],
    ['address', { address: '10.77.1.255' }],
    ['address', { address: '10.77.1.2/24' }],
    ['gateway', { gateway: '10.76.255.254' }],
    ['gateway', { gateway: management.address }],
  ])('parseBoxSpec() refuses networks.management.%s when it is %j', (key, extra) => {
    expect(pathsOf(withNetwork(extra))).toEqual([`networks.management.${key}`]);
  });

  it('parseBoxSpec() refuses both addresses when the network has room for none', () => {
    const narrow = { cidr: '10.77.1.2/31', address: '10.77.1.2', gateway: '10.77.1.3' };
    expect(pathsOf(withNetwork(narrow))).toEqual([
      'networks.management.address',
      'networks.management.gateway',
    ]);
    expect(pathsOf(withNetwork({ cidr: '10.77.1.0/30' }))).toEqual([]);
  });

  it.each([
    ['10.77.1.0/24', ['networks.public.cidr']],
    ['10.0.0.0/8', ['networks.public.cidr']],
    ['10.77.1.128/25', ['networks.public.cidr']],
    ['10.77.2.0/24', []],
    ['10.77.2.0/99', ['networks.public.cidr']],
    ['10.77.2.0/29', []],
    ['10.77.2.0/30', ['networks.public.cidr']],
  ])('parseBoxSpec() compares both networks when the public one is %s', (cidr, paths) => {
    expect(pathsOf(spec({ networks: { management, public: { cidr } } }))).toEqual(paths);
  });
});

describe('the external network of a box with guests', () => {
  const externalNetworkOf = (extra: Tree): string | null => {
    const parsed = parseBoxSpec(spec(extra));
    return parsed.ok ? externalCidrOf(parsed.value) : JSON.stringify(parsed.issues);
  };

  it('externalCidrOf() is as large as the management network and 128 away when none is named', () => {
    expect(externalNetworkOf({})).toBe('10.77.129.0/24');
    const far = { cidr: '10.77.200.0/25', address: '10.77.200.2', gateway: '10.77.200.1' };
    expect(externalNetworkOf({ networks: { management: far } })).toBe('10.77.72.0/25');
  });

  it('externalCidrOf() is the named one, and none without guests', () => {
    expect(externalNetworkOf({ networks: { management, public: { cidr: '203.0.113.0/24' } } })).toBe(
      '203.0.113.0/24',
    );
    expect(externalNetworkOf({ hypervisor: 'fake' })).toBe(null);
    expect(externalNetworkOf({ services: ['identity'] })).toBe(null);
    expect(externalNetworkOf({ hypervisor: 'fake', networks: { management, public: {} } })).toBe(
      '10.77.129.0/24',
    );
  });

  it('parseBoxSpec() asks for a range when the management network leaves no place beside it', () => {
    const large = { cidr: '10.0.0.0/8', address: '10.0.0.2', gateway: '10.0.0.1' };
    expect(pathsOf(spec({ networks: { management: large } }))).toEqual(['networks.public.cidr']);
    expect(pathsOf(spec({ networks: { management: large }, hypervisor: 'fake' }))).toEqual([]);
    const named = { management: large, public: { cidr: '192.168.7.0/24' } };
    expect(pathsOf(spec({ networks: named }))).toEqual([]);
  });

  it.each([
    [[], ['identity', 'image', 'placement', 'network', 'compute', 'volume'], 'debian-13'],
    [['services.1'], ['identity', 'volume'], 'debian-13'],
    [['services.5'], ['identity', 'image', 'placement', 'network', 'compute', 'volume'], 'debian-12'],
  ])('parseBoxSpec() refuses %j when volumes are wanted as %j on %s', (paths, services, release) => {
    expect(pathsOf(spec({ services, release }))).toEqual(paths);
  });

  it('parseBoxSpec() refuses a hypervisor that it does not know', () => {
    expect(pathsOf(spec({ hypervisor: 'xen' }))).toEqual(['hypervisor']);
  });
});

describe('the dashboard of a box', () => {
  const usual = ['identity', 'image', 'placement', 'network', 'compute'];

  it('parseBoxSpec() takes it beside the others when a spec names it, in whatever order', () => {
    const parsed = parseBoxSpec(spec({ services: ['dashboard', ...usual] }));
    expect(parsed.ok && parsed.value.services).toEqual([...usual, 'dashboard']);
  });

  it('parseBoxSpec() refuses it by its path when nothing is there that it could show', () => {
    const message = 'dashboard needs image, network, compute beside it';
    expect(issuesOf(parseBoxSpec(spec({ services: ['identity', 'dashboard'] })))).toEqual([
      { path: 'services.1', message },
    ]);
  });

  it('dashboardUrlOf() is where people reach the box, and none where there is no dashboard', () => {
    const urlOf = (extra: Tree): string | null => {
      const parsed = parseBoxSpec(spec(extra));
      return parsed.ok ? dashboardUrlOf(parsed.value) : JSON.stringify(parsed.issues);
    };
    const services = [...usual, 'dashboard'];
    expect(urlOf({})).toBe(null);
    expect(urlOf({ services })).toBe('https://10.77.1.2/');
    expect(urlOf({ services, access: { address: '192.168.1.20' } })).toBe('https://192.168.1.20/');
    const access = { address: '192.168.1.20', name: 'cloud.example.org' };
    expect(urlOf({ services, access })).toBe('https://cloud.example.org/');
  });
});

describe('names of a spec', () => {
  it.each([
    '../etc',
    '/etc/passwd',
    'a/b',
    '..',
    '.',
    'a.b',
    'lab\n',
    '',
    'a',
    '-lab',
    'lab-',
    'Lab',
    '1lab',
    'lab box',
    'lab_box',
    'läb',
    '$(reboot)',
    `a${'b'.repeat(48)}`,
  ])('parseBoxSpec() and parseNamedBox() refuse the name %j when it could be a path or worse', (name) => {
    expect(pathsOf(spec({ name }))).toEqual(['name']);
    expect(issuesOf(parseNamedBox({ name })).map(({ path }) => path)).toEqual(['name']);
  });

  it.each(['ab', 'lab-2', `a${'b'.repeat(47)}`])(
    'parseBoxSpec() accepts the name %s when it is plain',
    (name) => {
      expect(pathsOf(spec({ name }))).toEqual([]);
    },
  );

  it('parseBoxSpec() refuses a project when its name is taken, with its place in the list', () => {
    const named = (...names: string[]): Tree =>
      spec({ seeds: { projects: names.map((name) => ({ name })) } });
    expect(pathsOf(named('demo', 'other'))).toEqual([]);
    expect(pathsOf(named('demo', 'other', 'demo'))).toEqual(['seeds.projects.2.name']);
    expect(pathsOf(named('admin', 'x', 'service'))).toEqual([
      'seeds.projects.0.name',
      'seeds.projects.2.name',
    ]);
    expect(pathsOf(named(''))).toEqual(['seeds.projects.0.name']);
  });
});

describe('certificates of a spec', () => {
  const named = { access: { name: 'box.cloud.example' } };

  it('parseBoxSpec() takes an authority with a name to certify, and leaves it out where none is named', () => {
    const parsed = parseBoxSpec(spec({ ...named, certificates: { authority: 'lab' } }));
    expect(parsed.ok && parsed.value.certificates).toEqual({ lifetimeDays: 397, authority: 'lab' });
    const plain = parseBoxSpec(spec(named));
    expect(plain.ok && plain.value.certificates).toEqual({ lifetimeDays: 397 });
  });

  it('parseBoxSpec() refuses an authority without a name to certify, at the name', () => {
    expect(pathsOf(spec({ certificates: { authority: 'lab' } }))).toEqual(['access.name']);
    const byAddress = { access: { address: '192.168.1.20' }, certificates: { authority: 'lab' } };
    expect(pathsOf(spec(byAddress))).toEqual(['access.name']);
  });

  it.each(['', 'L', '../lab', 'lab/1'])('parseBoxSpec() refuses the authority %j', (authority) => {
    expect(pathsOf(spec({ ...named, certificates: { authority } }))).toEqual(['certificates.authority']);
  });
});

describe('inputs that name a box', () => {
  it('parseInstallBox() and parseNamedBox() do not take over when the input does not say so', () => {
    const wanted = { name: 'lab', specDigest: 'a'.repeat(64) };
    expect(parseInstallBox(wanted)).toEqual({ ok: true, value: { ...wanted, takeOver: false } });
    expect(parseNamedBox({ name: 'lab' })).toEqual({
      ok: true,
      value: { name: 'lab', takeOver: false, scheduled: false },
    });
  });

  it('parseInstallBox() refuses a spec in the input: it is recorded, and named by its digest', () => {
    const raw = { name: 'lab', specDigest: 'A', spec: spec() };
    expect(issuesOf(parseInstallBox(raw)).map(({ path }) => path)).toEqual(['specDigest', 'spec']);
  });
});
