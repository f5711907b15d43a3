// SPDX-License-Identifier: Apache-2.0
// How short commands reach a host. The seam: this machine and a local box stand here, ssh comes beside them.
import { execa } from 'execa';
import { Failure } from '../clients/failure.ts';

export interface CommandOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string;
  /** Default 60: a short command that takes longer is a silent host. */
  readonly timeoutSeconds?: number;
  /** Beside the few variables that every command gets. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Transport {
  /** For people and errors: `this machine`, `box NAME`. */
  readonly name: string;
  /**
   * Runs one short command and waits for it. Long ones go through durable commands.
   * @throws Failure Unreachable when the host cannot be entered or stays silent
   */
  run(argv: readonly string[], options?: RunOptions): Promise<CommandOutcome>;
}

/** Nothing of our own environment crosses into a host. */
export const hostEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
} as const;

export const thisMachine: Transport = {
  name: 'this machine',
  run: (argv, options) => spawn('this machine', argv, options),
};

/** @throws Failure Unreachable when the command could not be started or ran out of time */
export async function spawn(
  on: string,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<CommandOutcome> {
  const [file, ...args] = argv;
  if (file === undefined) throw new Failure('Invariant', 'An empty command', { on });
  const result = await execa(file, args, {
    env: { ...hostEnvironment, ...options.environment },
    extendEnv: false,
    cwd: '/',
    reject: false,
    stripFinalNewline: false,
    timeout: (options.timeoutSeconds ?? 60) * 1000,
    maxBuffer: 32 * 1024 * 1024,
    ...(options.stdin === undefined ? { stdin: 'ignore' as const } : { input: options.stdin }),
  });
  if (result.exitCode === undefined) {
    const why = result.timedOut ? `no end within ${options.timeoutSeconds ?? 60} s` : result.shortMessage;
    throw new Failure('Unreachable', `${file} did not answer on ${on}`, { on, cause: why });
  }
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}
