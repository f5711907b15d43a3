// SPDX-License-Identifier: Apache-2.0
// Room for so many at once: who asks first goes first.

export class Turns {
  readonly #waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Begins the work once there is room for it, and gives that back however it ends. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
