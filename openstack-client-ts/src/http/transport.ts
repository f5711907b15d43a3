// SPDX-License-Identifier: Apache-2.0
// Sends a request, and again when that is safe and useful.
// It does not judge the answer's status, except where the service asks to come back later, and knows nothing of tokens.

import type { TransportSettings } from './attempt.ts';
import type { HttpRequest, HttpResponse, Send } from './http.ts';

import { attemptOnce } from './attempt.ts';
import { isIdempotent } from './connections.ts';
import { failureOf } from '../failure.ts';
import { retryAfterSecondsOf } from './retry-after.ts';
import { SourceFailure } from './upload-stream.ts';
import { sleep } from '../waiting.ts';

/** Pauses before the second, third and fourth attempt: short, as a reset socket is replaced at once. */
const RETRY_PAUSES_SECONDS = [0.1, 0.3, 0.9];

/** Longest pause a service gets by asking; rate limits of services count by the minute at most. */
const RETRY_AFTER_LIMIT_SECONDS = 30;

/** The connection broke, possibly after the service had acted on the request. */
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Nothing was sent, so even a POST may be repeated. */
const REFUSED_CODE = 'ECONNREFUSED';

/** A Send that retries as described above and throws `unreachable` or `aborted` when no answer came. */
export function createTransport(settings: TransportSettings): Send {
  return async (request) => {
    const aborted = (): Error => failureOf(request, 'aborted', 'aborted by the caller');
    for (let attempt = 0; ; attempt++) {
      if (request.signal?.aborted) throw aborted();
      const leastPauseSeconds = RETRY_PAUSES_SECONDS[attempt];
      let pauseSeconds = leastPauseSeconds ?? 0;
      try {
        const response = await attemptOnce(settings, request);
        const askedSeconds = mayComeBack(response) ? retryAfterSecondsOf(response) : undefined;
        if (leastPauseSeconds === undefined || askedSeconds === undefined) return response;
        pauseSeconds = Math.max(leastPauseSeconds, Math.min(askedSeconds, RETRY_AFTER_LIMIT_SECONDS));
      } catch (error) {
        if (request.signal?.aborted) throw aborted();
        if (error instanceof SourceFailure) throw error.original;
        if (leastPauseSeconds === undefined || !mayRepeat(request, error)) {
          throw failureOf(request, 'unreachable', reasonOf(error));
        }
      }
      await sleep(pauseSeconds, request.signal, aborted);
    }
  };
}

/** 429 refuses before anything is done, 503 may come from behind something that was. */
function mayComeBack({ request, status }: HttpResponse): boolean {
  if (request.upload?.isOpenable() === false) return false;
  return status === 429 || (status === 503 && isIdempotent(request.method));
}

function mayRepeat({ method, upload }: HttpRequest, error: unknown): boolean {
  const code = networkCodeOf(error);
  if (code === REFUSED_CODE) return upload?.isOpenable() !== false;
  // A broken upload leaves the image in a state that takes no other one.
  return upload === undefined && isIdempotent(method) && RESET_CODES.has(code);
}

function networkCodeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function reasonOf(error: unknown): string {
  const code = networkCodeOf(error);
  const message = error instanceof Error ? error.message : '';
  return [code, message].filter((part) => part !== '').join(': ') || 'no connection';
}
