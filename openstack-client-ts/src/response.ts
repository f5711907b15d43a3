// SPDX-License-Identifier: Apache-2.0
// Parses the body of a successful answer with a zod schema; anything else becomes an error here.
// What a body holds is never quoted in an error: it may be a token.

import type { z } from 'zod';
import type { HttpResponse } from './http/http.ts';

import { failureOfResponse } from './failure.ts';

/** How many places of a body that does not fit are named; the first ones tell what kind of body it was. */
const PLACES_SHOWN = 5;

/** The parsed body of a 2xx answer (undefined for an empty one, so use `z.undefined()`); throws OpenStackError. */
export function parseResponse<T>(response: HttpResponse, schema: z.ZodType<T>): T {
  if (response.status < 200 || response.status > 299) throw failureOfResponse(response);
  const parsed = schema.safeParse(jsonOf(response));
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues
    .slice(0, PLACES_SHOWN)
    .map((issue) => `${issue.path.join('.') || 'body'}: ${issue.code}`);
  throw failureOfResponse(response, 'invalid-response', `unexpected body: ${places.join('; ')}`);
}

function jsonOf(response: HttpResponse): unknown {
  if (response.text === '') return undefined;
  try {
    return JSON.parse(response.text);
  } catch {
    throw failureOfResponse(response, 'invalid-response', 'the body is not JSON');
  }
}
