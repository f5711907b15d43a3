// SPDX-License-Identifier: Apache-2.0
// Runs the durable command of a step to its end and judges it by an exit-code map. Chooses no command.
import { stripVTControlCharacters } from 'node:util';
import { Failure, type FailureFacts } from './clients/failure.ts';
import type { Command, JobResult } from './hosts/durable-command.ts';
import type { Host } from './hosts/host.ts';
import type { JobReport } from './hosts/job-report.ts';
import { Detached, settleLiveJobs, type StepScope } from './step-scope.ts';

type StepCommand = Omit<Command, 'exclusive' | 'databaseLock'>;

/**
 * Starts or attaches, waits, and returns the result, whatever its exit code.
 * Idempotent by the scope's key. When the activity's signal fires (shutdown, time-out) it detaches: the command goes on.
 * @throws Failure Unreachable; `lost` when the host went down under the command; Detached
 */
export async function runCommand(host: Host, scope: StepScope, command: StepCommand): Promise<JobResult> {
  await settleLiveJobs(host, scope, scope.key);
  const { exclusive } = scope.context;
  // What changes a database is locked in it too: another machine's lease and files are not seen here.
  const databaseLock = exclusive.find((name) => name.startsWith('db:'));
  let report = await host.commands.start(scope.key, scope.fencingToken, {
    ...command,
    exclusive,
    ...(databaseLock !== undefined && { databaseLock }),
  });
  while (report.state === 'running') {
    if (scope.signal.aborted) throw new Detached();
    report = await host.commands.wait(scope.key, 2);
    const said = lastLine(report);
    if (said !== undefined) scope.tell(said);
  }
  const result = host.commands.result(scope.key, report);
  if (result.state === 'lost') {
    throw new Failure('Unreachable', `${command.argv[0] ?? ''} vanished without a result`, {
      on: host.name,
      cause: 'its process ended with the host, or was killed from outside',
      logPath: result.logPath,
      lost: true,
    });
  }
  if (result.databaseLock !== null) throw lockFailure(host, command.argv, databaseLock ?? '', result);
  return result;
}

/** More of a line no terminal shows, and each is kept as a heartbeat. */
const lineLengthMax = 1024;

/** Of what a running command said; its errors tell more than its answer. */
function lastLine({ stderrTail, stdoutTail }: JobReport): string | undefined {
  // A terminal shows it: without colours, and a progress bar's last state alone.
  const lines = [stdoutTail, stderrTail]
    .map(stripVTControlCharacters)
    .flatMap((tail) => tail.split(/[\r\n]/).filter((line) => line.trim() !== ''));
  return lines.at(-1)?.trim().slice(-lineLengthMax);
}

/** Without its lock a command must not go on: it never began, or it was ended at once. */
function lockFailure(
  host: Host,
  [program = '']: readonly string[],
  lock: string,
  result: JobResult,
): Failure {
  const { logPath } = result;
  // PostgreSQL is silent, or somebody else migrates: both pass.
  if (result.databaseLock === 'refused') {
    const cause = result.stderrTail.trim();
    return new Failure('Unreachable', `PostgreSQL gave no lock ${lock} to ${program}`, {
      on: host.name,
      cause,
      logPath,
    });
  }
  const facts = { on: host.name, cause: 'the session that held it was ended', logPath, lost: true };
  return new Failure('Unreachable', `${program} was ended, as its lock ${lock} was lost`, facts);
}

/** SIGHUP, SIGINT, SIGKILL and SIGTERM, as the shell counts; a tool that crashes by itself ends by other signals. */
const killed: readonly number[] = [129, 130, 137, 143];

/** True for a command that was ended from outside: no judgement of its own, the state has to be looked at again. */
export const isKilled = ({ exitCode }: JobResult): boolean => killed.includes(exitCode);

/** As runCommand, for commands whose only good exit codes are those named. @throws Failure Rejected for any other; Unreachable, `lost` when killed */
export async function runToSuccess(
  host: Host,
  scope: StepScope,
  command: StepCommand,
  goodExitCodes: readonly number[] = [0],
): Promise<JobResult> {
  const result = await runCommand(host, scope, command);
  if (isKilled(result)) {
    const { message, facts } = rejectionOf(host, command.argv, result);
    throw new Failure('Unreachable', `${message}: killed from outside`, { ...facts, lost: true });
  }
  if (goodExitCodes.includes(result.exitCode)) return result;
  const { message, facts } = rejectionOf(host, command.argv, result);
  throw new Failure('Rejected', message, facts);
}

/** What is known of a command that ended badly, as a failure tells it. */
export function rejectionOf(
  host: Host,
  argv: readonly string[],
  result: JobResult,
): { message: string; facts: FailureFacts } {
  const { exitCode, logPath } = result;
  return {
    message: `${programOf(argv)} ended with exit code ${exitCode}`,
    facts: { on: host.name, cause: lastLines(result), exitCode, logPath },
  };
}

/** The program with its first word; a script is called by the name that it was given. */
function programOf(argv: readonly string[]): string {
  const [first = '', second = '', , name] = argv;
  const words = first === 'sh' && second === '-c' ? (name ?? first) : argv.slice(0, 2).join(' ');
  return shortened(words, programLengthMax);
}

const programLengthMax = 80;
/** @source a line of apt with its options has 900 characters, its reason stands at the end */
const lineLengthShown = 240;

/** Without its middle, for what a program did stands first in a line and why it ended stands last. */
function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const half = Math.floor((length - 3) / 2);
  return `${text.slice(0, half)}...${text.slice(-half)}`;
}

/** Below this much room a command's trouble is the disk. @source a page of output and a directory entry or two */
const roomKibibytesMin = 64;

/** What the operating system says lies deeper than what the tools make of it. */
const systemErrors =
  /No space left on device|Read-only file system|Permission denied|Connection refused|Temporary failure|Input\/output error/;

/** Errors stand at the end of stderr, or of stdout for tools that print tracebacks there. */
function lastLines(result: JobResult): string {
  if (result.freeKibibytes < roomKibibytesMin)
    return `No space left on device: ${result.freeKibibytes} KiB free`;
  const text = result.stderrTail.trim() === '' ? result.stdoutTail : result.stderrTail;
  const lines = text.trim().split('\n');
  const last = lines.slice(-3);
  const deepest = lines.findLast((line) => systemErrors.test(line));
  const ofApt = lines.filter((line) => aptErrors.test(line)).slice(0, 3);
  const shown =
    deepest !== undefined && !last.includes(deepest) ? [deepest, ...last] : ofApt.length > 0 ? ofApt : last;
  return shown.map((line) => shortened(line.trim(), lineLengthShown)).join(' | ');
}

/** What apt itself says. @source mmdebstrap begins what it makes of that with the same letters, and the whole command */
const aptErrors = /^E: (?!setup failed|mmdebstrap failed|apt-get )/;
