// SPDX-License-Identifier: Apache-2.0
// Sends a request by undici, within a time limit, and again when that is safe.
// It does not judge the answer's status and knows nothing of tokens.

import type { Connections } from './connections.ts';
import type { HttpRequest, HttpResponse, Send } from './http.ts';

import { request as undiciRequest } from 'undici';
import { isIdempotent } from './connections.ts';
import { failureOf } from './failure.ts';
import { sleep } from './waiting.ts';

/** Pauses before the second, third and fourth attempt: short, as a reset socket is replaced at once. */
const RETRY_PAUSES_SECONDS = [0.1, 0.3, 0.9];

/** The connection broke, possibly after the service had acted on the request. */
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Nothing was sent, so even a POST may be repeated. */
const REFUSED_CODE = 'ECONNREFUSED';

/** What a transport is made from; the time limit holds for each attempt, in seconds. */
export interface TransportSettings {
  connections: Connections;
  requestTimeoutSeconds: number;
  userAgent: string;
}

/** A Send that retries as described above and throws `unreachable` or `aborted` when no answer came. */
export function createTransport(settings: TransportSettings): Send {
  return async (request) => {
    const aborted = (): Error => failureOf(request, 'aborted', 'aborted by the caller');
    for (let attempt = 0; ; attempt++) {
      if (request.signal?.aborted) throw aborted();
      try {
        return await attemptOnce(settings, request);
      } catch (error) {
        if (request.signal?.aborted) throw aborted();
        const pauseSeconds = RETRY_PAUSES_SECONDS[attempt];
        if (pauseSeconds === undefined || !mayRepeat(request, error)) {
          throw failureOf(request, 'unreachable', reasonOf(error));
        }
        await sleep(pauseSeconds, request.signal, aborted);
      }
    }
  };
}

async function attemptOnce(settings: TransportSettings, request: HttpRequest): Promise<HttpResponse> {
  const { requestTimeoutSeconds } = settings;
  const ending = new AbortController();
  const late = new Error(`no complete answer within ${requestTimeoutSeconds} seconds`);
  const timer = setTimeout(() => ending.abort(late), requestTimeoutSeconds * 1000);
  // Not AbortSignal.any: it keeps its result alive for as long as the caller's signal lives.
  const abort = (): void => ending.abort();
  request.signal?.addEventListener('abort', abort, { once: true });
  try {
    const answer = await undiciRequest(request.url, {
      dispatcher: settings.connections.dispatcherFor(request.method),
      method: request.method,
      headers: headersOf(settings, request),
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: ending.signal,
    });
    const text = await answer.body.text();
    return { request, status: answer.statusCode, header: (name) => first(answer.headers[name]), text };
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', abort);
  }
}

function headersOf(settings: TransportSettings, request: HttpRequest): Record<string, string> {
  return {
    accept: 'application/json',
    'user-agent': settings.userAgent,
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...request.headers,
  };
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function mayRepeat(request: HttpRequest, error: unknown): boolean {
  const code = networkCodeOf(error);
  return code === REFUSED_CODE || (isIdempotent(request.method) && RESET_CODES.has(code));
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
