// SPDX-License-Identifier: Apache-2.0
// What Keystone says about a token, and the request that gets one.
// It caches nothing and, being used before there is a token, sends none.

import type { Catalog } from './catalog.ts';
import type { CallOptions, HttpRequest, Send } from '../http/http.ts';
import type { Authentication } from '../options.ts';

import { z } from 'zod';
import { catalogSchema } from './catalog.ts';
import { failureOfResponse } from '../failure.ts';
import { urlOf } from '../http/http.ts';
import { parseResponse } from '../response.ts';

/** Who a token speaks for and until when; the times are ISO 8601 in UTC by Keystone's clock. */
export interface TokenDetails {
  issuedAt: string;
  expiresAt: string;
  userId: string;
  /** Absent unless the token is for a project. */
  projectId: string | undefined;
  roles: { id: string; name: string }[];
  /** Empty for an unscoped token. */
  catalog: Catalog;
}

/** A new token; unlike the client and its errors this object shows the token to whoever prints it. */
export interface IssuedToken extends TokenDetails {
  token: string;
}

const moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)));

/** Parses what Keystone says about a token. */
export const tokenSchema = z
  .object({
    token: z.object({
      issued_at: moment,
      expires_at: moment,
      user: z.object({ id: z.string() }),
      project: z.object({ id: z.string() }).nullish(),
      roles: z.array(z.object({ id: z.string(), name: z.string() })).nullish(),
      catalog: catalogSchema.nullish(),
    }),
  })
  .transform(({ token }): TokenDetails => ({
    issuedAt: token.issued_at,
    expiresAt: token.expires_at,
    userId: token.user.id,
    projectId: token.project?.id,
    roles: token.roles ?? [],
    catalog: token.catalog ?? [],
  }));

/** Gets a new token; throws OpenStackError `unauthorized` when the credentials are refused. */
export async function issueToken(
  send: Send,
  authUrl: URL,
  authentication: Authentication,
  { signal }: CallOptions = {},
): Promise<IssuedToken> {
  const request: HttpRequest = {
    method: 'POST',
    url: urlOf(authUrl, '/auth/tokens'),
    body: { auth: authOf(authentication) },
    signal,
  };
  const response = await send(request);
  const details = parseResponse(response, tokenSchema);
  const token = response.header('x-subject-token');
  if (!token) throw failureOfResponse(response, 'invalid-response', 'the answer holds no X-Subject-Token');
  return { token, ...details };
}

function authOf(authentication: Authentication): unknown {
  if (authentication.type === 'application-credential') {
    const { id, secret } = authentication;
    return { identity: { methods: ['application_credential'], application_credential: { id, secret } } };
  }
  const { username, userDomainName, password } = authentication;
  const user = { name: username, domain: { name: userDomainName }, password };
  return { identity: { methods: ['password'], password: { user } }, scope: scopeOf(authentication) };
}

function scopeOf(scope: Extract<Authentication, { type: 'password' }>): unknown {
  if ('unscoped' in scope) return 'unscoped';
  if ('system' in scope) return { system: { all: true } };
  return { project: { name: scope.projectName, domain: { name: scope.projectDomainName } } };
}
