// SPDX-License-Identifier: Apache-2.0
// One call below a base URL with its parsed answer: the tool every resource is written with.
// Which base URL, and whether a token goes along, was decided by whoever made the call function.

import type { z } from 'zod';
import type { CallOptions, HttpResponse, Method, Query, Send, Upload } from './http/http.ts';

import { urlOf } from './http/http.ts';
import { parseResponse } from './response.ts';

/** One call without a word on its answer. */
export interface ExchangeRequest extends CallOptions {
  method: Method;
  /** Below the base URL, empty or starting with a slash; ids in it escaped. */
  path: string;
  query?: Query | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: unknown;
  /** The version of the API to speak, such as `2.93`, for services that have microversions. */
  microversion?: string | undefined;
}

/** One call; `schema` says what a successful answer holds. */
export interface CallRequest<T> extends ExchangeRequest {
  schema: z.ZodType<T>;
}

/** Sends one call and returns its parsed answer; throws OpenStackError. */
export type Call = <T>(request: CallRequest<T>) => Promise<T>;

/** One call whose body or answer is streamed. */
interface StreamRequest extends ExchangeRequest {
  upload?: Upload | undefined;
  wantsStream?: boolean | undefined;
  stallTimeoutSeconds: number;
}

/** Sends one call and returns the answer as it is, whatever its status. */
export type Exchange = (request: ExchangeRequest | StreamRequest) => Promise<HttpResponse>;

/** Where calls go. */
export interface CallTarget {
  baseOf(options: CallOptions): URL | Promise<URL>;
  /** What the service is called in the header of a microversion. */
  serviceType?: string | undefined;
  /** Spoken by calls that choose none. */
  microversion?: string | undefined;
}

/** Binds exchanges to a target and a way of sending. */
export function createExchange(send: Send, target: CallTarget): Exchange {
  return async ({ path, query, microversion = target.microversion, ...request }) => {
    const url = urlOf(await target.baseOf(request), path, query);
    if (microversion === undefined) return send({ ...request, url });
    const version = { 'openstack-api-version': `${target.serviceType ?? ''} ${microversion}`.trim() };
    return send({ ...request, url, headers: { ...version, ...request.headers } });
  };
}

/** Binds calls to a target and a way of sending. */
export function createCall(send: Send, target: CallTarget): Call {
  const exchange = createExchange(send, target);
  return async ({ schema, ...request }) => parseResponse(await exchange(request), schema);
}
