// SPDX-License-Identifier: Apache-2.0
// Waits until a server has a status, by asking again and again.
// A server that ends in ERROR ends the waiting, unless that is what was waited for.

import type { PollOptions } from '../polling.ts';
import type { ComputeOptions } from './microversion.ts';
import type { Server, ServerFault } from './server.ts';

import { isOpenStackError, OpenStackError } from '../errors.ts';
import { poll } from '../polling.ts';

/** How long and how often is asked. */
export type WaitOptions = ComputeOptions & PollOptions;

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
    const why =
      fault === undefined
        ? ', and Nova recorded no fault: so ends a build that a restart of nova-compute cut off'
        : `: ${fault.message.trim()}`;
    const message = `the server is in ERROR${why}`;
    super({ code: 'fault', message, method: 'GET', url: `/servers/${id}` });
    this.fault = fault;
  }
}

/** Nova writes the status first and the fault after it. @source the two writes are within a second; ten times that when busy */
const faultSecondsMax = 10;

/** Ends the waiting at a server in ERROR, once its fault is known or long awaited. */
class ErrorWatch {
  private since: number | undefined;

  /** @throws ServerFaultError */
  look(server: Server): void {
    this.since ??= performance.now();
    const isLate = performance.now() - this.since > faultSecondsMax * 1000;
    if (server.fault !== undefined || isLate) throw new ServerFaultError(server);
  }
}

/** Binds waiting to the reading of a server. */
export function createServerWaiting(
  get: (id: string, options?: ComputeOptions) => Promise<Server>,
): ServerWaiting {
  return {
    waitFor: (id, status, options = {}) => {
      const inError = new ErrorWatch();
      return poll({ what: `the server is ${status}`, url: `/servers/${id}` }, options, async () => {
        const server = await get(id, options);
        if (server.status === status && server.taskState === undefined)
          return { value: server, seen: status };
        if (server.status === 'ERROR' && status !== 'ERROR') inError.look(server);
        return { seen: [server.status, server.taskState].filter(Boolean).join(', ') };
      });
    },
    waitUntilGone: (id, options = {}) => {
      const inError = new ErrorWatch();
      return poll({ what: 'the server is gone', url: `/servers/${id}` }, options, async () => {
        try {
          const server = await get(id, options);
          if (server.status === 'ERROR' && server.taskState === undefined) inError.look(server);
          return { seen: [server.status, server.taskState].filter(Boolean).join(', ') };
        } catch (error) {
          if (isOpenStackError(error, 'not-found')) return { value: undefined, seen: '' };
          throw error;
        }
      });
    },
  };
}
