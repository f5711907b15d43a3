// SPDX-License-Identifier: Apache-2.0
// Lets callers of this process do the same thing one after another.
// It knows nothing of other processes: between those only the service can decide.

/** Who is first for a key goes first; different keys do not wait for each other. */
export interface Turns {
  /** Runs the work when all earlier work for the key has ended, however it ended. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** No call waits yet. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take: async (key, work) => {
      const before = last.get(key);
      const mine = (async () => {
        await before?.catch(() => {});
        return work();
      })();
      last.set(key, mine);
      try {
        return await mine;
      } finally {
        if (last.get(key) === mine) last.delete(key);
      }
    },
  };
}
