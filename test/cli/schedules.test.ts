// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { boxSchedulesOf } from '../../cli/records/desired-schedules.ts';
import type { ScheduleState } from '../../cli/temporal/schedule-client.ts';
import { isOverdue } from '../../workflows/contracts/run/overdue.ts';
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import { exampleAuthority } from '../plans/example-ceremony.ts';
import { holdfast, instant, labFiles, labSpec } from './doubles/samples.ts';

const spec = labSpec as unknown as BoxSpec;
const [
  driftSchedule,
  renewSchedule,
  rotateSchedule,
  keysSchedule,
  dumpSchedule,
  canarySchedule,
  updateSchedule,
] = boxSchedulesOf(spec);
const stateOf = (desired = driftSchedule, facts: Partial<ScheduleState> = {}): ScheduleState => ({
  ...(desired as NonNullable<typeof desired>),
  overlap: 'SKIP',
  isPaused: false,
  createdAt: instant(0),
  note: '',
  running: [],
  skipped: 0,
  nextAt: instant(600),
  ...facts,
});
const both = [
  stateOf(driftSchedule),
  stateOf(renewSchedule),
  stateOf(dumpSchedule),
  stateOf(rotateSchedule),
  stateOf(keysSchedule),
  stateOf(canarySchedule),
  stateOf(updateSchedule),
];

describe('schedule apply', () => {
  it('arms the refresh of a mirror as its spec says, and leaves that of a damaged one', async () => {
    const mirror = {
      apiVersion: 'holdfast/v1',
      kind: 'Mirror',
      name: 'packages',
      network: { cidr: '10.1.2.0/24', address: '10.1.2.2', gateway: '10.1.2.1' },
      deb: [{ name: 'debian', suites: ['trixie'], packages: ['hello'] }],
    };
    const never = { ...mirror, name: 'by-hand', refreshEvery: 'never' };
    const broken = {
      ...(driftSchedule as NonNullable<typeof driftSchedule>),
      id: 'holdfast/refresh-mirrors/broken',
    };
    const files = {
      '/state/sites/packages/spec.json': JSON.stringify(mirror),
      '/state/sites/by-hand/spec.json': JSON.stringify(never),
      '/state/sites/broken/spec.json': '{',
    };
    const asked = { args: ['schedule', 'apply'], files };
    const { stdout, exitCode, client } = await holdfast(asked, { schedules: [stateOf(broken)] });
    expect([exitCode, stdout]).toEqual([1, '+ refresh-mirrors/packages  every 1d\n']);
    expect(client.schedules.done).toEqual(['create holdfast/refresh-mirrors/packages']);
    expect(client.schedules.states.get('holdfast/refresh-mirrors/packages')).toMatchObject({
      type: 'RefreshMirrors',
      workflowId: 'refresh-mirrors/packages/scheduled',
      input: { name: 'packages', scheduled: true },
      everySeconds: 86_400,
      catchupSeconds: 86_400,
    });
  });

  it('sees to the CRL of an authority as its spec says', async () => {
    const files = { '/state/authorities/lab/spec.json': JSON.stringify(exampleAuthority()) };
    const { exitCode, client } = await holdfast({ args: ['schedule', 'apply'], files });
    expect([exitCode, client.schedules.done]).toEqual([0, ['create holdfast/issue-crl/lab']]);
    expect(client.schedules.states.get('holdfast/issue-crl/lab')).toMatchObject({
      type: 'IssueRootCrl',
      workflowId: 'issue-crl/lab/scheduled',
      input: { name: 'lab', scheduled: true },
      everySeconds: 86_400,
    });
  });

  it('makes what is missing, by name, with defaults', async () => {
    const { stdout, client } = await holdfast({ args: ['schedule', 'apply'] });
    expect(stdout).toBe(
      '+ drift/lab               every 1h\n+ renew-certificates/lab  every 1d\n+ rotate-credentials/lab  every 6h\n+ rotate-keys/lab         every 30d\n+ dump-box/lab            every 1d\n+ canary/lab-test         every 10m\n+ plan-update/lab         every 1d\n',
    );
    expect(client.schedules.done).toEqual([
      'create holdfast/drift/lab',
      'create holdfast/renew-certificates/lab',
      'create holdfast/rotate-credentials/lab',
      'create holdfast/rotate-keys/lab',
      'create holdfast/dump-box/lab',
      'create holdfast/canary/lab-test',
      'create holdfast/plan-update/lab',
    ]);
    expect(client.schedules.states.get('holdfast/canary/lab-test')).toMatchObject({
      type: 'Canary',
      workflowId: 'canary/lab-test/scheduled',
      input: { cloud: 'lab-test', scheduled: true },
      everySeconds: 600,
      jitterSeconds: 60,
    });
    // Of whatever kind the box has: the input names none.
    expect(client.schedules.states.get('holdfast/rotate-keys/lab')).toMatchObject({
      type: 'RotateKeystoneKeys',
      input: { name: 'lab', scheduled: true },
      everySeconds: 30 * 86_400,
    });
    expect(client.schedules.states.get('holdfast/drift/lab')).toMatchObject({
      type: 'DriftBox',
      workflowId: 'drift/lab/scheduled',
      input: { name: 'lab', scheduled: true },
      everySeconds: 3600,
      jitterSeconds: 300,
      catchupSeconds: 600,
    });
  });

  it('changes nothing when all is as desired, and with --plan', async () => {
    const same = await holdfast({ args: ['schedule', 'apply'] }, { schedules: both });
    expect([same.stdout, same.client.schedules.done]).toEqual([
      '= drift/lab               every 1h\n= renew-certificates/lab  every 1d\n= rotate-credentials/lab  every 6h\n= rotate-keys/lab         every 30d\n= dump-box/lab            every 1d\n= canary/lab-test         every 10m\n= plan-update/lab         every 1d\n',
      [],
    ]);
    const plan = await holdfast({ args: ['schedule', 'apply', '--plan'] });
    expect(plan.client.schedules.done).toEqual([]);
    expect(plan.stdout).toContain('+ drift/lab');
  });

  it('leaves the schedules of a box alone whose record is damaged, and makes those of the others', async () => {
    const files = { ...labFiles, '/state/boxes/cut/spec.json': '{' };
    const ofCut = stateOf(driftSchedule, { id: 'holdfast/drift/cut' });
    const asked = await holdfast({ args: ['schedule', 'apply'], files }, { schedules: [ofCut] });
    expect(asked.client.schedules.states.has('holdfast/drift/cut')).toBe(true);
    expect(asked.client.schedules.states.has('holdfast/drift/lab')).toBe(true);
    expect([asked.exitCode, asked.stderr]).toEqual([1, expect.stringContaining('boxes/cut/spec.json')]);
  });

  it('follows the spec, keeps a pause, and removes what no box wants', async () => {
    const schedules = {
      driftEvery: '30m',
      renewEvery: 'never',
      dumpEvery: 'never',
      canaryEvery: 'never',
      rotateEvery: 'never',
      rotateKeysEvery: 'never',
      updateEvery: 'never',
    };
    const files = { ...labFiles, '/state/boxes/lab/spec.json': JSON.stringify({ ...labSpec, schedules }) };
    const present = [stateOf(driftSchedule, { isPaused: true, note: 'by me' }), stateOf(renewSchedule)];
    const gone = stateOf(driftSchedule, { id: 'holdfast/drift/gone' });
    const others = stateOf(driftSchedule, { id: 'nightly-report' });
    const { stdout, client } = await holdfast(
      { args: ['schedule', 'apply'], files },
      { schedules: [...present, gone, others] },
    );
    expect(stdout).toBe(
      [
        '~ drift/lab               every 30m                            stays paused',
        '- drift/gone              its spec is gone, or wants it never',
        '- renew-certificates/lab  its spec is gone, or wants it never',
        '',
      ].join('\n'),
    );
    expect([...client.schedules.states.keys()].sort()).toEqual(['holdfast/drift/lab', 'nightly-report']);
    const kept = { everySeconds: 1800, isPaused: true, note: 'by me' };
    expect(client.schedules.states.get('holdfast/drift/lab')).toMatchObject(kept);
  });
});

