// SPDX-License-Identifier: Apache-2.0
// This machine as another one: what its programs see of /etc, their umask and PATH. A mount namespace and a state of its own.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import { execa } from 'execa';
import { findFreePort } from '../../../workers/embedded/border/listening-process.ts';
import { writeJsonFile } from '../../../workers/embedded/json-file.ts';
import { cacheDirectory } from '../../system/cache-directory.ts';
import { root } from '../../system/lab.ts';
import appear from './appear.sh';

export interface Surroundings {
  /** What lies elsewhere than on this machine: text by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files or folders, of those of `files`, that stand in for the machine's whole ones. */
  readonly places?: readonly string[];
  /** Default: of this process. */
  readonly umask?: string;
  /** Added to what every program has; PATH and HOLDFAST_STATE among it. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Said {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export class OtherMachine {
  private constructor(
    readonly stateDirectory: string,
    private readonly keeper: ChildProcess,
    private readonly surroundings: Surroundings,
  ) {}

  static async create(surroundings: Surroundings): Promise<OtherMachine> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
    for (const [path, text] of Object.entries(surroundings.files ?? {})) {
      await mkdir(dirname(join(folder, 'staged', path)), { recursive: true });
      await writeFile(join(folder, 'staged', path), text);
    }
    const ports = { port: await findFreePort(0), uiPort: await findFreePort(0) };
    await writeJsonFile(join(folder, 'temporal', 'ports.json'), ports);
    const places = surroundings.places ?? [];
    const namespace = ['--mount', '--propagation', 'slave'];
    const keeper = spawn(
      'unshare',
      [...namespace, 'sh', '-c', appear, 'appear', join(folder, 'staged'), ...places],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await Promise.race([once(keeper.stdout, 'data'), once(keeper, 'exit')]);
    if (keeper.exitCode !== null) throw new Error(`The surroundings cannot be made: exit ${keeper.exitCode}`);
    return new OtherMachine(folder, keeper, surroundings);
  }

  /** The command line of holdfast. Any exit code is a result. */
  holdfast(...args: string[]): Promise<Said> {
    return this.run(['node', join(root, 'dist', 'cli.js'), ...args]);
  }

  /** As root of that machine, or as another user by `setpriv`. */
  async run(argv: readonly string[]): Promise<Said> {
    const begun = Date.now();
    const { umask = '022', environment = {} } = this.surroundings;
    const enter = ['--target', String(this.keeper.pid), '--mount', `--wd=${root}`];
    const script = 'umask "$1"; shift; exec "$@"';
    const { exitCode, stdout, stderr } = await execa(
      'nsenter',
      [...enter, 'sh', '-c', script, 'machine', umask, ...argv],
      {
        reject: false,
        stdin: 'ignore',
        extendEnv: false,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '/root',
          NO_COLOR: '1',
          HOLDFAST_STATE: this.stateDirectory,
          HOLDFAST_CACHE: cacheDirectory(),
          HOLDFAST_WATCH: 'off',
          ...environment,
        },
      },
    );
    return { exitCode, stdout, stderr, seconds: (Date.now() - begun) / 1000 };
  }

  /** Ends its box, Temporal and worker, and removes its state. */
  async dispose(box: string): Promise<void> {
    await this.holdfast('box', 'destroy', box, '--confirm', box, '--take-over', '--no-input');
    await this.holdfast('down');
    const ended = once(this.keeper, 'exit');
    this.keeper.kill('SIGKILL');
    await ended;
    await rm(this.stateDirectory, { recursive: true, force: true });
  }
}
