// SPDX-License-Identifier: Apache-2.0
// Whether steps give up one after another for the same cause: what stands in their way stands in the way of all. Ends no run.
import type { StepFailure } from '../contracts/run/errors.ts';

/** Since the last step that was done, or the last answer of a person. */
export class EqualFailures {
  #cause: string | null = null;
  #count = 0;

  constructor(
    /** Undefined: no number of them is too many. */
    private readonly limit: number | undefined,
  ) {}

  /** Of a step that gave up. One that waits for an agreement or an answer did not. */
  add(failure: StepFailure): void {
    if (failure.code === 'NeedsApproval' || failure.code === 'NeedsOperator') return;
    const cause = causeOf(failure);
    this.#count = cause === this.#cause ? this.#count + 1 : 1;
    this.#cause = cause;
  }

  reset(): void {
    this.#cause = null;
    this.#count = 0;
  }

  /** True once no further step may begin. */
  get isTooMany(): boolean {
    return this.limit !== undefined && this.#count >= this.limit;
  }

  /** The failure that a run ends with: where further steps were kept back, it says so. */
  ofRun(failure: StepFailure): StepFailure {
    if (!this.isTooMany) return failure;
    const message = `${failure.message}; ${this.#count} steps gave up for the same cause, and none was begun after them`;
    return { ...failure, message };
  }
}

/** The same for two requests that were refused for the same reason: each has a number of its own. */
function causeOf({ code, on, message, cause }: StepFailure): string {
  return [code, on, (cause ?? message).replaceAll(/\breq-[0-9a-f-]+/g, '')].join('\n');
}
