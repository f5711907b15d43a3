// SPDX-License-Identifier: Apache-2.0
// Reads the journal and the log files of one service inside a live box, redacted line by line. Changes nothing there.
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { insideBox, leaderOf } from '../../activities/hosts/local-box.ts';
import { redact } from '../../activities/clients/redact.ts';
import { EmbeddedError } from '../embedded/embedded-error.ts';

export interface LogRequest {
  readonly box: string;
  /** A unit, or the beginning of one: `keystone` is all of Keystone's. */
  readonly service: string;
  readonly lines: number;
  readonly follow: boolean;
}

/**
 * Positional: service, lines, follow. Units by their beginning, then the folder of log files that bears the name.
 * Both are followed side by side and end together.
 */
const script = String.raw`
service=$1 lines=$2 follow=$3
units=$(systemctl list-units --all --plain --no-legend --type=service "$service*" | cut -d ' ' -f 1)
case $service in postgres) folder=/var/log/postgresql ;; *) folder=/var/log/$service ;; esac
files=$(find "$folder" "$folder.log" -maxdepth 1 -type f -name '*.log' 2>/dev/null | sort)
if [ -z "$units$files" ]; then
  systemctl list-units --plain --no-legend --type=service | cut -d ' ' -f 1 | sed 's/\.service$//' | tr '\n' ' ' >&2
  exit 44
fi
set -- --output=short-iso --no-pager --lines="$lines"
for unit in $units; do set -- "$@" --unit="$unit"; done
if [ "$follow" = 1 ]; then
  [ -z "$units" ] || journalctl "$@" --follow &
  [ -z "$files" ] || tail -v -n "$lines" -F $files &
  wait
else
  [ -z "$units" ] || journalctl "$@"
  [ -z "$files" ] || tail -v -n "$lines" $files
fi
`;
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
  const argv = ['sh', '-c', script, 'logs', service, String(lines), follow ? '1' : '0'];
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
