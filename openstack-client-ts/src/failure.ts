// SPDX-License-Identifier: Apache-2.0
// Turns a refused or unanswered request into an OpenStackError with everything secret taken out.
// It decides nothing about retrying.

import type { OpenStackErrorCode } from './errors.ts';
import type { HttpRequest, HttpResponse } from './http/http.ts';

import { OpenStackError } from './errors.ts';
import { scrub, shownUrl } from './redaction.ts';
import { retryAfterSecondsOf } from './http/retry-after.ts';

/** Longest part of a service's message that is kept, in characters; Keystone's longest are below 500. */
const MESSAGE_LIMIT = 1000;

/** The error for a request that got no answer at all. */
export function failureOf(request: HttpRequest, code: OpenStackErrorCode, message: string): OpenStackError {
  return new OpenStackError({
    code,
    method: request.method,
    url: scrub(shownUrl(request.url), request),
    message: scrub(message, request).slice(0, MESSAGE_LIMIT),
  });
}

/** The error for an answer that is not a success, or (with code and message given) not understood. */
export function failureOfResponse(
  response: HttpResponse,
  code: OpenStackErrorCode = codeOf(response.status),
  message: string = saidBy(response),
): OpenStackError {
  const { request, status } = response;
  const requestId = response.header('x-openstack-request-id');
  return new OpenStackError({
    code,
    status,
    method: request.method,
    url: scrub(shownUrl(request.url), request),
    message: scrub(message, request).slice(0, MESSAGE_LIMIT),
    requestId: requestId === undefined ? undefined : scrub(requestId, request),
    retryAfterSeconds: retryAfterSecondsOf(response),
  });
}

function saidBy({ status, request, text }: HttpResponse): string {
  const said = messageIn(text) ?? 'the service gave no message';
  const version = status === 406 ? request.headers?.['openstack-api-version'] : undefined;
  return version === undefined ? said : `the service does not speak "${version}": ${said}`;
}

function codeOf(status: number): OpenStackErrorCode {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not-found';
  if (status === 406) return 'unsupported-version';
  if (status === 409) return 'conflict';
  if (status === 429) return 'rate-limited';
  if (status >= 500) return 'server';
  return status >= 400 ? 'bad-request' : 'invalid-response';
}

/** Finds the message wherever the services put it: {error:{message}}, {badRequest:{message}}, {errors:[{detail}]}. */
function messageIn(text: string): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  const message = messageOf(body) ?? childrenOf(body).flatMap(childrenAndSelf).map(messageOf).find(isText);
  // Glance and Placement say it in HTML.
  return message?.replace(/(<br ?\/?>|\s)+/g, ' ').trim();
}

function messageOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { message, detail } = value as { message?: unknown; detail?: unknown };
  return [message, detail].find(isText);
}

function childrenAndSelf(value: unknown): unknown[] {
  return [value, ...childrenOf(value)];
}

function childrenOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
