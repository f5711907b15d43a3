// SPDX-License-Identifier: Apache-2.0
// Reads the journal and the log files of services inside a live box, redacted line by line. Changes nothing there.
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { Failure } from '../../activities/clients/failure.ts';
import { insideBox, leaderOf } from '../../activities/hosts/local-box.ts';
import { redact } from '../../activities/clients/redact.ts';
import { nearestName } from '../../workflows/contracts/run/nearest-name.ts';
import printLogs from './box-logs.sh';

export interface LogRequest {
  readonly box: string;
  /** Units, or beginnings of some: `keystone` is all of Keystone's. None: all services. */
  readonly services: readonly string[];
  readonly lines: number;
  readonly follow: boolean;
  /** Seconds since 1970; null: whatever its age. */
  readonly sinceSeconds: number | null;
  /** Of journald, and what is worse; null: all. */
  readonly level: string | null;
}

const unknownService = 44;

/** Resolves at the end of the logs; with `follow` it goes on until the signal. @throws Failure */
export async function readBoxLogs(
  { box, services, lines, follow, sinceSeconds, level }: LogRequest,
  onLine: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const service of services)
    if (!/^[A-Za-z0-9][A-Za-z0-9@._-]{0,99}$/.test(service))
      throw new Failure('PreconditionFailed', `${service} is no name of a service`, {
        on: service,
        hint: 'Name one, such as keystone',
      });
  const leader = await leaderOf(box);
  if (leader === null)
    throw new Failure('PreconditionFailed', `Box ${box} is off`, {
      on: `box ${box}`,
      hint: `holdfast box start ${box}`,
    });
  const selection = [String(lines), follow ? '1' : '0', sinceSeconds === null ? '' : String(sinceSeconds)];
  const argv = ['sh', '-c', printLogs, 'logs', ...selection, level ?? '', ...services];
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
  if (exitCode === unknownService) throw noSuchService(box, services, stderr.split('\n').filter(Boolean));
}

/** How many names a refusal lists. */
const namesMax = 12;

function noSuchService(box: string, services: readonly string[], known: readonly string[]): Failure {
  const near = services.flatMap((service) => nearestName(service, known) ?? []);
  const alike = known.filter((name) => services.some((service) => name.includes(service)));
  const shown = [...new Set([...near, ...alike])].slice(0, namesMax);
  return new Failure(
    'PreconditionFailed',
    `Box ${box} has no service and no log of the name ${services.join(' or ')}`,
    {
      on: `box ${box}`,
      hint:
        shown.length > 0
          ? `Near it: ${shown.join(', ')}`
          : `holdfast box shell ${box} -- systemctl list-units --type=service, which lists all ${known.length}`,
    },
  );
}

async function endGroup(pid: number | undefined): Promise<void> {
  if (pid !== undefined) await execa('kill', ['-TERM', '--', `-${pid}`], { reject: false });
}
