// SPDX-License-Identifier: Apache-2.0
// What can be done to a server. Nova answers before it is done: wait for the status.
// Actions without a function of their own here go by `action`.

import type { Call } from '../call.ts';
import type { ComputeOptions } from './microversion.ts';

import { z } from 'zod';
import { segment } from '../http/http.ts';

/** The actions of servers; every one throws `conflict` when the server's state does not allow it. */
export interface ServerActions {
  start(id: string, options?: ComputeOptions): Promise<void>;
  stop(id: string, options?: ComputeOptions): Promise<void>;
  /** Default `SOFT`: the guest is asked; `HARD` cuts its power. */
  reboot(id: string, type?: 'SOFT' | 'HARD', options?: ComputeOptions): Promise<void>;
  /** The last lines the guest wrote to its console, all of them without `lines`. */
  consoleOutput(id: string, options?: ComputeOptions & { lines?: number | undefined }): Promise<string>;
  /** The URL of a page that shows the server's screen in a browser; it holds a token, and ends with it (Nova's default: 600 s). */
  consoleUrl(id: string, options?: ComputeOptions): Promise<string>;
  /** Any other action by Nova's name of it, such as `os-resetState`, with its arguments. */
  action(id: string, name: string, fields?: object | null, options?: ComputeOptions): Promise<void>;
}

const outputSchema = z.object({ output: z.string().nullable() });

const consoleSchema = z.object({ remote_console: z.object({ url: z.string() }) });

/** Binds actions to calls. */
export function createServerActions(call: Call): ServerActions {
  const pathOf = (id: string): string => `/servers/${segment(id)}/action`;
  const action: ServerActions['action'] = async (id, name, fields = null, options) => {
    const body = { [name]: fields };
    await call({ ...options, method: 'POST', path: pathOf(id), body, schema: z.unknown() });
  };
  return {
    action,
    start: (id, options) => action(id, 'os-start', null, options),
    stop: (id, options) => action(id, 'os-stop', null, options),
    reboot: (id, type = 'SOFT', options) => action(id, 'reboot', { type }, options),
    consoleOutput: async (id, { lines, ...options } = {}) => {
      const body = { 'os-getConsoleOutput': lines === undefined ? {} : { length: lines } };
      const request = { method: 'POST', path: pathOf(id), body, schema: outputSchema } as const;
      return (await call({ ...options, ...request })).output ?? '';
    },
    consoleUrl: async (id, options) => {
      const path = `/servers/${segment(id)}/remote-consoles`;
      const body = { remote_console: { protocol: 'vnc', type: 'novnc' } };
      const request = { method: 'POST', path, body, schema: consoleSchema } as const;
      return (await call({ ...options, ...request })).remote_console.url;
    },
  };
}
