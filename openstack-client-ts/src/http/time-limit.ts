// SPDX-License-Identifier: Apache-2.0
// Ends an attempt when its time is over or its caller aborts, leaving no timer and no listener behind.
// It does not know what the time is counted for: whoever holds it restarts it.

/** A time limit that runs from its making. */
export interface TimeLimit {
  /** Fires when the time is over or the caller aborts. */
  readonly signal: AbortSignal;
  /** Counts from now on, also after a pause. */
  restart(): void;
  /** Stops counting until it is restarted. */
  pause(): void;
  /** Ends counting for good and forgets the caller's signal. */
  release(): void;
}

/** A running limit; `late` is the reason the signal fires with. */
export function createTimeLimit(seconds: number, caller: AbortSignal | undefined, late: Error): TimeLimit {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const pause = (): void => clearTimeout(timer);
  let isReleased = false;
  const restart = (): void => {
    pause();
    // The source of an upload may hand over one more piece after the end, and its timer would keep the process alive.
    if (isReleased) return;
    timer = setTimeout(() => ending.abort(late), seconds * 1000);
  };
  // Not AbortSignal.any: it keeps its result alive for as long as the caller's signal lives.
  const abort = (): void => ending.abort();
  caller?.addEventListener('abort', abort, { once: true });
  restart();
  const release = (): void => {
    isReleased = true;
    pause();
    caller?.removeEventListener('abort', abort);
  };
  return { signal: ending.signal, restart, pause, release };
}
