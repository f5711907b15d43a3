// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { RunDescription } from '../../cli/temporal/temporal-client.ts';
import { stoppedStatus } from './doubles/fake-io.ts';
import { holdfast, instant, labFiles, labSpec } from './doubles/samples.ts';

const installed = { moments: [{ run: { status: 'completed', closedAt: instant(9) } }] } as const;
const access = {
  cloudsYaml: '/state/boxes/lab/access/clouds.yaml',
  caFile: '/state/boxes/lab/access/ca.pem',
  clouds: ['lab-admin'],
};
const lab = {
  name: 'lab',
  phase: 'installed',
  address: '10.77.1.2',
  floatingIps: '10.77.129.0/24',
  dashboard: null,
  access,
  services: labSpec.services,
  release: 'debian-13',
};

/** What the machine's program sees of a box. */
const state = {
  isOn: true,
  hypervisor: 'kvm',
  services: [
    { name: 'keystone', state: 'running' },
    { name: 'nova-compute', state: 'failed' },
  ],
  failedUnits: ['nova-compute'],
  memoryBytes: 3 * 2 ** 30,
  capacity: {
    processors: { used: 2, total: 32 },
    memoryMebibytes: { used: 512, total: 12_000 },
    diskGibibytes: { used: 1, total: 200 },
  },
};
const seen = (data: unknown) => [{ type: 'result', data }];
const sample = {
  cloud: 'lab-test',
  result: 'bad',
  startedAt: instant(-300),
  seconds: 42,
  phases: [],
  throughput: {},
  failedPhase: 'ssh',
};
const evidence = {
  box: 'lab',
  release: 'debian-13',
  recordedAt: instant(0),
  packages: [{ name: 'keystone-common', version: '27' }],
  expiries: [
    { what: 'certificate authority', notAfter: '2036-01-05T12:00:00.000Z' },
    { what: 'certificate api', notAfter: '2027-02-06T12:00:00.000Z' },
  ],
  canary: [],
  services: [{ name: 'keystone', version: '27' }, { name: 'nova-compute' }],
};
const knownFiles = {
  ...labFiles,
  '/state/boxes/lab/evidence.json': JSON.stringify(evidence),
  '/state/boxes/lab/access/clouds.yaml':
    'clouds:\n  lab-admin:\n    auth: { username: admin, project_name: admin, password: secret }\n',
  '/state/canaries/lab-test.ndjson': `${JSON.stringify(sample)}\n`,
};

