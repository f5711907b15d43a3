// SPDX-License-Identifier: Apache-2.0
// What Vault answered, as a failure for people: only its status and its own words, never the request.
import { Failure } from '../failure.ts';

interface Answer {
  readonly statusCode: number;
  readonly body: unknown;
}

/** Null for an error that is no answer of Vault. */
export function answerOf(error: unknown): Answer | null {
  const response = (error as { response?: Partial<Answer> } | null)?.response;
  return typeof response?.statusCode === 'number'
    ? { statusCode: response.statusCode, body: response.body }
    : null;
}

export const isForbidden = (error: unknown): boolean => answerOf(error)?.statusCode === 403;
export const isAbsent = (error: unknown): boolean => answerOf(error)?.statusCode === 404;

/** @source Vault's HTTP API: 412 a standby that lags, 429 and 472 to 473 standbys and quotas, 5xx sealed or broken */
const passing = new Set([412, 429, 472, 473]);

/** Never holds the error itself: a client's error carries its request, with token and secret. */
export function vaultFailure(error: unknown, address: string, refused = 'Vault refused'): Failure {
  if (error instanceof Failure) return error;
  const answer = answerOf(error);
  if (answer === null) {
    const { message, code } = error as { message?: string; code?: string };
    return new Failure('Unreachable', 'Vault does not answer', {
      on: address,
      cause: code ?? message ?? 'no reason',
    });
  }
  const { statusCode } = answer;
  const cause = `${statusCode}: ${wordsOf(answer.body) || 'no reason given'}`;
  if (statusCode >= 500 || passing.has(statusCode))
    return new Failure('Unreachable', statusCode === 503 ? 'Vault is sealed' : 'Vault cannot answer now', {
      on: address,
      cause,
    });
  if (statusCode === 400 && /check-and-set/.test(cause))
    return new Failure('Conflict', 'The secret was changed by somebody else', { on: address, cause });
  return new Failure('Rejected', refused, {
    on: address,
    cause,
    ...(statusCode === 403 && {
      hint: 'Give the login of the spec its policy, which this prints: holdfast cloud policies CLOUD',
    }),
  });
}

function wordsOf(body: unknown): string {
  const errors = (body as { errors?: unknown } | null)?.errors;
  return Array.isArray(errors) ? errors.map(String).join('; ').slice(0, 500) : '';
}