describe('boxSchedulesOf()', () => {
  it('wants no canary when no guest runs in the box, or it has no test project', () => {
    const types = (facts: object) => boxSchedulesOf({ ...spec, ...facts }).map(({ type }) => type);
    expect(types({ hypervisor: 'fake' })).not.toContain('Canary');
    expect(types({ seeds: { ...spec.seeds, test: null } })).not.toContain('Canary');
    expect(types({ hypervisor: 'qemu' })).toContain('Canary');
  });

  it('reports updates, or installs them where the spec says so', () => {
    const types = (facts: object) => boxSchedulesOf({ ...spec, ...facts }).map(({ type }) => type);
    expect(types({})).toContain('PlanUpdate');
    expect(types({})).not.toContain('UpdateBox');
    expect(types({ updates: 'auto' })).toContain('UpdateBox');
    expect(types({ updates: 'auto' })).not.toContain('PlanUpdate');
  });
});

describe('isOverdue()', () => {
  const lastAt = '2026-01-05T09:50:00.000Z';
  const hour = 3_600_000;
  const at = (hours: number): number => Date.parse(lastAt) + hours * hour;

  it('isOverdue() allows one run to be left out, and no second', () => {
    const state = { ...stateOf(), everySeconds: 3600, jitterSeconds: 0, lastAt, running: [] };
    expect(isOverdue(state, at(2))).toBe(false);
    expect(isOverdue(state, at(2.1))).toBe(true);
    expect(isOverdue({ ...state, isPaused: true }, at(9))).toBe(false);
    expect(isOverdue({ ...state, running: ['drift/lab/scheduled-x'] }, at(9))).toBe(false);
  });

  it('isOverdue() counts from the creation of a schedule that never began a run', () => {
    const state = { ...stateOf(), everySeconds: 3600, jitterSeconds: 0, createdAt: lastAt };
    expect([isOverdue(state, at(2)), isOverdue(state, at(2.1))]).toEqual([false, true]);
  });

  it('schedule list names one that never began a run', async () => {
    const never = { ...stateOf(), createdAt: '2026-01-01T00:00:00.000Z' };
    const { stdout } = await holdfast({ args: ['schedule', 'list', '--json'] }, { schedules: [never] });
    expect(JSON.parse(stdout)).toMatchObject([{ isOverdue: true }]);
  });

  it('schedule list says what the last run saw, and that the next one is overdue', async () => {
    const late = { ...stateOf(), lastAt: '2026-01-04T09:50:00.000Z', lastRun: 'drift/lab/scheduled-1' };
    const run = { id: 'drift/lab/scheduled-1', runId: 'r', type: 'DriftBox', status: 'completed' } as const;
    const { stdout } = await holdfast(
      { args: ['schedule', 'list', '--json'] },
      {
        schedules: [late],
        moments: [{ run: { ...run, memo: { phase: 'done', steps: { boot: 'stopped' } } } }],
      },
    );
    expect(JSON.parse(stdout)).toMatchObject([{ lastResult: 'differs', isOverdue: true }]);
  });
});

