// SPDX-License-Identifier: Apache-2.0
// Sends a request once by undici, within its time limit.
// It judges neither the answer nor the error, and never sends again.

import type { Connections } from './connections.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import type { TimeLimit } from './time-limit.ts';

import { request as undiciRequest } from 'undici';
import { readInto } from './download-stream.ts';
import { createTimeLimit } from './time-limit.ts';
import { pacedUpload } from './upload-stream.ts';

/** What a transport is made from; the time limit holds for each attempt, in seconds. */
export interface TransportSettings {
  connections: Connections;
  requestTimeoutSeconds: number;
  userAgent: string;
}

/** The answer, whatever its status; throws what undici or the source of an upload throws. */
export async function attemptOnce(settings: TransportSettings, request: HttpRequest): Promise<HttpResponse> {
  const { stallTimeoutSeconds } = request;
  const limitSeconds = stallTimeoutSeconds ?? settings.requestTimeoutSeconds;
  const what = stallTimeoutSeconds === undefined ? 'no complete answer' : 'nothing moved';
  const late = new Error(`${what} within ${limitSeconds} seconds`);
  const limit = createTimeLimit(limitSeconds, request.signal, late);
  let isHandedOver = false;
  try {
    const { statusCode, headers, body } = await dispatch(settings, request, limit);
    const answer = { request, status: statusCode, header: (name: string) => first(headers[name]) };
    if (request.wantsStream && statusCode >= 200 && statusCode <= 299) {
      isHandedOver = true;
      return { ...answer, text: '', stream: readInto(request, body, limit) };
    }
    return { ...answer, text: await body.text() };
  } finally {
    if (!isHandedOver) limit.release();
  }
}

async function dispatch(
  settings: TransportSettings,
  request: HttpRequest,
  limit: TimeLimit,
): ReturnType<typeof undiciRequest> {
  const upload = request.upload && pacedUpload(request.upload, limit);
  try {
    return await undiciRequest(request.url, {
      dispatcher: settings.connections.dispatcherFor(request),
      method: request.method,
      headers: headersOf(settings, request),
      body: upload?.body ?? (request.body === undefined ? null : JSON.stringify(request.body)),
      signal: limit.signal,
      // The limit above counts; undici's own would end an upload of more than five minutes.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  } catch (error) {
    upload?.throwSourceFailure();
    throw error;
  }
}

function headersOf({ userAgent }: TransportSettings, request: HttpRequest): Record<string, string> {
  const { body, upload, headers } = request;
  return {
    accept: 'application/json',
    'user-agent': userAgent,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(upload && { 'content-type': 'application/octet-stream', 'content-length': String(upload.sizeBytes) }),
    ...headers,
  };
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
