// SPDX-License-Identifier: Apache-2.0
// `ca record`, `issue`, `approve`, `station`, `init` and `status`: what they record, start, print and refuse.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { authoritySchedulesOf } from '../../cli/records/desired-schedules.ts';
import type { DesiredSchedule, ScheduleState } from '../../cli/temporal/schedule-client.ts';
import { approvalMessage } from '../../workflows/contracts/authority/approval.ts';
import { exampleAuthority } from '../plans/example-ceremony.ts';
import { holdfast, instant } from './doubles/samples.ts';

const yaml = readFileSync('examples/authority.yaml', 'utf8');
const spec = exampleAuthority();
const specPath = '/state/authorities/lab/spec.json';
const specText = `${JSON.stringify(spec)}\n`;
const recorded = { [specPath]: specText };
const folder = '/state/authorities/lab/ceremonies/1';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const ceremony = {
  authority: 'lab',
  generation: 1,
  root: spec.root,
  intermediate: spec.intermediate,
  profile: spec.profile,
  approvals: 2,
  approvers: [],
  serialNumber: '4a'.repeat(16),
  crlNumber: 3,
  reservedAt: instant(0),
  requestedBy: 'carol',
};
const verification = {
  chainDigest: 'c'.repeat(64),
  verdicts: [{ verifier: 'node', subject: 'x', expected: 'accepted', actual: 'accepted', detail: '' }],
  ends: { root: instant(7000 * 86_400), certificate: instant(1800 * 86_400), crl: instant(399 * 86_400) },
};
const seal = {
  authority: 'lab',
  generation: 1,
  files: [{ file: 'ceremony.json', sha256: 'a'.repeat(64), link: 'b'.repeat(64) }],
  digest: 'b'.repeat(64),
  sealedAt: instant(0),
};

describe('ca record', () => {
  test('records the spec of a file', async () => {
    const { io, exitCode, stderr } = await holdfast({
      args: ['ca', 'record', 'lab.yaml'],
      files: { '/work/lab.yaml': yaml },
    });
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('holdfast ca issue lab')]);
    expect(io.writtenFiles[specPath]).toBe(specText);
  });

  test('goes on with the numbers of a root whose authority was destroyed, not anew', async () => {
    const aside = '/state/destroyed/authorities/lab-20260105T120000Z';
    const { io, exitCode, stderr } = await holdfast({
      args: ['ca', 'record', 'lab.yaml'],
      files: { '/work/lab.yaml': yaml, [`${aside}/spec.json`]: specText },
    });
    expect([exitCode, await io.readText(specPath)]).toEqual([2, null]);
    expect(stderr).toContain(`next: mv ${aside} /state/authorities/lab, then holdfast ca record FILE`);
  });

  test('names the line of what is wrong', async () => {
    const { exitCode, stderr, io } = await holdfast({
      args: ['ca', 'record', 'lab.yaml'],
      files: { '/work/lab.yaml': yaml.replace('lifetime: 1825d', 'lifetime: long') },
    });
    expect([exitCode, Object.keys(io.writtenFiles)]).toEqual([2, []]);
    expect(stderr).toMatch(/profile\.lifetime: .* \(lab\.yaml:\d+:\d+\)/);
  });
});

describe('ca issue', () => {
  test.each([
    [[], 'IssueIntermediateCa', 'issue-ca/lab/1'],
    [['--plan'], 'PlanIntermediateCa', 'plan-ca/lab/1'],
  ])('starts with the digest of the recorded spec %j', async (more, type, id) => {
    const args = ['ca', 'issue', 'lab', '--detach', ...more];
    const { client } = await holdfast({ args, files: recorded });
    const input = { name: 'lab', generation: 1, specDigest: sha256(specText), requestedBy: 'ada' };
    expect(client.started).toMatchObject([{ type, id, input }]);
  });

  test('starts nothing for an authority that is not recorded', async () => {
    const { client, exitCode, stderr } = await holdfast({ args: ['ca', 'issue', '../lab'], files: recorded });
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toContain('next: holdfast ca record FILE');
  });
});

