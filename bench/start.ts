// SPDX-License-Identifier: Apache-2.0
// How long a person waits for the shortest commands, beside other tools that this machine has. Changes nothing.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { provideTemporalBinary } from '../workers/embedded/temporal/binary.ts';
import { readTemporalPorts } from '../workers/embedded/temporal/ports.ts';
import { cacheDirectory } from '../test/system/cache-directory.ts';
import { Lab, root } from '../test/system/lab.ts';
import type { Sample } from './report.ts';

export interface StartTimes {
  readonly commands: readonly CommandTimes[];
  /** Tools that this machine does not have. */
  readonly missing: readonly string[];
}

interface CommandTimes {
  readonly wall: Sample;
  /** Of all its processes, in user and system mode: what a busy machine makes no longer. */
  readonly processor: Sample;
}

interface Times {
  readonly wall: number;
  readonly processor: number;
}

interface Measured {
  readonly what: string;
  readonly argv: readonly string[];
}

/** Runs in turn, one at a time, after one of each to warm up. */
export async function benchStart(runs: number): Promise<StartTimes> {
  const lab = await Lab.create();
  try {
    const options = {
      cacheDirectory: cacheDirectory(),
      environment: lab.environment,
      progress: () => undefined,
    };
    const temporal = await provideTemporalBinary(options);
    const ports = await readTemporalPorts(lab.stateDirectory);
    if (ports === undefined) throw new Error('The lab has no ports');
    const cli = (...args: string[]) => [process.execPath, join(root, 'cli', 'holdfast.mjs'), ...args];
    const wanted: Measured[] = [
      { what: '`node -e 0`, the least of any program in Node.js', argv: [process.execPath, '-e', '0'] },
      { what: '`holdfast --version`', argv: cli('--version') },
      { what: '`holdfast help`', argv: cli('help') },
      { what: '`holdfast box list`', argv: cli('box', 'list') },
      { what: '`holdfast op list`', argv: cli('op', 'list') },
      { what: '`temporal --version`', argv: [temporal, '--version'] },
      {
        what: '`temporal workflow list`',
        argv: [temporal, 'workflow', 'list', '--address', `127.0.0.1:${ports.port}`],
      },
      { what: '`gh --version`', argv: ['gh', '--version'] },
      { what: '`kubectl version --client`', argv: ['kubectl', 'version', '--client'] },
      { what: '`openstack --version`', argv: ['openstack', '--version'] },
    ];
    const environment = { ...process.env, ...lab.environment };
    const here = wanted.filter(({ argv }) => timesOf(argv, environment) !== null);
    const taken = new Map(here.map(({ what }) => [what, [] as Times[]]));
    for (let run = 0; run < runs; run += 1)
      for (const { what, argv } of here) taken.get(what)?.push(...(timesOf(argv, environment) ?? []));
    const sample = (what: string, kind: keyof Times): Sample => ({
      what,
      unit: 'ms',
      values: (taken.get(what) ?? []).map((times) => times[kind]),
    });
    return {
      commands: here.map(({ what }) => ({
        wall: sample(what, 'wall'),
        processor: sample(what, 'processor'),
      })),
      missing: wanted.filter((each) => !here.includes(each)).map(({ what }) => what),
    };
  } finally {
    await lab.dispose();
  }
}

/** Milliseconds; null where there is no such program. @throws Error when it fails: a refusal is faster than an answer */
function timesOf(argv: readonly string[], environment: NodeJS.ProcessEnv): [Times] | null {
  const env = { ...environment, TIMEFORMAT: '%3R %3U %3S' };
  const { status, stderr } = spawnSync('bash', ['-c', 'time "$@" > /dev/null', 'time', ...argv], {
    env,
    encoding: 'utf8',
  });
  if (status === 127) return null;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
  const [wall = NaN, user = NaN, system = NaN] = (stderr.trim().split('\n').at(-1) ?? '')
    .split(' ')
    .map((seconds) => Number(seconds) * 1000);
  return [{ wall, processor: user + system }];
}
