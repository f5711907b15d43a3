// SPDX-License-Identifier: Apache-2.0
// For how long a part has given no new sign of life. Pure; the caller has the clock and the signs.

/** Texts that change while the part works; null: it gave none. A part of which nothing can be said is absent. */
export interface Signs {
  readonly temporal?: string | null;
  readonly worker?: string | null;
}

/**
 * @source a poll that finds no task ends after 60 s, and Temporal notes when each began; two may be missed on a loaded machine
 */
export const silenceSecondsMax = 180;

interface Beat {
  readonly sign: string;
  readonly sinceSeconds: number;
}

/** A sign is any text that changes while its part works: comparing it with itself needs no clock of another machine. */
export class Pulses {
  readonly #beats = new Map<string, Beat>();

  /**
   * Notes what a look saw, and says for how many seconds the part has shown nothing new. Null is no sign at all. The first
   * look at a part counts as one: nothing is known of the time before.
   * @param nowSeconds of a clock that never goes back and stands still while the machine sleeps
   */
  silentSeconds(part: string, sign: string | null, nowSeconds: number): number {
    const before = this.#beats.get(part);
    if (before !== undefined && (sign === null || sign === before.sign))
      return nowSeconds - before.sinceSeconds;
    this.#beats.set(part, { sign: sign ?? '', sinceSeconds: nowSeconds });
    return 0;
  }

  /** The part is begun anew: what it showed before says nothing of it. */
  forget(part: string): void {
    this.#beats.delete(part);
  }
}

/** Names of the parts that showed nothing new for too long. What was not looked at, since the other was silent, begins anew. */
export function silentParts(signs: Signs, pulses: Pulses, nowSeconds: number): string[] {
  return (['temporal', 'worker'] as const).filter((part) => {
    const sign = signs[part];
    if (sign !== undefined) return pulses.silentSeconds(part, sign, nowSeconds) >= silenceSecondsMax;
    pulses.forget(part);
    return false;
  });
}
