// SPDX-License-Identifier: Apache-2.0
// Adds the token to a request and, when it is refused, tries once more with a new one.
// A second refusal is returned as it is, as the caller's rights are the matter then, and so is one of a stream that
// cannot be read twice.

import type { HttpRequest, Send } from '../http/http.ts';
import type { TokenCache } from './token-cache.ts';

import { failureOf } from '../failure.ts';

/** A Send that authenticates; a 401 costs one re-authentication, more than a second later (see token-cache.ts). */
export function createAuthorizedSend(send: Send, tokens: TokenCache): Send {
  return async (request) => {
    const onAbort = (): Error => failureOf(request, 'aborted', 'aborted by the caller');
    const token = await tokens.current(request.signal, onAbort);
    const response = await send(withToken(request, token.token));
    if (response.status !== 401 || request.upload?.isOpenable() === false) return response;
    const successor = await tokens.replace(token, request.signal, onAbort);
    return send(withToken(request, successor.token));
  };
}

function withToken(request: HttpRequest, token: string): HttpRequest {
  return { ...request, headers: { ...request.headers, 'x-auth-token': token } };
}
