// SPDX-License-Identifier: Apache-2.0
// Decides which Temporal is meant: the one configured for clients, else the embedded one. Connects to neither.
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { causeLine, Failure } from '../../../activities/clients/failure.ts';
import { EMBEDDED_HOST, readTemporalPorts } from './ports.ts';
import { EMBEDDED_NAMESPACE, embeddedUiUrl } from './server-facts.ts';

/** What a client or worker needs to connect. */
export interface ConnectionSettings {
  mode: 'embedded' | 'configured';
  connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'] & { address: string };
  namespace: string;
  /** Only known for the embedded server. */
  uiUrl?: string;
}

/** Returns the configured Temporal when TEMPORAL_ADDRESS or a TOML profile names an address, else undefined.
 * Reads the TOML file as the `temporal` command does; the environment is the caller's.
 * @default namespace default
 * @throws Failure `PreconditionFailed` when the profile or its files cannot be read */
export function configuredConnection(
  environment: Readonly<Record<string, string>>,
): ConnectionSettings | undefined {
  let loaded: ReturnType<typeof loadClientConnectConfig>;
  try {
    // The library trips over an empty file, and an empty file is how one says: none.
    const disableFile = environment['TEMPORAL_CONFIG_FILE'] === '/dev/null';
    loaded = loadClientConnectConfig({ overrideEnvVars: { ...environment }, disableFile });
  } catch (error) {
    throw new Failure(
      'PreconditionFailed',
      `The Temporal client configuration cannot be used: ${causeLine(error)}`,
      {
        on: 'the Temporal client configuration',
        hint: 'Check TEMPORAL_PROFILE and TEMPORAL_CONFIG_FILE with: temporal config list',
        cause: error,
      },
    );
  }
  const { address } = loaded.connectionOptions;
  if (!address) return undefined;
  return {
    mode: 'configured',
    connectionOptions: { ...loaded.connectionOptions, address },
    namespace: loaded.namespace || EMBEDDED_NAMESPACE,
  };
}

/** Returns the settings of the configured Temporal, else of the embedded one of this state directory.
 * @throws Failure `PreconditionFailed` when neither exists yet, or the configuration cannot be read */
export async function connectionSettings(
  environment: Readonly<Record<string, string>>,
  stateDirectory: string,
): Promise<ConnectionSettings> {
  const configured = configuredConnection(environment);
  if (configured !== undefined) return configured;
  const ports = await readTemporalPorts(stateDirectory);
  if (ports === undefined) {
    throw new Failure(
      'PreconditionFailed',
      `No Temporal address is configured and no embedded Temporal was ever started in ${stateDirectory}`,
      { on: stateDirectory, hint: 'Start it with: holdfast up' },
    );
  }
  return {
    mode: 'embedded',
    connectionOptions: { address: `${EMBEDDED_HOST}:${ports.port}` },
    namespace: EMBEDDED_NAMESPACE,
    uiUrl: embeddedUiUrl(ports),
  };
}
