// SPDX-License-Identifier: Apache-2.0
// Waiting that an AbortSignal can end, leaving no timer and no listener behind.
// It knows nothing of HTTP; the caller says what an abort means.

/** Resolves after the given seconds, or rejects with `onAbort()` as soon as the signal fires. */
export async function sleep(
  durationSeconds: number,
  signal: AbortSignal | undefined,
  onAbort: () => Error,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, durationSeconds * 1000);
  });
  try {
    await abortable(elapsed, signal, onAbort);
  } finally {
    clearTimeout(timer);
  }
}

/** Follows a promise shared with others until this caller's signal fires; the promise itself goes on. */
export function abortable<T>(
  shared: Promise<T>,
  signal: AbortSignal | undefined,
  onAbort: () => Error,
): Promise<T> {
  if (signal === undefined) return shared;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(onAbort());
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
