// SPDX-License-Identifier: Apache-2.0
// Reads the journal and the log files of one service inside a live box, redacted line by line. Changes nothing there.
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { insideBox, leaderOf } from '../../activities/hosts/local-box.ts';
import { redact } from '../../activities/clients/redact.ts';
import { EmbeddedError } from '../embedded/embedded-error.ts';
import printLogs from './box-logs.sh';

export interface LogRequest {
  readonly box: string;
  /** A unit, or the beginning of one: `keystone` is all of Keystone's. */
  readonly service: string;
  readonly lines: number;
  readonly follow: boolean;
}

const unknownService = 44;

/** Resolves at the end of the logs; with `follow` it goes on until the signal. @throws EmbeddedError */
export async function readBoxLogs(
  { box, service, lines, follow }: LogRequest,
  onLine: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!/^[A-Za-z0-9][A-Za-z0-9@._-]{0,99}$/.test(service))
    throw new EmbeddedError(
      'PreconditionFailed',
      `${service} is no name of a service`,
      'Name one, such as keystone',
    );
  const leader = await leaderOf(box);
  if (leader === null)
    throw new EmbeddedError('PreconditionFailed', `Box ${box} is off`, `holdfast box install ${box}`);
  const argv = ['sh', '-c', printLogs, 'logs', service, String(lines), follow ? '1' : '0'];
  const [file = '', ...args] = insideBox(leader, argv);
  // In a process group of its own, so that all that follows ends with it.
  const child = execa(file, args, {
    reject: false,
    buffer: { stdout: false, stderr: true },
    stdin: 'ignore',
    detached: true,
  });
  const end = (): void => void endGroup(child.pid);
  signal.addEventListener('abort', end);
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => onLine(redact(line)));
  const { exitCode, stderr } = await child.finally(() => signal.removeEventListener('abort', end));
  if (exitCode !== unknownService) return;
  throw new EmbeddedError(
    'PreconditionFailed',
    `Box ${box} has no service and no log of the name ${service}`,
    `There are: ${stderr.trim()}`,
  );
}

async function endGroup(pid: number | undefined): Promise<void> {
  if (pid !== undefined) await execa('kill', ['-TERM', '--', `-${pid}`], { reject: false });
}
