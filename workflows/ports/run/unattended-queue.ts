// SPDX-License-Identifier: Apache-2.0
// The error of a call that no worker of its task queue took in time. Tells nothing of what the call would have done.

/** Nothing of the call began, at least not in its last attempt. */
export class UnattendedQueue extends Error {
  override readonly name = 'UnattendedQueue';
  constructor(readonly queue: string) {
    super(`No worker took a call from the task queue ${queue}`);
  }
}
