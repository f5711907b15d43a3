// SPDX-License-Identifier: Apache-2.0
// Hands events to a run one at a time, so that its commands do not depend on how many events one workflow task brings.
// Why: a query that meets a worker without this run in its cache plays the history up to the last event, also past the last
// workflow task. The events since then arrive in two portions, and in a later replay in one. Commands would change places.
import { CancellationScope, condition } from '@temporalio/workflow';

type Settled<T> = { readonly value: T } | { readonly error: unknown };

export class EventSerializer {
  readonly #queue: object[] = [];
  #isTaken = false;

  /** `isQuiet`: everything that the one before changed is written. */
  constructor(private readonly isQuiet: () => boolean) {}

  /** Passes on how the promise ended, in the order of the ends, each after all that the one before set off. */
  async admit<T>(promise: Promise<T>): Promise<T> {
    const settled = await promise.then(
      (value): Settled<T> => ({ value }),
      (error: unknown): Settled<T> => ({ error }),
    );
    const entry = {};
    this.#queue.push(entry);
    // The SDK asks a new condition at once; only the questions after it come when nothing else is left to run.
    let isFirstQuestion = true;
    const mayEnter = (): boolean => !isFirstQuestion && this.#enters(entry);
    const entered = CancellationScope.nonCancellable(() => condition(mayEnter));
    isFirstQuestion = false;
    await entered;
    if ('error' in settled) throw settled.error;
    return settled.value;
  }

  #enters(entry: object): boolean {
    if (this.#isTaken || this.#queue[0] !== entry || !this.isQuiet()) return false;
    this.#queue.shift();
    this.#isTaken = true;
    // Runs once the round of questions is over, so that a round lets in one.
    void Promise.resolve().then(() => (this.#isTaken = false));
    return true;
  }
}
