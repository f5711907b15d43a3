// SPDX-License-Identifier: Apache-2.0
// Ports are chosen once; whoever sits on a kept one is named.
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import {
  chooseTemporalPorts,
  readTemporalPorts,
  renewServerUiPort,
  requireFreePorts,
} from '../../../workers/embedded/temporal/ports.ts';
import { stateDirectoryWithPorts, temporaryDirectory } from '../state-directory.ts';

test('chooseTemporalPorts() keeps its first choice when asked again', async () => {
  const stateDirectory = await temporaryDirectory();
  expect(await readTemporalPorts(stateDirectory)).toBeUndefined();
  const chosen = await chooseTemporalPorts(stateDirectory);
  expect(chosen.port).not.toBe(chosen.uiPort);
  await listen(chosen.port).catch(() => undefined);
  expect(await chooseTemporalPorts(stateDirectory)).toEqual(chosen);
  expect(await readTemporalPorts(stateDirectory)).toEqual(chosen);
});

test('renewServerUiPort() chooses another port for the server when its own is taken, and keeps the others', async () => {
  const stateDirectory = await stateDirectoryWithPorts();
  const chosen = await chooseTemporalPorts(stateDirectory);
  expect(await renewServerUiPort(stateDirectory)).toEqual(chosen);
  await listen(chosen.serverUiPort);
  const { serverUiPort, ...others } = await renewServerUiPort(stateDirectory);
  expect(serverUiPort).not.toBe(chosen.serverUiPort);
  expect({ ...others, serverUiPort: chosen.serverUiPort }).toEqual(chosen);
});

test('requireFreePorts() names the process and the next command when a kept port is taken', async () => {
  const stateDirectory = await stateDirectoryWithPorts();
  const ports = await chooseTemporalPorts(stateDirectory);
  await requireFreePorts(stateDirectory, [ports.port, ports.uiPort]);
  await listen(ports.uiPort);
  await expect(requireFreePorts(stateDirectory, [ports.port, ports.uiPort])).rejects.toMatchObject({
    code: 'Conflict',
    message: expect.stringContaining(
      `Port ${ports.uiPort} of the embedded Temporal is taken by pid ${process.pid} (`,
    ),
    facts: { hint: expect.stringContaining(`kill ${process.pid}`) as unknown },
  });
});

async function listen(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
}