describe('box show', () => {
  it('carries what is recorded and what is seen with --json, and no password', async () => {
    const { stdout, io } = await holdfast(
      { args: ['box', 'show', 'lab', '--json'], files: knownFiles, machine: seen(state) },
      installed,
    );
    expect(JSON.parse(stdout)).toEqual({
      ...lab,
      users: [{ cloud: 'lab-admin', user: 'admin', project: 'admin' }],
      certificates: evidence.expiries,
      versions: evidence.services,
      packages: 1,
      canary: { result: 'bad', startedAt: instant(-300), seconds: 42, failedPhase: 'ssh' },
      state,
    });
    expect(stdout).not.toContain('secret');
    const request = { box: 'lab', services: ['keystone', 'nova-compute', 'haproxy'], cloud: 'lab-admin' };
    expect(io.machineAsked.map(({ words }) => words)).toEqual([['state', JSON.stringify(request)]]);
  });

  it('prints the same for people', async () => {
    const { stdout } = await holdfast(
      { args: ['box', 'show', 'lab'], files: knownFiles, machine: seen(state) },
      installed,
    );
    expect(stdout).toMatchInlineSnapshot(`
      "name          lab
      phase         installed
      release       debian-13
      services      identity image placement network compute
      address       10.77.1.2
      floating IPs  10.77.129.0/24
      clouds        lab-admin
      clouds.yaml   /state/boxes/lab/access/clouds.yaml
      CA            /state/boxes/lab/access/ca.pem
      users         admin of project admin: lab-admin
      hypervisor    KVM
      certificates  2; the first ends 2027-02-06 12:00 (certificate api)
      last canary   bad at ssh after 42 s, 5 min ago
      power         on, 3.0 GiB of memory in use
      servers use   2 of 32 processors, 512 of 12000 MiB of memory, 1 of 200 GiB of disk
      failed        nova-compute

      SERVICE       VERSION  STATE
      keystone      27       running
      nova-compute           failed
      haproxy
      1 packages of Debian in all
      "
    `);
  });

  it('says that a box is off, and how it is switched on', async () => {
    const off = {
      isOn: false,
      hypervisor: null,
      services: [],
      failedUnits: [],
      memoryBytes: null,
      capacity: null,
    };
    const { stdout } = await holdfast({ args: ['box', 'show', 'lab'], machine: seen(off) }, installed);
    expect(stdout).toMatch(/^power +off; holdfast box start lab$/m);
  });

  it('shows the rest to a user who cannot look at the box', async () => {
    const refusal = { type: 'error', message: 'Box lab cannot be entered', hint: 'Run it as root' };
    const { stdout, stderr, exitCode } = await holdfast(
      { args: ['box', 'show', 'lab', '--json'], machine: [refusal] },
      installed,
    );
    expect([JSON.parse(stdout), exitCode]).toEqual([expect.objectContaining({ ...lab, state: null }), 0]);
    expect(stderr).toBe('How box lab stands is unknown: Box lab cannot be entered\n');
  });

  it('links to the dashboard of a box that has one', async () => {
    const spec = {
      ...labSpec,
      services: [...labSpec.services, 'dashboard'],
      access: { name: 'cloud.example.org' },
    };
    const files = { ...labFiles, '/state/boxes/lab/spec.json': JSON.stringify(spec) };
    const { stdout } = await holdfast({ args: ['box', 'show', 'lab'], files }, installed);
    expect(stdout).toContain('\ndashboard     https://cloud.example.org/\n');
    const json = await holdfast({ args: ['box', 'show', 'lab', '--json'], files }, installed);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...lab,
      services: spec.services,
      dashboard: 'https://cloud.example.org/',
    });
  });

  it('still shows what the state directory knows when Temporal does not answer', async () => {
    const { stdout, stderr, exitCode } = await holdfast({
      args: ['box', 'show', 'lab', '--json'],
      status: stoppedStatus,
      machine: seen(state),
    });
    expect([JSON.parse(stdout), stderr, exitCode]).toEqual([
      expect.objectContaining({ ...lab, phase: 'unknown', state }),
      'Temporal does not run; this command starts nothing\n',
      0,
    ]);
  });

  it('has no access before the files are written', async () => {
    const files = { '/state/boxes/lab/spec.json': labFiles['/state/boxes/lab/spec.json'] ?? '' };
    const { stdout } = await holdfast({ args: ['box', 'show', 'lab', '--json'], files }, { moments: [{}] });
    expect(JSON.parse(stdout)).toMatchObject({ phase: 'installing', access: null });
  });
});

describe('box list', () => {
  it('is an array with --json, empty without boxes and without starting anything', async () => {
    expect(JSON.parse((await holdfast({ args: ['box', 'list', '--json'] }, installed)).stdout)).toEqual([
      lab,
    ]);
    const empty = await holdfast({ args: ['box', 'list', '--json'], files: {} });
    expect([empty.stdout, empty.io.supervised]).toEqual(['[]\n', []]);
  });

  it('prints a line a box', async () => {
    const { stdout } = await holdfast({ args: ['box', 'list'] }, installed);
    expect(stdout).toBe('NAME  PHASE      ADDRESS\nlab   installed  10.77.1.2\n');
  });

  const path = '/state/boxes/cut/spec.json';
  it.each([
    ['was cut off', {}],
    ['cannot be read', { unreadable: [path] }],
  ])('lists the other boxes when a record %s, and says what to do about that one', async (_, extra) => {
    const files = { ...labFiles, [path]: '{"apiVersion":' };
    const { stdout, stderr, exitCode } = await holdfast(
      { args: ['box', 'list'], files, ...extra },
      installed,
    );
    expect(stdout).toMatch(/^lab +installed +10\.77\.1\.2$/m);
    expect(stdout).toMatch(/^cut +record damaged$/m);
    expect(stderr).toContain(`next: mv ${path} ${path}.damaged; then install the box from its file`);
    expect(exitCode).toBe(1);
    const other = await holdfast({ args: ['box', 'show', 'lab'], files, ...extra }, installed);
    expect(other.exitCode).toBe(0);
  });
});

