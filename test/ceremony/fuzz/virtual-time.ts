// SPDX-License-Identifier: Apache-2.0
// A clock that moves when nothing else does: hours of waiting pass at once. `Date` of this process follows it, with a skew.
export class VirtualTime {
  /** Milliseconds: how far the clock of this machine is off. */
  skew = 0;
  #now = Date.now();
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  readonly #real = globalThis.Date;

  /** From here on `Date` tells the time of this clock. */
  install(): void {
    const clock = (): number => this.#now + this.skew;
    const Real = this.#real;
    globalThis.Date = class extends Real {
      constructor(...args: [] | [string | number | Date]) {
        if (args.length === 0) super(clock());
        else super(args[0]);
      }
      static override now(): number {
        return clock();
      }
    } as DateConstructor;
  }

  uninstall(): void {
    globalThis.Date = this.#real;
  }

  now(): number {
    return this.#now;
  }

  sleep(seconds: number): Promise<void> {
    const until = this.#now + seconds * 1000;
    return new Promise((wake) => this.#sleepers.push({ until, wake }));
  }

  /** Wakes whoever sleeps least long; false when nobody does. */
  next(): boolean {
    if (this.#sleepers.length === 0) return false;
    const until = Math.min(...this.#sleepers.map((each) => each.until));
    this.#now = Math.max(this.#now, until);
    this.#wake();
    return true;
  }

  wakeAll(): void {
    for (const { wake } of this.#sleepers.splice(0)) wake();
  }

  #wake(): void {
    const awake = this.#sleepers.filter((each) => each.until <= this.#now);
    this.#sleepers = this.#sleepers.filter((each) => each.until > this.#now);
    for (const { wake } of awake) wake();
  }
}

/** Chances that a seed decides. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0;
  }

  /** From 0 to below 1. @source mulberry32 */
  roll(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  happens(chance: number): boolean {
    return this.roll() < chance;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(this.roll() * choices.length)] ?? choices[0];
  }
}