describe('ca destroy', () => {
  const open = { runId: 'r', type: 'IssueIntermediateCa', status: 'running', startedAt: instant(0) } as const;

  test('starts once the name was given again', async () => {
    const args = ['ca', 'destroy', 'lab', '--confirm', 'lab', '--leave-boxes', '--detach'];
    const [desired] = authoritySchedulesOf(spec) as [DesiredSchedule];
    const schedule: ScheduleState = {
      ...desired,
      overlap: 'SKIP',
      isPaused: false,
      createdAt: instant(0),
      note: '',
      running: [],
      skipped: 0,
    };
    const { client } = await holdfast({ args, files: recorded }, { schedules: [schedule] });
    const input = { name: 'lab', leaveBoxes: true, takeOver: false };
    expect(client.started).toMatchObject([{ type: 'DestroyAuthority', id: 'destroy-ca/lab', input }]);
    expect(client.schedules.done).toEqual(['remove holdfast/issue-crl/lab']);
  });

  test('starts nothing without the name, and nothing while a ceremony waits', async () => {
    const bare = await holdfast({ args: ['ca', 'destroy', 'lab'], files: recorded });
    expect([bare.exitCode, bare.client.started]).toEqual([2, []]);
    const runs = [
      { ...open, id: 'issue-ca/lab/1' },
      { ...open, id: 'issue-ca/other/1' },
    ];
    const asked = { args: ['ca', 'destroy', 'lab', '--confirm', 'lab'], files: recorded };
    const { client, exitCode, stderr } = await holdfast(asked, { runs });
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toContain('next: holdfast op cancel issue-ca/lab/1');
    expect(stderr).not.toContain('other');
  });

  test('tells before anything is started what goes and what stays', async () => {
    const { client, stdout, exitCode } = await holdfast({
      args: ['ca', 'destroy', 'lab', '--plan'],
      files: recorded,
    });
    expect([exitCode, client.started]).toEqual([0, []]);
    expect(stdout).toContain('lab-ca: DESTROYED, with its copy of the token');
    expect(stdout).toContain(`token ${spec.root.serial} keeps the key of the root`);
    expect(stdout).toContain('below destroyed/authorities of the state directory');
  });
});

describe('ca station', () => {
  test('starts it in front, with files of PINs and no PIN', async () => {
    const args = ['ca', 'station', 'desk', '--module', '/lib/p11.so', '--pin-file', 'abc=root.pin'];
    const { io, exitCode } = await holdfast({ args });
    expect(exitCode).toBe(0);
    expect(io.stationAsked.map((text) => JSON.parse(text) as unknown)).toEqual([
      { work: 'serve', station: 'desk', module: '/lib/p11.so', pinFiles: { abc: '/work/root.pin' } },
    ]);
  });

  test.each([
    [['desk'], 'The module of the tokens is not named'],
    [['Desk!', '--module', '/lib/p11.so'], 'is no name of a station'],
    [['desk', '--module', '/lib/p11.so', '--pin-file', '123456'], '--pin-file takes SERIAL=PATH'],
  ])('refuses %j', async (words, message) => {
    const { io, exitCode, stderr } = await holdfast({ args: ['ca', 'station', ...words] });
    expect([exitCode, io.stationAsked]).toEqual([2, []]);
    expect(stderr).toContain(message);
  });
});

describe('ca init', () => {
  test('asks for a root on the token named', async () => {
    const args = ['ca', 'init', 'abc', '--common-name', 'Lab Root', '--module', '/lib/p11.so'];
    const { io } = await holdfast({ args });
    expect(JSON.parse(io.stationAsked[0] ?? '')).toMatchObject({
      work: 'make-root',
      root: { serial: 'abc', id: '01', subject: { commonName: 'Lab Root' }, lifetime: '7300d' },
    });
  });
});

describe('ca approve', () => {
  const key = 'ssh-ed25519 AAAA';
  const named = {
    ...spec,
    approvers: [
      { name: 'ada', key },
      { name: 'bob', key: `${key}B` },
    ],
  };
  const files = {
    [specPath]: JSON.stringify(named),
    [`${folder}/ceremony.json`]: JSON.stringify(ceremony),
    [`${folder}/certificate.tbs.der`]: 'bytes',
  };
  const message = approvalMessage({ ceremony: 'lab/1', digest: sha256('bytes'), at: '2026-01-05T12:00:00Z' });
  const approve = (more: readonly string[], extra: Readonly<Record<string, string>> = {}) =>
    holdfast({ args: ['ca', 'approve', 'lab', ...more], files: { ...files, ...extra } });

  test('prints the message that a person signs, and how', async () => {
    const { stdout, stderr, exitCode } = await approve(['--as', 'ada']);
    expect([exitCode, stdout]).toEqual([0, message]);
    expect(stderr).toContain('certifies  cloud.example and names below\n');
    expect(stderr).toContain('ssh-keygen -Y sign');
  });

  test('hands in no message about other bytes, and no other file', async () => {
    const other = message.replace(/SHA-256 \w+/, `SHA-256 ${'0'.repeat(64)}`);
    const about = await approve(['--as', 'ada', '--signed', 'm'], { '/work/m': other, '/work/m.sig': 'x' });
    expect([about.exitCode, about.stderr]).toEqual([2, expect.stringContaining('about something else')]);
    const unsigned = await approve(['--as', 'ada', '--signed', 'm'], {
      '/work/m': message,
      '/work/m.sig': 'x',
    });
    expect(unsigned.stderr).toContain('holds no signature');
  });

  test('knows who may approve, and that there is something to approve', async () => {
    const unknown = await approve(['--as', 'eve']);
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('approvers: ada, bob')]);
    const early = await holdfast({
      args: ['ca', 'approve', 'lab', '--as', 'ada'],
      files: { [specPath]: JSON.stringify(named) },
    });
    expect(early.stderr).toContain('has nothing to approve yet');
  });
});

