// SPDX-License-Identifier: Apache-2.0
// What the host's half of a durable command says of a job, read from its lines. Asks nothing.
import { redact } from '../clients/redact.ts';

/** As `JobResult`, also of a job that has not ended. */
export interface JobReport {
  readonly state: 'running' | 'finished' | 'lost' | 'absent';
  readonly how: 'started' | 'attached' | null;
  readonly pid: number | null;
  readonly exitCode: number;
  readonly stdoutTail: string;
  readonly stderrTail: string;
  readonly databaseLock: 'refused' | 'lost' | null;
  readonly freeKibibytes: number;
}

/** @source design: a result carries at most 4 KiB of each stream */
const tailBytes = 4096;

export function parseReport(text: string): JobReport {
  const fields = new Map(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => split(line)),
  );
  const tail = (name: string): string =>
    redact(
      Buffer.from(fields.get(name) ?? '', 'base64')
        .toString()
        .replaceAll('\0', ''),
    ).slice(-tailBytes);
  return {
    state: (fields.get('state') ?? 'absent') as JobReport['state'],
    how: (fields.get('how') ?? null) as JobReport['how'],
    pid: fields.has('pid') ? Number(fields.get('pid')) : null,
    exitCode: Number(/code=(\d+)/.exec(fields.get('exit') ?? '')?.[1] ?? -1),
    stdoutTail: tail('stdout'),
    stderrTail: tail('stderr'),
    databaseLock: (fields.get('lock') ?? null) as JobReport['databaseLock'],
    freeKibibytes: Number(fields.get('space')?.trim() ?? Number.POSITIVE_INFINITY),
  };
}

function split(line: string): [string, string] {
  const space = line.indexOf(' ');
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
}
