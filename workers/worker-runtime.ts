// SPDX-License-Identifier: Apache-2.0
// Starts the runtime of a worker with the port of its metrics, which another program may take just before.

/** So many ports in a row that somebody else took meanwhile are no chance. */
const longestDraw = 3;

/**
 * `choose` gives the address of the metrics, another one when somebody listens there by now; null: none. `install` begins to
 * listen. Returns the address. @throws Error what `install` says, for anything but a port that is taken, and in the end for that
 */
export async function installRuntime(
  choose: () => Promise<string | null>,
  install: (metrics: string | null) => unknown,
): Promise<string | null> {
  for (let draw = 1; ; draw += 1) {
    const metrics = await choose();
    try {
      install(metrics);
      return metrics;
    } catch (error) {
      const isTaken = error instanceof Error && error.message.includes('Address already in use');
      if (!isTaken || draw === longestDraw) throw error;
    }
  }
}
