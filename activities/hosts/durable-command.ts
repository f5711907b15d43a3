// SPDX-License-Identifier: Apache-2.0
// Starts, attaches to, waits for and stops commands that outlive the worker. Chooses no command and judges no exit code.
import { Failure } from '../clients/failure.ts';
import { parseReport, type JobReport } from './job-report.ts';
import databaseLock from './scripts/database-lock.sh';
import fenceFunctions from './scripts/fence.sh';
import job from './scripts/job.sh';
import jobWrapper from './scripts/job-wrapper.sh';
import { base64, quote } from './shell-words.ts';
import type { CommandOutcome, Transport } from './transport.ts';

/** Who asks: later askers overtake earlier ones, and the host refuses those overtaken. */
export interface FencingToken {
  readonly step: string;
  readonly epoch: number;
  readonly occurrence: number;
  readonly attempt: number;
}

export interface Command {
  readonly argv: readonly string[];
  /** Run as this user; default root. */
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Reach the command as environment variables from a tmpfs file that is removed before it begins. */
  readonly secretEnvironment?: Readonly<Record<string, string>>;
  readonly exclusive: readonly string[];
  /** Name of a lock that the host's PostgreSQL holds for the life of the command, against every other machine too. */
  readonly databaseLock?: string;
}

export interface JobResult {
  readonly state: 'finished' | 'lost';
  /** 128 + n for a process ended by signal n, as the shell counts. */
  readonly exitCode: number;
  /** The last 4 KiB, redacted. */
  readonly stdoutTail: string;
  readonly stderrTail: string;
  readonly logPath: string;
  /** `refused`: the command never began; `lost`: it was ended because its lock's session was. */
  readonly databaseLock: 'refused' | 'lost' | null;
  /** Left on the disk that holds the job's output, KiB: at 0 the command's last words found no room. */
  readonly freeKibibytes: number;
}

export class DurableCommands {
  constructor(
    private readonly transport: Transport,
    private readonly baseDirectory: string,
    private readonly leaseDirectory: string,
  ) {}

  /**
   * Starts the command of `key`, or attaches to the one that runs, or takes the result of the one that finished
   * (on a second or later attempt only). Resolves when it is running or over.
   * @throws Failure Conflict when a later asker was seen; Rejected when the host could not take the job (disk full)
   */
  async start(key: string, fencingToken: FencingToken, command: Command): Promise<JobReport> {
    const secret = Object.entries(command.secretEnvironment ?? {}).map(
      ([name, value]) => `${name}=${quote(value)}\n`,
    );
    const lines = [
      base64(commandText(command)),
      command.exclusive.map(lockName).join(' '),
      lockName(command.databaseLock ?? ''),
      base64(secret.join('')),
    ];
    const stdin = `${lines.join('\n')}\n`;
    const { step, epoch, occurrence, attempt } = fencingToken;
    return this.#call(['start', key, step, ...[epoch, occurrence, attempt].map(String)], stdin);
  }

  /** Waits up to so many seconds for the end of the command of `key`. */
  async wait(key: string, seconds: number): Promise<JobReport> {
    return this.#call(['wait', key, String(seconds)], undefined, seconds + 30);
  }

  /** Ends the job's process group: SIGTERM, then SIGKILL after the grace time. Idempotent. */
  async stop(key: string, graceSeconds = 10): Promise<JobReport> {
    return this.#call(['stop', key, String(graceSeconds)], undefined, graceSeconds + 30);
  }

  /** Lets nothing begin for the step that is older than this. Idempotent. @throws Failure Conflict when a later asker was seen */
  async overtake({ step, epoch, occurrence, attempt }: FencingToken): Promise<void> {
    await this.#run(['overtake', step, ...[epoch, occurrence, attempt].map(String)]);
  }

  /** Keys of jobs that live now, of one step or of all. */
  async live(step?: string): Promise<string[]> {
    const outcome = await this.#run(['live', ...(step === undefined ? [] : [step])]);
    return outcome.stdout
      .split('\n')
      .filter(Boolean)
      .map((directory) => directory.slice(directory.lastIndexOf('/') + 1));
  }

  /** Where the command of `key` keeps its output, and on which host. */
  logPath(key: string): string {
    return `${this.transport.name}:${this.baseDirectory}/jobs/${key}/`;
  }

  /** The finished or lost report as a result. */
  result(key: string, report: JobReport): JobResult {
    return {
      state: report.state === 'finished' ? 'finished' : 'lost',
      exitCode: report.exitCode,
      stdoutTail: report.stdoutTail,
      stderrTail: report.stderrTail,
      databaseLock: report.databaseLock,
      logPath: this.logPath(key),
      freeKibibytes: report.freeKibibytes,
    };
  }

  async #call(args: string[], stdin?: string, timeoutSeconds = 60): Promise<JobReport> {
    const outcome = await this.#run(args, stdin, timeoutSeconds);
    return parseReport(outcome.stdout);
  }

  async #run(args: string[], stdin?: string, timeoutSeconds = 60): Promise<CommandOutcome> {
    const places = [this.baseDirectory, this.leaseDirectory, databaseLock + jobWrapper];
    const outcome = await this.transport.run(
      ['sh', '-c', fenceFunctions + job, 'holdfast', ...places, ...args],
      { timeoutSeconds, ...(stdin !== undefined && { stdin }) },
    );
    if (outcome.exitCode !== 0) throw hostRefusal(this.transport.name, `job ${args[0] ?? ''}`, outcome);
    return outcome;
  }
}

/** A script of ours that ended badly: overtaken, or the host's own trouble. */
export function hostRefusal(on: string, what: string, outcome: CommandOutcome): Failure {
  const cause = outcome.stderr.trim();
  if (outcome.exitCode === 75) {
    return new Failure('Conflict', `${what} refused: this run was overtaken`, {
      on,
      cause,
      hint: 'Nothing to do: a newer run or attempt goes on',
    });
  }
  const hint = /No space left/.test(cause)
    ? `Free space on ${on}, then resolve the step with --retry`
    : undefined;
  return new Failure('Rejected', `${what} failed on ${on}`, {
    on,
    cause,
    exitCode: outcome.exitCode,
    ...(hint !== undefined && { hint }),
  });
}

/** Its first argument is the file with the secrets, if there are any. */
function commandText(command: Command): string {
  const exports = Object.entries(command.environment ?? {}).map(
    ([name, value]) => `export ${name}=${quote(value)}\n`,
  );
  // Exported only once the file is gone: nothing but the command itself has the values in its environment.
  const names = Object.keys(command.secretEnvironment ?? {}).join(' ');
  const secret = names === '' ? '' : `. "$1"\nrm -f "$1"\nexport ${names}\n`;
  const asUser =
    command.user === undefined
      ? []
      : ['setpriv', `--reuid=${command.user}`, `--regid=${command.user}`, '--init-groups', '--'];
  return `umask 022\ncd /\n${exports.join('')}${secret}exec ${[...asUser, ...command.argv].map(quote).join(' ')}\n`;
}

/** A lock's file name: exclusive names may hold ':' and '/'. */
function lockName(name: string): string {
  return name.replaceAll(/[^\w.:-]/g, '_');
}
