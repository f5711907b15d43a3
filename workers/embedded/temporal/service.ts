// SPDX-License-Identifier: Apache-2.0
// Opens a client connection to a Temporal server and prepares a namespace's retention. Starts no server.
import { Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { Failure } from '../../../activities/clients/failure.ts';

const SECONDS_PER_DAY = 86_400;
/** Days for which closed runs are kept.
 * @source an operator looks back over a month: 680 MB of database on the defaults, measured by bench/growth.ts; the dev
 * server's own default is one day */
export const RETENTION_DAYS = 30;

/** Longest wait for one try at connecting, in seconds. */
const CONNECT_TIMEOUT_SECONDS = 10;

/** Connects, hands the connection to work and closes it whatever happens; waits 10 s at most to connect.
 * @throws Failure `Unreachable` naming the address, or what work throws */
export async function withConnection<T>(
  connectionOptions: ConnectionOptions,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const address = connectionOptions.address ?? 'localhost:7233';
  let connection: Connection;
  try {
    connection = await Connection.connect({
      connectTimeout: CONNECT_TIMEOUT_SECONDS * 1000,
      ...connectionOptions,
      // The client would send even a loopback address through the proxy that HTTPS_PROXY names.
      ...(/^(127\.|localhost\b|\[::1\])/.test(address) && { channelArgs: { 'grpc.enable_http_proxy': 0 } }),
    });
  } catch (error) {
    throw new Failure('Unreachable', `Temporal at ${address} does not answer`, {
      on: address,
      hint: 'Check the address and that the server runs, then run: holdfast up',
      cause: error,
    });
  }
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** Makes a namespace keep closed runs for at least 30 days; a longer retention is left alone.
 * @idempotent reads before it writes
 * @returns whether anything was changed */
export async function ensureRetention(connection: Connection, namespace: string): Promise<boolean> {
  const wantedSeconds = RETENTION_DAYS * SECONDS_PER_DAY;
  if ((await readRetentionSeconds(connection, namespace)) >= wantedSeconds) return false;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(wantedSeconds * 1000) },
  });
  return true;
}

/** Returns for how many seconds a namespace keeps closed runs. */
export async function readRetentionSeconds(connection: Connection, namespace: string): Promise<number> {
  const described = await connection.workflowService.describeNamespace({ namespace });
  return Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0);
}