describe('box env', () => {
  it('prints lines for a shell, quoted where that is needed', async () => {
    const { stdout, io } = await holdfast({ args: ['box', 'env', 'lab'] });
    expect(stdout.split('\n').filter((line) => line.startsWith('export'))).toEqual([
      `export OS_CLIENT_CONFIG_FILE=${access.cloudsYaml}`,
      'export OS_CLOUD=lab-admin',
    ]);
    expect(io.supervised).toEqual([]);
    const files = Object.fromEntries(
      Object.entries(labFiles).map(([path, text]) => [path.replace('/state', "/ada's state"), text]),
    );
    const odd = await holdfast({
      args: ['box', 'env', 'lab'],
      files,
      environment: { HOLDFAST_STATE: "/ada's state" },
    });
    expect(odd.stdout).toContain(`='/ada'\\''s state/boxes/lab/access/clouds.yaml'\n`);
  });

  it('leaves nothing of another cloud in the shell, and no proxy before the box, however often it is read', async () => {
    const { stdout } = await holdfast({ args: ['box', 'env', 'lab'] });
    const before = { PATH: process.env['PATH'] ?? '', no_proxy: 'example.org' };
    const left = { OS_AUTH_URL: 'http://127.0.0.1:4/v3', OS_TOKEN: 'a\nOS_b=c', OS_ENDPOINT_OVERRIDE: 'x' };
    const script = 'eval "$1"; eval "$1"; env';
    const env = execFileSync('sh', ['-euc', script, 'sh', stdout], {
      env: { ...before, ...left },
      encoding: 'utf8',
    });
    const address = labSpec.networks.management.address;
    expect(
      env
        .split('\n')
        .filter((line) => /^(OS_|no_proxy|NO_PROXY)/.test(line))
        .sort(),
    ).toEqual([
      `NO_PROXY=${address}`,
      `OS_CLIENT_CONFIG_FILE=${access.cloudsYaml}`,
      'OS_CLOUD=lab-admin',
      `no_proxy=example.org,${address}`,
    ]);
  });

  it('exits with 1 before the files are written', async () => {
    const files = { '/state/boxes/lab/spec.json': labFiles['/state/boxes/lab/spec.json'] ?? '' };
    expect((await holdfast({ args: ['box', 'env', 'lab'], files })).exitCode).toBe(1);
  });
});