describe('schedule list, pause, unpause, trigger', () => {
  it('lists the next turn, or why there is none', async () => {
    const schedules = [stateOf(), stateOf(renewSchedule, { isPaused: true, note: 'paused by ada: rack' })];
    const { stdout } = await holdfast({ args: ['schedule', 'list'] }, { schedules });
    expect(stdout).toMatchInlineSnapshot(`
      "ID                      EVERY  NEXT       LAST  RESULT
      drift/lab               1h     in 10 min
      renew-certificates/lab  1d     paused                   paused by ada: rack
      "
    `);
  });

  it('pauses with the name of who did it, and goes on', async () => {
    const args = ['schedule', 'pause', 'drift/lab', '--reason', 'rack'];
    const { client } = await holdfast({ args }, { schedules: both });
    const paused = { isPaused: true, note: 'paused by ada: rack' };
    expect(client.schedules.states.get('holdfast/drift/lab')).toMatchObject(paused);
    const schedules = [stateOf(driftSchedule, paused)];
    const after = await holdfast({ args: ['schedule', 'unpause', 'holdfast/drift/lab'] }, { schedules });
    expect(after.client.schedules.states.get('holdfast/drift/lab')).toMatchObject({ isPaused: false });
  });

  it('starts a turn now and says how to watch it', async () => {
    const { stdout, stderr, exitCode } = await holdfast(
      { args: ['schedule', 'trigger', 'drift/lab'] },
      { schedules: both },
    );
    const id = 'drift/lab/scheduled-2026-01-05T12:00:00Z';
    expect([stdout, stderr, exitCode]).toEqual([
      `${id}\n`,
      `started; watch it with: holdfast op watch ${id}\n`,
      8,
    ]);
  });

  it('starts nothing beside a run of it that is open', async () => {
    const schedules = [stateOf(driftSchedule, { running: ['drift/lab/scheduled-x'] })];
    const { exitCode, client } = await holdfast(
      { args: ['schedule', 'trigger', 'drift/lab'] },
      { schedules },
    );
    expect([exitCode, client.schedules.done]).toEqual([1, []]);
  });

  it('removes one schedule, and says how it comes back', async () => {
    const { client, stderr, io } = await holdfast(
      { args: ['schedule', 'delete', 'drift/lab'] },
      { schedules: both },
    );
    expect(client.schedules.done).toEqual(['remove holdfast/drift/lab']);
    expect(stderr).toContain(
      'drift/lab is removed; a run that is open goes on\nschedule apply makes it again',
    );
    expect(io.supervised).toEqual(['up']);
    const typo = await holdfast({ args: ['schedule', 'delete', 'drfit/lab'] }, { schedules: both });
    expect([typo.exitCode, typo.client.schedules.done]).toEqual([2, []]);
    expect(typo.stderr).toContain('Did you mean drift/lab?');
  });

  it('names the schedules that are there when one is not', async () => {
    const { stderr, exitCode } = await holdfast(
      { args: ['schedule', 'pause', 'drift/none'] },
      { schedules: both },
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'schedules: canary/lab-test, drift/lab, dump-box/lab, plan-update/lab, renew-certificates/lab, rotate-credentials/lab',
    );
  });

  it.each([[[]], [['--detach']]])('goes with its box when that is destroyed %s', async (options) => {
    const { client } = await holdfast(
      {
        args: ['box', 'destroy', 'lab', '--confirm', 'lab', ...options],
        machine: [{ type: 'result', data: { isThere: true, dumps: 0, left: [] } }],
      },
      { schedules: both, moments: [{ run: { status: 'completed', closedAt: instant(9) } }] },
    );
    expect(client.schedules.done).toEqual([
      'remove holdfast/drift/lab',
      'remove holdfast/renew-certificates/lab',
      'remove holdfast/rotate-credentials/lab',
      'remove holdfast/rotate-keys/lab',
      'remove holdfast/dump-box/lab',
      'remove holdfast/canary/lab-test',
      'remove holdfast/plan-update/lab',
    ]);
  });
});
