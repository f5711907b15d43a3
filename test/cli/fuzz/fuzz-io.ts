// SPDX-License-Identifier: Apache-2.0
// Surroundings by chance: a terminal or none, damaged files, people who answer nonsense, runs in any condition.
import { FakeIo, startOfTime, stoppedStatus, type FakeIoOptions } from '../doubles/fake-io.ts';
import { FakeTemporal, type FakeTemporalOptions, type Moment } from '../doubles/fake-temporal.ts';
import { recordedFiles } from '../doubles/recorded-state.ts';
import { instant, parkedProgress, progress, step } from '../doubles/samples.ts';
import { pick, type Chance } from './argument-lines.ts';

const contents = [
  '',
  '\0',
  '{',
  '{}',
  '[]',
  'null',
  '"text"',
  '0',
  'true',
  'clouds:\n',
  'clouds: []\n',
  'clouds:\n  acme:\n',
  'clouds: &a [*a]\n',
  'clouds:\n  acme: 3\n  acme: 4\n',
  '\tclouds:\n',
  '---\na: 1\n---\nb: 2\n',
  '{"users": [null], "kept": {}, "name": 3}',
  '{"__proto__": {"name": "lab"}}',
  `{"name": ${'['.repeat(2000)}`,
  '\u001b[2J\u0007',
];

/** What the machine's program answers, in the shapes that workers/machine/commands.ts promises. */
const results: Readonly<Record<string, readonly unknown[]>> = {
  traces: [
    { isThere: true, dumps: 0, left: [] },
    { isThere: true, dumps: 2, left: ['/state/boxes/lab/dumps'] },
    { isThere: false, dumps: 0, left: [] },
  ],
  prune: [[], [{ path: '/cache/image', why: 'no box has it', bytes: 3 }]],
  uninstall: [
    { blockers: [], removes: [], stays: [] },
    { blockers: [{ what: 'box lab', next: 'holdfast box destroy lab' }], removes: [], stays: [] },
  ],
  doctor: [[]],
  logs: [null],
  enter: [['true']],
  forget: [null],
  boot: [{ unit: '/etc/systemd/system/holdfast.service', next: [] }],
};

class FuzzIo extends FakeIo {
  readonly #chance: Chance;

  constructor(chance: Chance, options: FakeIoOptions) {
    super(options);
    this.#chance = chance;
  }

  override async machine(words: readonly string[], stdin: string | null, onLine: (line: string) => void) {
    const answers = results[words[0] ?? ''];
    const isRefused = answers === undefined || this.#chance() < 0.1;
    this.machineAsked.push({ words, stdin });
    const refusal = { type: 'error', message: 'This machine cannot', hint: 'holdfast doctor' };
    const event = isRefused ? refusal : { type: 'result', data: pick(this.#chance, answers) };
    onLine(JSON.stringify(event));
    return { exitCode: isRefused ? 1 : 0, stderr: '' };
  }
}

export interface Surroundings {
  readonly io: FakeIo;
  readonly temporal: FakeTemporal;
}

export function surroundings(chance: Chance, args: readonly string[]): Surroundings {
  const files: Record<string, string> = { ...recordedFiles };
  const paths = Object.keys(files);
  const unreadable: string[] = [];
  if (chance() < 0.25) files[pick(chance, paths)] = pick(chance, contents);
  if (chance() < 0.05) unreadable.push(pick(chance, paths));
  if (chance() < 0.05) for (const path of paths) delete files[path];
  const answers = ['lab', 'site', 'uninstall', 'y', 'yes', '', 'n', 'no such', '\u001b[A'];
  const io = new FuzzIo(chance, {
    args,
    files,
    unreadable,
    answers: Array.from({ length: 8 }, () => pick(chance, answers)),
    environment: { HOLDFAST_STATE: '/state', ...(chance() < 0.1 && { CI: 'true' }) },
    interruptAfterMilliseconds: 20_000,
    ...(chance() < 0.5 && { terminal: { columns: pick(chance, [1, 20, 40, 80, 200]), rows: 24 } }),
    ...(chance() < 0.1 && { status: stoppedStatus }),
  });
  return { io, temporal: new FakeTemporal(temporalState(chance)) };
}

function temporalState(chance: Chance): FakeTemporalOptions {
  const progresses = [
    parkedProgress,
    progress('running', [step('boot', 'applying', { startedAt: instant(1) })]),
    progress('done', [step('boot', 'changed')]),
    progress('failed', [step('boot', 'failed')]),
  ];
  const ends = [
    { kind: 'completed', value: null },
    { kind: 'completed', value: progresses[2] },
    { kind: 'completed', value: { cloud: 'acme', result: 'bad', seconds: 3, phases: [] } },
    { kind: 'failed', code: 'InvalidInput', message: 'refused', details: [] },
    { kind: 'failed', code: 'Rejected', message: '', details: [null, 3, { failure: {} }] },
    { kind: 'cancelled', message: 'cancelled' },
    { kind: 'terminated', message: 'ended' },
    { kind: 'timed-out', message: 'too long' },
  ] as const;
  const statuses = [
    'running',
    'completed',
    'failed',
    'cancelled',
    'terminated',
    'timed-out',
    'other',
  ] as const;
  const types = ['InstallBox', 'DriftBox', 'Canary', 'NoSuchWorkflow'];
  const moment = (): Moment => {
    const status = pick(chance, statuses);
    const closed = status === 'running' ? {} : { closedAt: instant(3) };
    const memo = { phase: pick(chance, ['running', 'needs-operator', 'odd']), steps: { boot: 'applying' } };
    return {
      run: { type: pick(chance, types), status, ...closed, ...(chance() < 0.3 && { memo }) },
      answer: pick(chance, [
        ...progresses.map((each) => ({ kind: 'progress', progress: each }) as const),
        { kind: 'none' },
        { kind: 'no-worker' },
      ] as const),
      isSilent: chance() < 0.05,
    };
  };
  const moments = [moment(), moment()];
  const runs = moments.map((each, index) => ({
    id: pick(chance, ['install-box/lab', 'canary/acme', 'drift/lab', 'odd', 'no-such/x']),
    runId: `run-${index}`,
    type: 'InstallBox',
    status: 'running' as const,
    startedAt: new Date(startOfTime).toISOString(),
    ...each.run,
  }));
  return {
    moments,
    end: pick(chance, ends),
    runs,
    isEmpty: chance() < 0.2,
    resolveAnswer: pick(chance, [{ kind: 'refused', message: 'no' }, { kind: 'no-worker' }] as const),
    ...(chance() < 0.2 && { runningInput: pick(chance, [null, {}, 'lab', { name: 'lab' }, { cloud: 3 }]) }),
  };
}