describe('box destroy', () => {
  const gone = {
    moments: [{ run: { type: 'DestroyBox', status: 'completed', closedAt: instant(2) } }],
  } as const;
  const terminal = { columns: 80, rows: 24 };
  const machineWith = (traces: object) => [
    { type: 'result', data: { isThere: true, dumps: 0, left: [], ...traces } },
  ];
  const machine = machineWith({});
  const left = ['/state/dumps/lab', '/state/canaries/lab-test.ndjson'];

  it('refuses without a terminal and names the flag', async () => {
    const { stderr, exitCode, client } = await holdfast({ args: ['box', 'destroy', 'lab'], machine }, gone);
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toContain('next: holdfast box destroy lab --confirm lab');
  });

  it.each([
    ['lab', 0, 1],
    ['yes', 2, 0],
  ])('asks on a terminal, and %j exits with %i', async (answer, exitCode, starts) => {
    const ended = await holdfast(
      { args: ['box', 'destroy', 'lab'], terminal, machine, answers: [answer] },
      gone,
    );
    expect([ended.exitCode, ended.client.started.length, ended.io.questions.length]).toEqual([
      exitCode,
      starts,
      1,
    ]);
  });

  it('takes the name by flag, and no other name', async () => {
    const args = ['box', 'destroy', 'lab', '--confirm'];
    const confirmed = await holdfast({ args: [...args, 'lab'], machine }, gone);
    expect(confirmed.client.started[0]).toMatchObject({ type: 'DestroyBox', id: 'destroy-box/lab' });
    expect((await holdfast({ args: [...args, 'lap'], machine }, gone)).exitCode).toBe(2);
  });

  it('cancels the runs of the box that are open, and no others', async () => {
    const run = (id: string, status: RunDescription['status']): RunDescription => ({
      id,
      runId: id,
      type: 'InstallBox',
      status,
      startedAt: instant(-60),
    });
    const runs = [
      run('install-box/lab', 'running'),
      run('canary/lab-test', 'running'),
      run('dump-box/lab/scheduled-2026', 'running'),
      run('drift/lab', 'completed'),
      run('install-box/lab-2', 'running'),
    ];
    const args = ['box', 'destroy', 'lab', '--confirm', 'lab'];
    const { client, stderr } = await holdfast({ args, machine }, { ...gone, runs });
    expect(client.cancelled).toEqual(['install-box/lab', 'canary/lab-test', 'dump-box/lab/scheduled-2026']);
    expect(stderr).toContain('cancelled install-box/lab, which was of this box');
  });

  it('only tells with --plan', async () => {
    const { stdout, io } = await holdfast({
      args: ['box', 'destroy', 'lab', '--plan'],
      machine: machineWith({ left }),
    });
    expect([stdout.split('\n')[0], io.supervised]).toEqual(['destroy-box lab', []]);
    expect(stdout).toContain('  = stays    /state/dumps/lab\n');
  });

  it.each([
    ['typo', []],
    ['lap', ['Did you mean lab?']],
  ])('says that there is no box %s, and starts nothing', async (name, details) => {
    const { stderr, exitCode, client } = await holdfast({
      args: ['box', 'destroy', name, '--confirm', name],
      machine: machineWith({ isThere: false }),
    });
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toContain(`There is no box ${name} in /state\n`);
    for (const line of details) expect(stderr).toContain(`  ${line}\n`);
  });

  it('destroys a box of this machine that the state directory does not know', async () => {
    const { exitCode, client } = await holdfast(
      { args: ['box', 'destroy', 'lost', '--confirm', 'lost'], machine },
      gone,
    );
    expect([exitCode, client.started[0]?.id]).toEqual([0, 'destroy-box/lost']);
  });

  it('names the files that stay, and the command that removes them', async () => {
    const { stderr, io } = await holdfast(
      { args: ['box', 'destroy', 'lab', '--confirm', 'lab'], machine: machineWith({ dumps: 1, left }) },
      gone,
    );
    expect(stderr).toContain(
      `hashes of passwords:\n  ${left[0]}\n  ${left[1]}\nnext: holdfast prune --dumps`,
    );
    expect(io.machineAsked.map(({ words }) => words)).not.toContainEqual(['forget', 'lab']);
  });

  it.each([
    [['lab', 'y'], [['forget', 'lab']]],
    [['lab', ''], []],
  ])('removes dumps only after a yes: %j', async (answers, forgets) => {
    const { io } = await holdfast(
      { args: ['box', 'destroy', 'lab'], terminal, answers, machine: machineWith({ dumps: 2, left }) },
      gone,
    );
    expect(io.questions[1]).toMatch('Also remove its 2 dumps');
    expect(io.machineAsked.map(({ words }) => words).filter(([word]) => word === 'forget')).toEqual(forgets);
  });

  it('refuses a box whose spec has a deletion lock', async () => {
    const spec = JSON.stringify({ ...labSpec, deletionLock: true });
    const { stderr, exitCode, client } = await holdfast({
      args: ['box', 'destroy', 'lab', '--confirm', 'lab'],
      files: { ...labFiles, '/state/boxes/lab/spec.json': spec },
      machine,
    });
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toContain(
      'Box lab has a deletion lock; nothing was started\nnext: Set deletionLock: false',
    );
  });
});
