// SPDX-License-Identifier: Apache-2.0
// Owns the sockets: kept-alive ones for what may be repeated, fresh ones for what may not.
// Certificates are always checked; there is deliberately no option against it.

import type { Dispatcher } from 'undici';
import type { HttpRequest, Method } from './http.ts';

import { Agent } from 'undici';

/** Where requests are dispatched to. */
export interface Connections {
  dispatcherFor(request: HttpRequest): Dispatcher;
  /** Releases the sockets once running requests have ended; harmless to repeat. */
  close(): Promise<void>;
}

/** What connections are made from; the time limit bounds connecting, in seconds. */
export interface ConnectionSettings {
  ca?: string | undefined;
  dispatcher?: Dispatcher | undefined;
  requestTimeoutSeconds: number;
}

/** Whether repeating the request leaves the service as one request would. */
export function isIdempotent(method: Method): boolean {
  return method !== 'POST' && method !== 'PATCH';
}

/** Opens no socket yet; an injected dispatcher serves every method and stays its owner's to close. */
export function createConnections(settings: ConnectionSettings): Connections {
  const { ca, dispatcher } = settings;
  if (dispatcher) return { dispatcherFor: () => dispatcher, close: async () => {} };
  const connect = {
    timeout: settings.requestTimeoutSeconds * 1000,
    // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED=0 would otherwise switch the check off.
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
  };
  const kept = new Agent({ connect });
  // Keystone under uWSGI closes kept-alive sockets without notice. A GET is simply sent again; a POST may
  // not be, nor a stream that was read, so these never ride on a socket that could already be dead. In undici,
  // pipelining 0 means that.
  const fresh = new Agent({ connect, pipelining: 0 });
  let closing: Promise<void> | undefined;
  return {
    dispatcherFor: ({ method, upload }) => (isIdempotent(method) && upload === undefined ? kept : fresh),
    close: () => (closing ??= Promise.all([kept.close(), fresh.close()]).then(() => undefined)),
  };
}
