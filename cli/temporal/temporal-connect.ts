// SPDX-License-Identifier: Apache-2.0
// Connects to the Temporal that the supervisor named, or that the client's own configuration describes. Starts none.
import { Client, Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { TemporalUnreachable } from '../terminal/cli-error.ts';
import { silenceText } from './temporal-answers.ts';
import type { ReadyTemporal, TemporalClient } from './temporal-client.ts';
import { TemporalService } from './temporal-service.ts';

/** @source as for every answer of the server: nobody waits longer without a sign */
const connectSeconds = 5;

/** @throws TemporalUnreachable */
export async function connectTemporal(
  ready: ReadyTemporal,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<TemporalClient> {
  // The client would send even a loopback address through the proxy that HTTPS_PROXY names.
  const isLoopback = /^(127\.|localhost\b|\[::1\])/.test(ready.address);
  const options: ConnectionOptions = {
    connectTimeout: connectSeconds * 1000,
    ...(ready.mode === 'configured' ? configuredOptions(environment) : { address: ready.address }),
    ...(isLoopback && { channelArgs: { 'grpc.enable_http_proxy': 0 } }),
  };
  try {
    const connection = await Connection.connect(options);
    return new TemporalService(
      connection,
      new Client({ connection, namespace: ready.namespace }),
      ready.namespace,
    );
  } catch (error) {
    throw new TemporalUnreachable(silenceText(error));
  }
}

function configuredOptions(environment: Readonly<Record<string, string | undefined>>): ConnectionOptions {
  const set = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(set) }).connectionOptions;
}
