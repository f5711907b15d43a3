// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { ActivityRecord, RunDescription } from '../../cli/temporal/temporal-client.ts';
import { holdfast, instant, parkedProgress, parkedStep, progress, step } from './doubles/samples.ts';

const id = 'install-box/lab';
const parked = { moments: [{ answer: { kind: 'progress', progress: parkedProgress } }] } as const;

describe('op resolve', () => {
  const accepted = { ...parked, resolveAnswer: { kind: 'accepted', progress: parkedProgress } } as const;

  it('answers the only parked step at the occurrence that was seen, as the user', async () => {
    const args = ['op', 'resolve', id, '--retry', '--reason', 'database is back'];
    const { client, stderr, exitCode } = await holdfast({ args }, accepted);
    expect(exitCode).toBe(0);
    expect(client.resolved).toEqual([
      { step: 'keystone.schema', occurrence: 3, action: 'retry', actor: 'ada', reason: 'database is back' },
    ]);
    expect(stderr).toBe(
      `Step keystone.schema of ${id} will be tried again (answered by ada)\nnext: holdfast op watch ${id}\n`,
    );
  });

  it.each([
    [[], 'Name exactly one answer'],
    [['--retry', '--skip'], 'Name exactly one answer'],
    [['--retry', '--step', 'none'], 'has no step none'],
  ])('refuses %j', async (flags, message) => {
    const { stderr, exitCode, client } = await holdfast({ args: ['op', 'resolve', id, ...flags] }, accepted);
    expect([exitCode, client.resolved]).toEqual([2, []]);
    expect(stderr).toContain(message);
  });

  it('asks for the step when more than one is parked', async () => {
    const two = { ...parkedProgress, steps: [parkedStep, { ...parkedStep, id: 'haproxy.service' }] };
    const { stderr, exitCode } = await holdfast(
      { args: ['op', 'resolve', id, '--skip'] },
      { moments: [{ answer: { kind: 'progress', progress: two } }] },
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('  haproxy.service: keystone-manage');
  });

  it('passes on why the run refuses', async () => {
    const refused = {
      ...parked,
      resolveAnswer: { kind: 'refused', message: 'Step x cannot be skipped' },
    } as const;
    const { stderr, exitCode } = await holdfast({ args: ['op', 'resolve', id, '--skip'] }, refused);
    expect([stderr, exitCode]).toEqual([`error: ${id} refuses: Step x cannot be skipped\n`, 2]);
  });
});

describe('a step that awaits a person', () => {
  const awaiting = step('token.root', 'awaiting', {
    startedAt: instant(4),
    failure: {
      code: 'NeedsOperator',
      message: 'Token of the root: a person has to see to it',
      on: 'token.root',
      cause: 'token: none, wanted one',
      hint: 'Do what the step asks for, then answer it, or resolve it with --retry',
    },
  });
  const nextCommand = `holdfast op resolve ${id} --step token.root --retry`;
  const shown = progress('needs-operator', [step('spec', 'same'), awaiting], { nextCommand });
  const waits = {
    moments: [{ answer: { kind: 'progress', progress: shown } }],
    resolveAnswer: { kind: 'accepted', progress: shown },
  } as const;

  it('is shown with what it waits for', async () => {
    const { stdout } = await holdfast({ args: ['op', 'show', id] }, waits);
    expect(stdout).toContain('◇ token.root  Title of token.root  awaiting');
    expect(stdout).toContain(`next    ${nextCommand}`);
  });

  it('ends the watching as a parked one does', async () => {
    const { stdout, exitCode } = await holdfast({ args: ['op', 'watch', id, '--json'] }, waits);
    expect(exitCode).toBe(5);
    expect(stdout).toContain('{"type":"blocked","code":"NeedsOperator","data":{"step":"token.root"');
  });

  it('is answered by op resolve', async () => {
    const { client, exitCode } = await holdfast({ args: ['op', 'resolve', id, '--retry'] }, waits);
    expect([exitCode, client.resolved[0]?.step]).toEqual([0, 'token.root']);
  });
});

describe('op list', () => {
  const run = (facts: Partial<RunDescription>): RunDescription => ({
    id,
    runId: 'r',
    type: 'InstallBox',
    status: 'running',
    startedAt: instant(-60),
    ...facts,
  });
  const nextCommand = `holdfast op resolve ${id} --step token --retry`;
  const runs = [
    run({ id: 'drift/lab', type: 'DriftBox', status: 'completed', closedAt: instant(-50) }),
    run({
      id: 'canary/lab-test',
      type: 'Canary',
      status: 'completed',
      closedAt: instant(-55),
      memo: { phase: 'failed', steps: { canary: 'failed' }, step: 'canary', cause: 'No valid host' },
    }),
    run({
      id: 'drift/two',
      type: 'DriftBox',
      status: 'completed',
      closedAt: instant(-58),
      memo: { phase: 'done', steps: { boot: 'stopped' } },
    }),
    run({ id: 'install-box/two', memo: { phase: 'running', steps: {}, step: 'boot' } }),
    run({ memo: { phase: 'needs-operator', steps: {}, step: 'token', cause: 'refused', nextCommand } }),
  ];

  it('lists what needs an operator first, with cause and next command', async () => {
    const { stdout } = await holdfast({ args: ['op', 'list'] }, { runs });
    expect(stdout).toMatchInlineSnapshot(`
      "ID               PHASE           STARTED    TOOK   STEP
      install-box/lab  needs-operator  1 min ago  1m00s  token
        cause  refused
        next   holdfast op resolve install-box/lab --step token --retry
      install-box/two  running         1 min ago  1m00s  boot
      drift/lab        done            1 min ago  10s
      canary/lab-test  bad             1 min ago  5s     canary
        cause  No valid host
      drift/two        differs         1 min ago  2s
      "
    `);
  });

  it('is an array with --json', async () => {
    const { stdout } = await holdfast({ args: ['op', 'list', '--json'] }, { runs });
    expect((JSON.parse(stdout) as { id: string }[]).map((listed) => listed.id)).toEqual([
      id,
      'install-box/two',
      'drift/lab',
      'canary/lab-test',
      'drift/two',
    ]);
  });
});

describe('op show', () => {
  it('shows steps, recap and what failed', async () => {
    const { stdout } = await holdfast({ args: ['op', 'show', id] }, parked);
    expect(stdout).toMatchSnapshot();
  });

  it('tells steps from the history when neither query nor memo answer', async () => {
    const { stdout } = await holdfast(
      { args: ['op', 'show', id, '--json'] },
      { moments: [{ answer: { kind: 'no-worker' } }], activities },
    );
    const shown = JSON.parse(stdout) as {
      note: string;
      progress: { steps: { id: string; status: string }[] };
    };
    expect(shown.note).toBe('no worker on queue holdfast-control');
    expect(shown.progress.steps.map(({ id: stepId, status }) => `${stepId} ${status}`)).toEqual([
      'boot waiting',
      'token pending',
    ]);
  });

  it('exits with 2 for a run that is not there', async () => {
    expect((await holdfast({ args: ['op', 'show', 'install-box/none'] }, { isEmpty: true })).exitCode).toBe(
      2,
    );
  });
});

const table = {
  operation: 'install-box',
  subject: 'lab',
  steps: ['boot', 'token'].map((stepId) => ({ id: stepId, title: `Title of ${stepId}` })),
};
const activity = (
  activityId: string,
  at: number,
  result: unknown,
  facts: Partial<ActivityRecord> = {},
): ActivityRecord => ({
  id: activityId,
  type: 'x',
  scheduledAt: instant(at),
  endedAt: instant(at + 2),
  attempts: 1,
  result,
  ...facts,
});
const activities: readonly ActivityRecord[] = [
  activity('compile/1', 0, { table, nonce: 'n' }),
  activity('boot/observe/1', 1, { verdict: 'differs', count: 2, digest: '', differences: [] }),
  activity('boot/apply/1', 3, { outcome: 'failed', failure: parkedStep.failure }, { attempts: 2 }),
];

describe('op logs', () => {
  it('lists every try of every step with its failure and log', async () => {
    const { stdout } = await holdfast({ args: ['op', 'logs', id, '--all'] }, { activities });
    expect(stdout).toMatchInlineSnapshot(`
      "boot  Title of boot
        12:00:01  observe/1  2.0s  differs (2)
        12:00:03  apply/1    2.0s  failed (attempt 2)
          Rejected: keystone-manage db_sync ended with exit code 1: could not connect to server
          on box lab, exit code 1
          log: holdfast box shell lab -- tail -n 50 /var/lib/holdfast/jobs/7f3a/stdout /var/lib/holdfast/jobs/7f3a/stderr
      token  Title of token
        not begun
      "
    `);
  });
});

describe('op logs of a run that failed its preflight', () => {
  const differences = [{ what: 'disk', have: '1 GB free', want: '7 GB' }];
  const preflight = [
    activity('compile/1', 0, { table, nonce: 'n' }),
    activity('boot/observe/1', 1, { verdict: 'differs', count: 1, digest: '', differences }),
  ];
  const failed = {
    activities: preflight,
    moments: [{ run: { status: 'failed', closedAt: instant(4) } }],
    end: { kind: 'failed', code: 'PreconditionFailed', message: 'This machine: 1 not met', details: [] },
  } as const;

  it('shows the cause, and no step that was not begun', async () => {
    const { stdout, stderr } = await holdfast({ args: ['op', 'logs', id] }, failed);
    expect(stdout).toContain('    disk: 1 GB free -> 7 GB\n');
    expect(stdout).toContain('ended by PreconditionFailed: This machine: 1 not met\n');
    expect(stdout).not.toContain('not begun');
    expect(stderr).toBe(`1 more steps, none of which failed: holdfast op logs ${id} --all\n`);
  });

  it('shows the log of this machine and of a box by a command that can be pasted', async () => {
    const { failure } = parkedStep;
    const here = { ...failure, logPath: 'this machine:/var/lib/x/jobs/7/' };
    const { stdout } = await holdfast(
      { args: ['op', 'logs', id] },
      {
        activities: [
          ...preflight,
          activity('boot/apply/1', 3, { outcome: 'failed', failure }),
          activity('token/apply/1', 3, { outcome: 'failed', failure: here }),
        ],
      },
    );
    expect(stdout).toContain(
      '    log: holdfast box shell lab -- tail -n 50 /var/lib/holdfast/jobs/7f3a/stdout /var/lib/holdfast/jobs/7f3a/stderr\n',
    );
    expect(stdout).toContain('    log: tail -n 50 /var/lib/x/jobs/7/stdout /var/lib/x/jobs/7/stderr\n');
  });
});

describe('op show of a run that was cut off', () => {
  const running = progress('running', [step('boot', 'applying'), step('token', 'pending')]);
  it.each([
    ['cancelled', 'cancelled'],
    ['terminated', 'aborted'],
  ] as const)('a %s run runs and applies nothing', async (status, phase) => {
    const { stdout } = await holdfast(
      { args: ['op', 'show', id] },
      {
        moments: [
          {},
          { run: { status, closedAt: instant(4) }, answer: { kind: 'progress', progress: running } },
        ],
        end: { kind: status, message: 'ended' },
      },
    );
    expect(stdout).toContain(`${id}  ${phase}\n`);
    expect(stdout).not.toMatch(/applying|runs for/);
    expect(stdout).toContain('■ boot');
  });
});

describe('op show of a refused input', () => {
  it('sends to the command that starts it again, not to itself', async () => {
    const end = {
      kind: 'failed',
      code: 'InvalidInput',
      message: 'packages.0: no such',
      details: [],
    } as const;
    const { stdout } = await holdfast(
      { args: ['op', 'show', id] },
      {
        moments: [{ run: { status: 'failed', closedAt: instant(1) } }],
        end,
        runningInput: { name: 'lab', specDigest: 'a'.repeat(64) },
      },
    );
    expect(stdout).toContain('next    holdfast box install FILE\n');
    expect(stdout).not.toContain('op show');
  });
});

describe('op watch and op cancel', () => {
  it('watches to the park', async () => {
    expect((await holdfast({ args: ['op', 'watch', id] }, parked)).exitCode).toBe(5);
  });

  it('waits for the end that was asked for and takes it as done', async () => {
    const cancelling = progress('cancelling', [step('boot', 'applying')]);
    const { client, exitCode } = await holdfast(
      { args: ['op', 'cancel', id] },
      {
        moments: [
          {},
          parked.moments[0],
          { answer: { kind: 'progress', progress: cancelling } },
          { run: { status: 'cancelled', closedAt: instant(4) } },
        ],
        end: { kind: 'cancelled', message: 'Workflow execution cancelled' },
      },
    );
    expect([client.cancelled, exitCode]).toEqual([[id], 0]);
  });
});

describe('op approve', () => {
  const asks = {
    why: 'the tables of the old release go',
    digest: 'd1',
    count: 1,
    differences: [{ what: 'nova schema', have: 'expanded', want: 'contracted' }],
  };
  const gatedStep = {
    ...parkedStep,
    id: 'nova.contract',
    title: 'Old tables gone',
    occurrence: 1,
    asks,
  };
  const gated = progress('needs-operator', [step('spec', 'same'), gatedStep], {});
  const waits = {
    moments: [{ answer: { kind: 'progress', progress: gated } }],
    resolveAnswer: { kind: 'accepted', progress: gated },
  } as const;

  it('shows what would change and agrees to exactly that', async () => {
    const { client, stderr, exitCode } = await holdfast({ args: ['op', 'approve', id, '--yes'] }, waits);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('nova schema: expanded -> contracted');
    expect(client.resolved).toEqual([
      { step: 'nova.contract', occurrence: 1, action: 'approve', actor: 'ada', reason: '', digest: 'd1' },
    ]);
  });

  it.each([
    [['--digest', 'd2'], 'is d1, not d2'],
    [[], 'needs a person or --digest'],
    [['--step', 'spec'], 'asks for no approval: it is same'],
  ])('approves nothing with %j', async (flags, message) => {
    const { client, stderr, exitCode } = await holdfast({ args: ['op', 'approve', id, ...flags] }, waits);
    expect([exitCode, client.resolved]).toEqual([2, []]);
    expect(stderr).toContain(message);
  });

  it('shows who approved, and says how many are missing', async () => {
    const { differences, ...facts } = asks;
    const people = (...actors: string[]) =>
      actors.map((actor) => ({ digest: 'd1', actor, reason: '', at: instant(1), until: instant(3601) }));
    const of = (approvals: ReturnType<typeof people>) =>
      progress('needs-operator', [
        { ...gatedStep, asks: { ...facts, differences, approvals: 3, requestedBy: 'eve' }, approvals },
      ]);
    const { client, stderr } = await holdfast(
      { args: ['op', 'approve', id, '--yes'] },
      {
        moments: [{ answer: { kind: 'progress', progress: of(people('bob')) } }],
        resolveAnswer: { kind: 'accepted', progress: of(people('bob', 'ada')) },
      },
    );
    expect(stderr).toContain(`people who have to approve: 3; so far: bob (until 13:00:01)`);
    expect(stderr).toContain('requested by eve, who may not approve');
    expect(stderr).toContain(`Step nova.contract of ${id} has 2 of 3 approvals (answered by ada)`);
    expect(client.resolved).toHaveLength(1);
  });

  it('says that nothing waits when no step is gated', async () => {
    const { stderr, exitCode } = await holdfast({ args: ['op', 'approve', id, '--yes'] }, parked);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('No step of install-box/lab waits for an approval');
  });
});

describe('op answer', () => {
  const question = {
    text: 'which token is plugged in',
    fields: {
      serial: { label: 'The serial number on the token', pattern: '[0-9]{8}' },
      reader: { label: 'Which reader', pattern: 'left|right' },
    },
  };
  const asking = {
    ...parkedStep,
    id: 'token.root',
    title: 'Token of the root',
    occurrence: 2,
    question,
    failure: {
      code: 'NeedsOperator',
      message: 'Token of the root: which token is plugged in',
      on: 'token.root',
      cause: 'token: none, wanted one',
      hint: '',
    },
  } as const;
  const shown = progress('needs-operator', [step('spec', 'same'), asking], {});
  const waits = {
    moments: [{ answer: { kind: 'progress', progress: shown } }],
    resolveAnswer: { kind: 'accepted', progress: shown },
  } as const;
  const answered = {
    step: 'token.root',
    occurrence: 2,
    action: 'answer',
    actor: 'ada',
    reason: '',
    data: { serial: '12345678', reader: 'left' },
  };
  const both = ['--field', 'serial=12345678', '--field', 'reader=left'];

  it('shows the question and sends the fields', async () => {
    const args = ['op', 'answer', id, '--step', 'token.root', ...both];
    const { client, stderr, exitCode } = await holdfast({ args }, waits);
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      [
        'token.root: Token of the root',
        '  what is asked: which token is plugged in',
        '    serial  The serial number on the token  [0-9]{8}',
        '    reader  Which reader                    left|right',
        '  what was seen: token: none, wanted one',
        `Step token.root of ${id} is answered (answered by ada)`,
        `next: holdfast op watch ${id}`,
        '',
      ].join('\n'),
    );
    expect(client.resolved).toEqual([answered]);
  });

  it('asks on a terminal for the fields that were not given', async () => {
    const { client, exitCode } = await holdfast(
      {
        args: ['op', 'answer', id, '--field', 'reader=left'],
        terminal: { columns: 80, rows: 24 },
        answers: ['12345678'],
      },
      waits,
    );
    expect([exitCode, client.resolved]).toEqual([0, [answered]]);
  });

  it.each([
    [['--field', 'serial=1'], 'The field reader is missing; nothing was answered'],
    [[...both, '--field', 'pin=1'], 'asks for no pin; nothing was answered'],
    [['--field', 'serial'], '--field takes NAME=VALUE, not serial'],
    [['--field', '=1'], '--field takes NAME=VALUE, not =1'],
    [[...both, '--field', 'serial=2'], '--field names serial twice'],
    [['--step', 'spec', ...both], 'Step spec asks nothing: it is same'],
  ])('answers nothing with %j', async (flags, message) => {
    const { client, stderr, exitCode } = await holdfast({ args: ['op', 'answer', id, ...flags] }, waits);
    expect([exitCode, client.resolved]).toEqual([2, []]);
    expect(stderr).toContain(message);
  });

  it('says that nothing waits when no step asks', async () => {
    const { stderr, exitCode } = await holdfast({ args: ['op', 'answer', id, ...both] }, parked);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('No step of install-box/lab asks anything');
  });

  it('op show lists the fields below the step', async () => {
    const { stdout } = await holdfast({ args: ['op', 'show', id] }, waits);
    expect(stdout).toContain('      serial  The serial number on the token  [0-9]{8}\n');
  });
});
