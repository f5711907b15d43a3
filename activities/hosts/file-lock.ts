// SPDX-License-Identifier: Apache-2.0
// Holds flock(2) on a file of this machine while a piece of work runs, by a child that holds it. Dies with its owner.
import { execa } from 'execa';
import { Failure } from '../clients/failure.ts';

/** @throws Failure Conflict when the lock is not free within 30 s */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  // The child holds the lock until its stdin closes, which the kernel does for us when this process dies.
  const child = execa(
    'flock',
    ['--exclusive', '--wait', '30', path, 'sh', '-c', 'echo held; cat > /dev/null'],
    {
      reject: false,
      buffer: false,
      stdin: 'pipe',
      cleanup: true,
    },
  );
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      void child.then(() =>
        reject(
          new Failure('Conflict', `${path} is locked`, {
            on: 'this machine',
            hint: 'Wait for the process that holds it',
          }),
        ),
      );
    });
    return await work();
  } finally {
    child.stdin.end();
    await child;
  }
}
