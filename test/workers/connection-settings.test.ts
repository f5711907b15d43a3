// SPDX-License-Identifier: Apache-2.0
// Which Temporal is meant, for every place that can name one.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import {
  configuredConnection,
  connectionSettings,
} from '../../workers/embedded/temporal/connection-settings.ts';
import { writeJsonFile } from '../../workers/embedded/json-file.ts';
import { temporaryDirectory } from './state-directory.ts';

async function profiles(): Promise<Record<string, string>> {
  const directory = await temporaryDirectory();
  const path = join(directory, 'temporal.toml');
  await writeFile(
    path,
    `[profile.default]
namespace = "no-address"
[profile.site]
address = "temporal.example:7233"
namespace = "clouds"
`,
  );
  return { HOME: directory, TEMPORAL_CONFIG_FILE: path };
}

test('configuredConnection() is the configured one when TEMPORAL_ADDRESS is set', async () => {
  const environment = { HOME: await temporaryDirectory(), TEMPORAL_ADDRESS: 'temporal.example:7233' };
  expect(configuredConnection(environment)).toMatchObject({
    mode: 'configured',
    connectionOptions: { address: 'temporal.example:7233' },
    namespace: 'default',
  });
});

test('configuredConnection() is the configured one when the named profile holds an address', async () => {
  const environment = { ...(await profiles()), TEMPORAL_PROFILE: 'site' };
  expect(configuredConnection(environment)).toMatchObject({
    mode: 'configured',
    connectionOptions: { address: 'temporal.example:7233' },
    namespace: 'clouds',
  });
});

test('configuredConnection() is undefined when the profile holds no address', async () => {
  expect(configuredConnection(await profiles())).toBeUndefined();
});

test('configuredConnection() refuses when the named profile does not exist', async () => {
  const environment = { ...(await profiles()), TEMPORAL_PROFILE: 'elsewhere' };
  expect(() => configuredConnection(environment)).toThrow("Profile 'elsewhere' not found");
});

test('configuredConnection() does not look at the process environment when it is given one', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', 'from-the-process:7233');
  const environment = { HOME: await temporaryDirectory() };
  expect(configuredConnection(environment)).toBeUndefined();
  vi.unstubAllEnvs();
});

test('connectionSettings() is the embedded one when its ports are kept', async () => {
  const stateDirectory = await temporaryDirectory();
  await writeJsonFile(join(stateDirectory, 'temporal', 'ports.json'), { port: 7301, uiPort: 8301 });
  expect(await connectionSettings({ HOME: stateDirectory }, stateDirectory)).toEqual({
    mode: 'embedded',
    connectionOptions: { address: '127.0.0.1:7301' },
    namespace: 'default',
    uiUrl: 'http://127.0.0.1:8301',
  });
});

test('connectionSettings() names the next command when there is no Temporal yet', async () => {
  const stateDirectory = await temporaryDirectory();
  await expect(connectionSettings({ HOME: stateDirectory }, stateDirectory)).rejects.toMatchObject({
    code: 'PreconditionFailed',
    facts: { hint: 'Start it with: holdfast up' },
  });
});
