// SPDX-License-Identifier: Apache-2.0
// A machine elsewhere reaches a box through its tunnel: the APIs, and nothing else; its neighbour has an address of its own.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boxHost } from '../../../activities/hosts/host.ts';
import { newestImage } from '../../../activities/hosts/image-generations.ts';
import { installSteps } from '../../../activities/operation/builds/box.ts';
import type { ImageArgs } from '../../../workflows/ports/box.ts';
import { cacheDirectory } from '../cache-directory.ts';
import type { Stand } from '../keys/rotate-keys.ts';
import type { ClientNamespace } from './client-namespace.ts';

/** `elsewhere`: known once the tests begin. It is led to the address at which the box's tunnels begin. */
export function tunnelTests(stand: Stand, elsewhere: () => ClientNamespace): void {
  const configuration = (client: string): string => join(stand().lab.stateDirectory, `${client}.conf`);
  const cli = (...args: string[]) => stand().lab.run('cli.js', args, { reject: false });
  const add = (client: string) =>
    cli('box', 'add-client', stand().spec.name, client, '--to', configuration(client), '-q');

  /** The status with which Keystone answers over TLS that is verified; 000: it does not. */
  const statusOf = async (): Promise<string> => {
    const { lab, spec } = stand();
    const trust = join(lab.stateDirectory, 'boxes', spec.name, 'access', 'ca.pem');
    const url = `https://${spec.networks.management.address}:5000/v3`;
    const options = ['--silent', '--max-time', '5', '--output', '/dev/null', '--write-out', '%{http_code}'];
    return (await elsewhere().run('curl', ...options, '--cacert', trust, url)).stdout;
  };

  test('a machine elsewhere reaches the API by its tunnel, whose port is all that is handed on', async () => {
    const { spec } = stand();
    const image = (await installSteps(spec, cacheDirectory())).find(({ id }) => id === 'image');
    const recipe = (image?.apply?.args as ImageArgs).recipe;
    expect(await statusOf()).toBe('000');
    expect((await add('laptop')).exitCode).toBe(0);
    const root = join(await newestImage(cacheDirectory(), recipe), 'root');
    await elsewhere().openTunnel(configuration('laptop'), root);
    await expect.poll(statusOf, { timeout: 30_000, interval: 1000 }).toBe('200');
    const { address } = spec.networks.management;
    for (const port of [22, 111, 4369, 5432, 25_672, 35_357]) {
      const attempt = ['timeout', '2', 'bash', '-c', 'exec 3<>"/dev/tcp/$0/$1"', address, String(port)];
      expect([port, (await elsewhere().run(...attempt)).exitCode]).toEqual([port, 124]);
    }
  });

  test('another client gets another address, and cuts nobody off', async () => {
    const worker = await boxHost(stand().spec.name)
      .output(['pidof', 'wireguard-go'])
      .catch(() => '');
    expect((await add('phone')).exitCode).toBe(0);
    const addresses = await Promise.all(
      ['laptop', 'phone'].map(
        async (client) => /^Address = (.*)$/m.exec(await readFile(configuration(client), 'utf8'))?.[1],
      ),
    );
    expect(addresses).toEqual(['10.79.1.2/32', '10.79.1.3/32']);
    expect(await statusOf()).toBe('200');
    const after = await boxHost(stand().spec.name)
      .output(['pidof', 'wireguard-go'])
      .catch(() => '');
    expect(after).toBe(worker);
  });

  test('the tunnel comes back when its program is killed', async () => {
    const host = boxHost(stand().spec.name);
    await host.output(['systemctl', 'kill', '--signal=KILL', 'holdfast-wireguard.service']);
    await expect.poll(statusOf, { timeout: 60_000, interval: 1000 }).toBe('200');
    expect((await stand().lab.drift(stand().spec.name)).result).toBe('same');
  });

  test('a client that was removed is let in no more', async () => {
    const { spec, lab } = stand();
    expect((await cli('box', 'remove-client', spec.name, 'laptop', '-q')).exitCode).toBe(0);
    await expect.poll(statusOf, { timeout: 30_000, interval: 1000 }).toBe('000');
    expect((await lab.drift(spec.name)).result).toBe('same');
  });
}
