// SPDX-License-Identifier: Apache-2.0
// Ports that are kept: the preferred one when free, else one that the kernel gives to no outgoing connection.
import { createServer, type AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findFreePort } from '../../workers/embedded/border/listening-process.ts';

const [firstOutgoing] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
  .split(/\s+/)
  .map(Number);

test('findFreePort() returns the preferred port when nobody listens there, else one below those of outgoing connections', async () => {
  const preferred = await findFreePort(0);
  expect(preferred).toBeLessThan(firstOutgoing ?? 0);
  expect(await findFreePort(preferred)).toBe(preferred);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(preferred, '127.0.0.1', resolve));
  const other = await findFreePort((server.address() as AddressInfo).port);
  server.close();
  expect(other).not.toBe(preferred);
  expect(other).toBeLessThan(firstOutgoing ?? 0);
});
