// SPDX-License-Identifier: Apache-2.0
// Kills a program at a moment by chance behind one that it reached.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Options, ResultPromise } from 'execa';

/** A program that runs. */
export type Killable = Pick<ResultPromise<Options>, 'kill'> & PromiseLike<unknown>;

/** False for one that ended by itself. */
export async function killedAt(running: Killable, isSo: () => boolean): Promise<boolean> {
  let isOver = false;
  void running.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  while (!isSo()) {
    if (isOver) return false;
    await sleep(2);
  }
  // Not at the very moment at which a piece is sent: the upstream sends them at its times, and a kill knows nothing of that.
  await sleep(50 * Math.random());
  running.kill('SIGKILL');
  await running.then(undefined, () => undefined);
  return true;
}
