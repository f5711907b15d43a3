// SPDX-License-Identifier: Apache-2.0
// Waits until a server has a status, by asking again and again.
// A server that ends in ERROR ends the waiting, unless that is what was waited for.

import type { ComputeOptions } from './microversion.ts';
import type { Server, ServerFault } from './server.ts';

import { abortedAt, isOpenStackError, OpenStackError } from '../errors.ts';
import { sleep } from '../waiting.ts';

/** How long and how often is asked. */
export interface WaitOptions extends ComputeOptions {
  /** Default 300. */
  timeoutSeconds?: number | undefined;
  /** Default 1: below the time any change of a real hypervisor takes. */
  intervalSeconds?: number | undefined;
}

/** The waiting for servers. */
export interface ServerWaiting {
  /**
   * The server once it has the status and Nova does nothing to it any more. Throws `timeout`, and a
   * ServerFaultError of code `fault` when it ends in ERROR.
   */
  waitFor(id: string, status: string, options?: WaitOptions): Promise<Server>;
  /** Resolves once the server is gone; throws `timeout`, and ServerFaultError when it ends in ERROR. */
  waitUntilGone(id: string, options?: WaitOptions): Promise<void>;
}

/** A server ended in ERROR; `fault` is what Nova says of it. */
export class ServerFaultError extends OpenStackError {
  readonly fault: ServerFault | undefined;

  constructor({ id, fault }: Server) {
    const message =
      fault === undefined ? 'the server is in ERROR' : `the server is in ERROR: ${fault.message.trim()}`;
    super({ code: 'fault', message, method: 'GET', url: `/servers/${id}` });
    this.fault = fault;
  }
}

const TIMEOUT_SECONDS = 300;
const INTERVAL_SECONDS = 1;

/** Binds waiting to the reading of a server. */
export function createServerWaiting(
  get: (id: string, options?: ComputeOptions) => Promise<Server>,
): ServerWaiting {
  return {
    waitFor: (id, status, options = {}) =>
      poll({ what: `the server is ${status}`, url: `/servers/${id}` }, options, async () => {
        const server = await get(id, options);
        if (server.status === status && server.taskState === undefined)
          return { value: server, seen: status };
        if (server.status === 'ERROR' && status !== 'ERROR') throw new ServerFaultError(server);
        return { seen: [server.status, server.taskState].filter(Boolean).join(', ') };
      }),
    waitUntilGone: (id, options = {}) =>
      poll({ what: 'the server is gone', url: `/servers/${id}` }, options, async () => {
        try {
          const server = await get(id, options);
          if (server.status === 'ERROR' && server.taskState === undefined) throw new ServerFaultError(server);
          return { seen: [server.status, server.taskState].filter(Boolean).join(', ') };
        } catch (error) {
          if (isOpenStackError(error, 'not-found')) return { value: undefined, seen: '' };
          throw error;
        }
      }),
  };
}

type Look<T> = { value: T; seen: string } | { seen: string };

async function poll<T>(
  { what, url }: { what: string; url: string },
  { signal, timeoutSeconds = TIMEOUT_SECONDS, intervalSeconds = INTERVAL_SECONDS }: WaitOptions,
  look: () => Promise<Look<T>>,
): Promise<T> {
  const endMs = performance.now() + timeoutSeconds * 1000;
  for (;;) {
    const found = await look();
    if ('value' in found) return found.value;
    const leftSeconds = (endMs - performance.now()) / 1000;
    if (leftSeconds <= 0) {
      const message = `not within ${timeoutSeconds} seconds: ${what}; it is ${found.seen}`;
      throw new OpenStackError({ code: 'timeout', message, method: 'GET', url });
    }
    await sleep(Math.min(intervalSeconds, leftSeconds), signal, () => abortedAt(url, 'GET'));
  }
}
