// SPDX-License-Identifier: Apache-2.0
// Keeps a long step from being silent. Does not know where its lines go.

/** Receives one line of progress; free text, no promise of form. */
export type Progress = (text: string) => void;

/** The longest silence of a running step, in seconds.
 * @source the rule for progress lines: a step longer than this looks dead to an operator */
const PROGRESS_INTERVAL_SECONDS = 10;

/** Runs work and, every interval until it settles, reports `describe(seconds so far)`.
 * @default intervalSeconds PROGRESS_INTERVAL_SECONDS */
export async function withProgress<T>(
  progress: Progress,
  describe: (elapsedSeconds: number) => string,
  work: () => Promise<T>,
  intervalSeconds: number = PROGRESS_INTERVAL_SECONDS,
): Promise<T> {
  const startedAtMilliseconds = performance.now();
  const timer = setInterval(() => {
    progress(describe(Math.round((performance.now() - startedAtMilliseconds) / 1000)));
  }, intervalSeconds * 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
