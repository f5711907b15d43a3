// SPDX-License-Identifier: Apache-2.0
// Builds the clients of the activities from settings. Reads no environment and starts nothing.
import { join } from 'node:path';
import { boxHost, hostOf, machineHost } from '../activities/hosts/host.ts';
import type { Clients } from '../activities/clients/index.ts';
import type { PipEnvironment } from '../activities/clients/machine/pip-index.ts';
import { EmbeddedSecretStore } from '../activities/clients/secrets/secret-store.ts';

export interface ClientSettings {
  readonly stateDirectory: string;
  readonly cacheDirectory: string;
  readonly namespace: string;
  /** Proxies of the environment, by their names in small letters. */
  readonly proxies: Readonly<Record<string, string>>;
  /** What pip would read of the environment; default: nothing. */
  readonly pip?: PipEnvironment;
}

export function composeClients(settings: ClientSettings): Clients {
  const { stateDirectory, cacheDirectory, namespace, proxies, pip = {} } = settings;
  return {
    secrets: new EmbeddedSecretStore(join(stateDirectory, 'secrets')),
    host: hostOf,
    machine: machineHost,
    inside: boxHost,
    stateDirectory,
    cacheDirectory,
    namespace,
    proxies,
    pip,
  };
}