describe('ca crl and ca revoke', () => {
  const files = { ...recorded, [`${folder}/ceremony.json`]: JSON.stringify(ceremony) };

  test('start a run with what was asked for, a generation by its serial number', async () => {
    const crl = await holdfast({ args: ['ca', 'crl', 'lab', '--days-left', '300', '--detach'], files });
    expect(crl.client.started).toMatchObject([
      {
        type: 'IssueRootCrl',
        id: 'issue-crl/lab',
        input: { name: 'lab', daysLeft: 300, requestedBy: 'ada' },
      },
    ]);
    const words = ['ca', 'revoke', 'lab', '1', '--reason', 'lost', '--detach'];
    const revoke = await holdfast({ args: words, files });
    const serial = ceremony.serialNumber;
    expect(revoke.client.started).toMatchObject([
      { type: 'RevokeCertificate', id: `revoke-ca/lab/${serial}`, input: { serial, why: 'lost' } },
    ]);
  });

  test.each([
    [['crl', 'lab', '--days-left', 'soon'], '--days-left takes a number of days'],
    [['revoke', 'lab', '1'], 'No reason is given'],
    [['revoke', 'lab', '2', '--reason', 'x'], 'lab has no generation 2'],
    [['revoke', 'lab', 'xyz', '--reason', 'x'], 'neither a generation nor a serial number'],
  ])('refuse %j before anything is started', async (words, said) => {
    const { exitCode, stderr, client } = await holdfast({ args: ['ca', ...words], files });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(client.started).toEqual([]);
  });
});

describe('ca drill', () => {
  const next = { ...spec, profile: { ...spec.profile, generation: 2 } };
  const nextText = JSON.stringify(next);
  const drills = '/state/authorities/lab/drills/1';
  const active = {
    generation: 1,
    activatedAt: instant(0),
    leaf: { serial: '01', issuer: 'x', ends: instant(1) },
  };
  const files = {
    [specPath]: nextText,
    [`${folder}/ceremony.json`]: JSON.stringify(ceremony),
    '/state/authorities/lab/activation.json': JSON.stringify(active),
  };
  const words = ['ca', 'drill', 'compromise', 'lab'];
  const beginning = {
    authority: 'lab',
    generation: 1,
    next: 2,
    serial: '4a'.repeat(16),
    boxes: [],
    why: 'x',
    requestedBy: 'ada',
    begunAt: instant(0),
  };

  test('starts one for the active intermediate, with the digest of the spec of the next', async () => {
    const { client } = await holdfast({ args: [...words, '--reason', 'March', '--detach'], files });
    const input = {
      name: 'lab',
      generation: 1,
      specDigest: sha256(nextText),
      why: 'March',
      requestedBy: 'ada',
    };
    expect(client.started).toMatchObject([{ type: 'DrillCompromise', id: 'drill-compromise/lab/1', input }]);
  });

  test('goes on with a drill that has no result, though the next intermediate is active by now', async () => {
    const { client } = await holdfast({
      args: [...words, '--reason', 'March', '--detach'],
      files: {
        ...files,
        '/state/authorities/lab/activation.json': JSON.stringify({ ...active, generation: 2 }),
        [`${drills}/beginning.json`]: JSON.stringify(beginning),
      },
    });
    expect(client.started.map(({ id }) => id)).toEqual(['drill-compromise/lab/1']);
  });

  test.each([
    [['ca', 'drill', 'flood', 'lab'], files, 'There is no drill "flood"'],
    [words, files, 'No reason is given'],
    [[...words, '--reason', 'x'], { ...files, ...recorded }, 'describes no intermediate after 1'],
    [[...words, '--reason', 'x'], { [specPath]: nextText }, 'no valid intermediate'],
  ])('refuses %j before anything is started', async (args, there, said) => {
    const { exitCode, stderr, client } = await holdfast({ args, files: there });
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toContain(said);
  });

  test('refuses while the result of an earlier one cannot be read', async () => {
    const { exitCode, stderr } = await holdfast({
      args: [...words, '--reason', 'x'],
      files: {
        ...files,
        [`${drills}/beginning.json`]: JSON.stringify(beginning),
        [`${drills}/result.json`]: '{}',
      },
    });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('result.json cannot be read')]);
  });
});

