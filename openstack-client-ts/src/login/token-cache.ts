// SPDX-License-Identifier: Apache-2.0
// Keeps one token for all callers, renews it before it expires and replaces it when a service refuses it.
// It does not decide when a token counts as refused.

import type { IssuedToken } from './token.ts';

import { abortable, sleep } from '../waiting.ts';

/** A token this close to its end is renewed: longer than one request with its retries usually takes. */
const RENEWAL_MARGIN_SECONDS = 60;

/** Bounds the margin for short-lived tokens, which would otherwise be renewed for every request. */
const RENEWAL_MARGIN_SHARE = 0.1;

/**
 * Keystone revokes by the second: a token issued in the second in which its user's password changed is dead
 * for ever, though issued with 201. The change happened before the refusal, so one whole second after the
 * refusal the service's clock shows a later second, however it is set; 0.1 s covers the timers.
 */
const PAUSE_AFTER_REFUSAL_SECONDS = 1.1;

/** The one token all callers share. */
export interface TokenCache {
  /** The token in use, authenticating when there is none or it is about to expire. */
  current(signal: AbortSignal | undefined, onAbort: () => Error): Promise<IssuedToken>;
  /** The successor of a token that was refused; callers refused with the same token share one. */
  replace(refused: IssuedToken, signal: AbortSignal | undefined, onAbort: () => Error): Promise<IssuedToken>;
  /** Makes a token that was issued elsewhere the one in use. */
  keep(token: IssuedToken): void;
}

/** An empty cache; `issue` is called at most once at a time, and a failure of it is not remembered. */
export function createTokenCache(issue: () => Promise<IssuedToken>): TokenCache {
  let cached: { token: IssuedToken; renewAtMs: number } | undefined;
  let pending: Promise<IssuedToken> | undefined;

  const keep = (token: IssuedToken): void => {
    cached = { token, renewAtMs: performance.now() + usableSeconds(token) * 1000 };
  };

  const renew = (pauseSeconds: number): Promise<IssuedToken> => {
    pending ??= (async () => {
      try {
        if (pauseSeconds > 0) await sleep(pauseSeconds, undefined, () => new Error('never aborted'));
        const token = await issue();
        keep(token);
        return token;
      } finally {
        pending = undefined;
      }
    })();
    return pending;
  };

  return {
    current: async (signal, onAbort) => {
      if (signal?.aborted) throw onAbort();
      if (cached && performance.now() < cached.renewAtMs) return cached.token;
      return abortable(renew(0), signal, onAbort);
    },
    replace: async (refused, signal, onAbort) => {
      if (signal?.aborted) throw onAbort();
      if (cached && cached.token.token !== refused.token) return cached.token;
      cached = undefined;
      return abortable(renew(PAUSE_AFTER_REFUSAL_SECONDS), signal, onAbort);
    },
    keep,
  };
}

/** Taken from Keystone's two times alone, so that a difference between its clock and ours does not matter. */
function usableSeconds(token: IssuedToken): number {
  const lifetimeSeconds = (Date.parse(token.expiresAt) - Date.parse(token.issuedAt)) / 1000;
  return lifetimeSeconds - Math.min(RENEWAL_MARGIN_SECONDS, lifetimeSeconds * RENEWAL_MARGIN_SHARE);
}
