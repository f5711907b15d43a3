// SPDX-License-Identifier: Apache-2.0
// One holder at a time across processes, by flock(1): the kernel frees a lock whose holder died. No leases.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../../activities/clients/failure.ts';
import { identifyProcess, processIdentitySchema } from './process-identity.ts';
import { withProgress } from './progress.ts';
import type { Progress } from './progress.ts';

export interface ExclusiveLockOptions {
  /** Lock file; made when missing, never removed (removing it would let two holders in). */
  path: string;
  /** What the lock guards, for messages. */
  purpose: string;
  /** Longest wait for another holder, in seconds. */
  waitSeconds: number;
  progress: Progress;
}

/** Runs work while holding the lock; a holder that died, even by SIGKILL, holds nothing.
 * @throws Failure `Conflict` naming the holder when the wait is over, `PreconditionFailed` without flock */
export async function withExclusiveLock<T>(
  options: ExclusiveLockOptions,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(options.path), { recursive: true, mode: 0o700 });
  const holder = spawnHolder(options.path);
  try {
    await takeLock(holder, options);
    await writeFile(options.path, JSON.stringify(identifyProcess(process.pid)));
    return await work();
  } finally {
    holder.stdin.end();
    await holder;
  }
}

function spawnHolder(path: string) {
  // The child reads its stdin to the end: when this process ends, however, the pipe closes and the lock goes.
  // In a session of its own Ctrl-C reaches us alone, so the lock is held until our own cleanup is done.
  return execa('flock', ['-x', path, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdin: 'pipe',
    buffer: { stdout: false, stderr: true },
    detached: true,
    cleanup: false,
    reject: false,
  });
}

async function takeLock(
  holder: ReturnType<typeof spawnHolder>,
  options: ExclusiveLockOptions,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const outcome = await withProgress(
    options.progress,
    (seconds) => `waiting for another process that is busy with ${options.purpose}, ${seconds} s so far`,
    () =>
      Promise.race([
        new Promise<'held'>((resolve) => holder.stdout.once('data', () => resolve('held'))),
        holder,
        new Promise<'late'>((resolve) => {
          timer = setTimeout(() => resolve('late'), options.waitSeconds * 1000);
        }),
      ]),
  ).finally(() => clearTimeout(timer));
  if (outcome === 'held') return;
  if (outcome === 'late') {
    holder.kill('SIGKILL');
    const pid = await holderOf(options.path);
    throw new Failure(
      'Conflict',
      `${options.purpose}: another process${pid === undefined ? '' : ` (pid ${pid})`} holds ${options.path} for more than ${options.waitSeconds} s`,
      { on: options.path, hint: 'Wait for it to end, or end it, then run the command again' },
    );
  }
  throw new Failure(
    'PreconditionFailed',
    `Cannot lock ${options.path} for ${options.purpose}: flock ended without taking it`,
    {
      on: options.path,
      hint: 'Install flock (package util-linux) and make sure the folder is writable',
      cause: new Error(outcome.stderr || outcome.shortMessage || 'flock gave no reason'),
    },
  );
}

async function holderOf(path: string): Promise<number | undefined> {
  try {
    return processIdentitySchema.parse(JSON.parse(await readFile(path, 'utf8'))).pid;
  } catch {
    // The content only makes a message kinder; the lock itself is the kernel's.
    return undefined;
  }
}
