// SPDX-License-Identifier: Apache-2.0
// A server as openstacksdk makes it by default: a person waits for it, while the box is worked on.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { pingOnce } from '../../../activities/clients/machine/outside-probes.ts';
import { accessDirectory } from '../../../activities/clients/openstack/access-files.ts';
import { boxHost } from '../../../activities/hosts/host.ts';
import { guestImageName } from '../../../workflows/contracts/box/guest-image.ts';
import { openstackClient, openstackPython } from '../openstack-command.ts';
import { greetingOf, withToken } from './vnc-console.ts';
import { lab, spec } from './stand.ts';

/** As Ansible's module for servers does by default. */
const createServer = `
import openstack, sys
server = openstack.connect().create_server(
    'sdk', image=sys.argv[1], flavor='SCS-1L-1', network='test', security_groups=['pinged'],
    auto_ip=True, wait=True, timeout=240)
print([each['addr'] for each in server.addresses['test'] if each['OS-EXT-IPS:type'] == 'floating'][0])
`;

/** @source a guest answers within 25 s of its power-on under emulation, 60 s beside busy neighbours */
const answerSecondsMax = 120;

/** Waits until the server `sdk` answers ping; else fails with its state, its actions and the end of its console. */
async function answers(address: string, since: string, openstack: (args: string[]) => Promise<string>) {
  const end = Date.now() + answerSecondsMax * 1000;
  while (Date.now() < end) {
    if ((await pingOnce(address)) === true) return;
    await sleep(500);
  }
  const looks = [
    ['server', 'show', 'sdk'],
    ['server', 'event', 'list', 'sdk'],
    ['floating', 'ip', 'list', '--long'],
    ['console', 'log', 'show', '--lines', '40', 'sdk'],
  ];
  const seen = await Promise.all(looks.map((look) => openstack(look).catch(String)));
  throw new Error(`${address} has not answered ${answerSecondsMax} s after ${since}\n${seen.join('\n')}`);
}

/** To whom the console of the server `sdk` opens: who has the token that Nova gave, and in the box Nova's own user alone. */
async function opensToItsTokenAlone(openstack: (args: string[]) => Promise<string>) {
  const { url } = JSON.parse(await openstack(['console', 'url', 'show', 'sdk', '-f', 'json'])) as {
    url: string;
  };
  const authority = await readFile(join(accessDirectory(lab.stateDirectory, spec.name), 'ca.pem'), 'utf8');
  expect(await greetingOf(url, authority)).toMatch(/^RFB 003\.00\d$/);
  expect(await greetingOf(withToken(url, randomUUID()), authority)).toBe('');
  // Another program of the box, right at QEMU's port.
  const host = boxHost(spec.name);
  const dump = await host.output(['sh', '-c', 'virsh vncdisplay "$(virsh list --name | head -n 1)"']);
  const port = 5900 + Number(dump.trim().split(':')[1]);
  const reach = (user: string) =>
    host.run([
      'setpriv',
      `--reuid=${user}`,
      '--clear-groups',
      'bash',
      '-c',
      `: < /dev/tcp/127.0.0.1/${port}`,
    ]);
  expect((await reach('nova')).exitCode).toBe(0);
  expect((await reach('glance')).exitCode).toBe(1);
  const token = /token%3D([^&]+)/.exec(url)?.[1] ?? '';
  const logged = `grep -rlF ${token} /var/log; journalctl --no-pager | grep -cF ${token}; true`;
  expect((await host.output(['sh', '-c', logged])).trim()).toBe('0');
}

export function sdkServerTests(): void {
  test('openstacksdk gives a server a floating IP, which answers after a soft reboot and a resize', async () => {
    const openstack = await openstackClient(lab.stateDirectory, spec.name, 'test');
    const python = await openstackPython(lab.stateDirectory, spec.name);
    await openstack(['security', 'group', 'create', 'pinged']);
    await openstack(['security', 'group', 'rule', 'create', '--protocol', 'icmp', 'pinged']);
    const address = (await python(['-c', createServer, guestImageName])).trim();
    expect(await openstack(['server', 'show', 'sdk', '-c', 'addresses', '-f', 'value'])).toContain(address);
    await answers(address, 'the create', openstack);
    await opensToItsTokenAlone(openstack);
    await openstack(['server', 'reboot', '--soft', '--wait', 'sdk']);
    await answers(address, 'the soft reboot', openstack);
    await openstack(['server', 'resize', '--flavor', 'SCS-1V-2', '--wait', 'sdk']);
    await openstack(['server', 'resize', 'confirm', 'sdk']);
    const size = ['server', 'show', 'sdk', '-c', 'status', '-c', 'flavor', '-f', 'json'];
    await expect
      .poll(async () => JSON.parse(await openstack(size)) as unknown, { timeout: 60_000, interval: 1000 })
      .toMatchObject({ status: 'ACTIVE', flavor: { name: 'SCS-1V-2' } });
    await answers(address, 'the resize', openstack);
    await openstack(['server', 'delete', '--wait', 'sdk']);
    await openstack(['floating', 'ip', 'delete', address]);
    await openstack(['security', 'group', 'delete', 'pinged']);
  });
}