describe('ca rehearse', () => {
  test('runs its script in a folder of its own, in a network where one is named', async () => {
    const { io } = await holdfast({ args: ['ca', 'rehearse', 'try', '--network', '10.77.9.0/24'] });
    const module = '/usr/lib/softhsm/libsofthsm2.so';
    const network = ['10.77.9.0/24', '10.77.9.2', '10.77.9.1'];
    expect(io.ranInFront[0]?.slice(3)).toEqual([
      'rehearse',
      '/work/try',
      module,
      'node',
      '/work/dist',
      ...network,
    ]);
  });

  test.each(['10.77.9.7/24', 'here', '10.77.0.0/16'])('refuses the network %s', async (network) => {
    const { io, exitCode } = await holdfast({ args: ['ca', 'rehearse', 'try', '--network', network] });
    expect([exitCode, io.ranInFront]).toEqual([2, []]);
  });
});

describe('ca status', () => {
  const files = {
    ...recorded,
    [`${folder}/ceremony.json`]: JSON.stringify(ceremony),
    [`${folder}/verification.json`]: JSON.stringify(verification),
    [`${folder}/seal.json`]: JSON.stringify(seal),
  };

  test('shows what there is and when it ends', async () => {
    const { stdout, exitCode } = await holdfast({ args: ['ca', 'status', 'lab'], files });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^root .* in 7628d +pinned$/m);
    expect(stdout).toMatch(/^ {2}intermediate 1 .* in 1800d +sealed, SHA-256 b{64}$/m);
    expect(stdout).toMatch(/^ {2}CRL 3 of the root .* in 399d +revokes nothing$/m);
    const json = await holdfast({ args: ['ca', 'status', 'lab', '--json'], files });
    expect(JSON.parse(json.stdout)).toMatchObject({ ceremonies: [{ generation: 1, seal: 'b'.repeat(64) }] });
  });

  test('says what is revoked, what waits, and what has to be done by when', async () => {
    const serial = ceremony.serialNumber;
    const crls = '/state/authorities/lab/crls';
    const reservation = {
      authority: 'lab',
      number: 4,
      root: spec.root,
      revoked: [{ serial, revokedAt: instant(0) }],
      lifetime: '400d',
      reservedAt: instant(0),
      requestedBy: 'carol',
    };
    const times = { thisUpdate: instant(0), nextUpdate: instant(400 * 86_400) };
    const revocation = {
      authority: 'lab',
      serial: '4a01',
      why: 'the token was lost',
      approvals: 2,
      approvers: [],
      requestedAt: instant(0),
      requestedBy: 'carol',
    };
    const more = {
      ...files,
      [`${crls}/4/reservation.json`]: JSON.stringify(reservation),
      [`${crls}/4/times.json`]: JSON.stringify(times),
      [`${crls}/4/crl.der`]: 'der',
      [`${crls}/5/reservation.json`]: JSON.stringify({ ...reservation, number: 5 }),
      '/state/authorities/lab/revocations/4a01/revocation.json': JSON.stringify(revocation),
    };
    const { stdout } = await holdfast({ args: ['ca', 'status', 'lab'], files: more });
    expect(stdout).toMatch(/^ {2}intermediate 1 .* revoked, SHA-256 b{64}$/m);
    expect(stdout).toMatch(new RegExp(`^ {2}CRL 4 of the root .* in 400d +revokes ${serial}$`, 'm'));
    const json = await holdfast({ args: ['ca', 'status', 'lab', '--json'], files: more });
    const { todo, crl } = JSON.parse(json.stdout) as {
      todo: { by: string | null; what: string; command: string }[];
      crl: { number: number };
    };
    expect(crl.number).toBe(4);
    expect(todo.filter(({ by }) => by === null).map(({ what }) => what)).toEqual([
      'no intermediate is valid: raise profile.generation to 2, record it, issue it',
      'CRL 5 waits for the root',
      'revocation of 4a01: the token was lost',
    ]);
  });

  test('says what to do before anything was issued, and when a record is damaged', async () => {
    const none = await holdfast({ args: ['ca', 'status', 'lab'], files: recorded });
    expect(none.stderr).toContain('holdfast ca issue lab');
    const args = ['ca', 'status', 'lab'];
    const damaged = await holdfast({ args, files: { ...files, [`${folder}/seal.json`]: '{}' } });
    expect([damaged.exitCode, damaged.stderr]).toEqual([
      1,
      expect.stringContaining('seal.json cannot be read'),
    ]);
  });
});
