// SPDX-License-Identifier: Apache-2.0
// One call below a base URL with its parsed answer: the tool every resource is written with.
// Which base URL, and whether a token goes along, was decided by whoever made the call function.

import type { z } from 'zod';
import type { CallOptions, Method, Query, Send } from './http.ts';

import { urlOf } from './http.ts';
import { parseResponse } from './response.ts';

/** One call; `schema` says what a successful answer holds. */
export interface CallRequest<T> extends CallOptions {
  method: Method;
  /** Below the base URL, empty or starting with a slash; ids in it escaped. */
  path: string;
  query?: Query | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: unknown;
  schema: z.ZodType<T>;
}

/** Sends one call and returns its parsed answer; throws OpenStackError. */
export type Call = <T>(request: CallRequest<T>) => Promise<T>;

/** Binds calls to a base URL and a way of sending. */
export function createCall(send: Send, base: URL): Call {
  return async ({ path, query, schema, ...request }) =>
    parseResponse(await send({ ...request, url: urlOf(base, path, query) }), schema);
}
