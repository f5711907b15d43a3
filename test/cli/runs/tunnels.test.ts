// SPDX-License-Identifier: Apache-2.0
// `box add-client` and `box remove-client`: one key and one address for each machine, whatever ends in between.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  nextClientAddress,
  x25519PrivateKey,
  type WireguardClient,
} from '../../../workflows/contracts/box/wireguard.ts';
import { specDigestOf } from '../../../cli/records/wanted-spec.ts';
import { parseBoxSpec } from '../../../workflows/contracts/box/box-spec.schema.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { holdfast, instant, labSpec, progress, step } from '../doubles/samples.ts';

const good = {
  moments: [{ run: { status: 'completed', closedAt: instant(8) } }],
  end: { kind: 'completed', value: progress('done', [step('spec', 'same')], { endedAt: instant(8) }) },
} as const;
const server = {
  publicKey: 'HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=',
  endpoint: '192.168.1.20',
  port: 51820,
  networks: ['10.77.1.2/32', '10.77.129.0/24'],
};
const desk = {
  name: 'desk',
  publicKey: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=',
  address: '10.79.1.2',
};

const filesOf = (clients: readonly WireguardClient[], more: Readonly<Record<string, string>> = {}) => ({
  '/state/boxes/lab/spec.json': JSON.stringify({
    ...labSpec,
    access: { wireguard: { address: '192.168.1.20', port: 51820, cidr: '10.79.1.0/24', clients } },
  }),
  '/state/boxes/lab/access/wireguard.json': JSON.stringify(server),
  ...more,
});

function publicOf(privateKey: string): string {
  const der = Buffer.from(x25519PrivateKey(Buffer.from(privateKey, 'base64')));
  const spki = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  return spki.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
}

/** The clients of the spec that an install was started with. */
function wantedClients(written: Readonly<Record<string, string>>): readonly WireguardClient[] {
  const [, text = ''] = Object.entries(written).find(([path]) => path.includes('/wanted/')) ?? [];
  return (JSON.parse(text) as BoxSpec).access.wireguard?.clients ?? [];
}

const add = ['box', 'add-client', 'lab', 'laptop', '--to', 'laptop.conf', '-q'];
const path = '/work/laptop.conf';

describe('box add-client', () => {
  it('gives the next address to a key of its own, which is in its file alone', async () => {
    const { io, client, exitCode, stderr } = await holdfast({ args: add, files: filesOf([desk]) }, good);
    expect([exitCode, client.started.length]).toEqual([0, 1]);
    const text = io.writtenFiles[path] ?? '';
    const privateKey = /^PrivateKey = (.*)$/m.exec(text)?.[1] ?? '';
    expect(text).toBe(
      [
        '[Interface]',
        `PrivateKey = ${privateKey}`,
        'Address = 10.79.1.3/32',
        'MTU = 1360',
        '',
        '[Peer]',
        `PublicKey = ${server.publicKey}`,
        'Endpoint = 192.168.1.20:51820',
        'AllowedIPs = 10.77.1.2/32, 10.77.129.0/24',
        'PersistentKeepalive = 25',
        '',
      ].join('\n'),
    );
    const laptop = { name: 'laptop', publicKey: publicOf(privateKey), address: '10.79.1.3' };
    expect(wantedClients(io.writtenFiles)).toEqual([desk, laptop]);
    const { [path]: own, ...others } = io.writtenFiles;
    expect(own).toContain(privateKey);
    expect([JSON.stringify(others), JSON.stringify(client.started), stderr].join('\n')).not.toContain(
      privateKey,
    );
  });

  it('names the spec that the change was made of, so that no other one is replaced', async () => {
    const files = filesOf([desk]);
    const { client } = await holdfast({ args: add, files }, good);
    const before = parseBoxSpec(JSON.parse(files['/state/boxes/lab/spec.json'] ?? ''));
    expect(before.ok && client.started[0]?.input).toMatchObject({
      base: before.ok && specDigestOf(before.value),
    });
  });

  it.each([
    [['--json'], 0, true],
    [['--detach'], 8, false],
  ])('with %j exits with %i, the file whole: %s', async (more, code, isWhole) => {
    const { io, exitCode, stdout } = await holdfast({ args: [...add, ...more], files: filesOf([]) }, good);
    expect([exitCode, io.writtenFiles[path]?.includes('[Peer]')]).toEqual([code, isWhole]);
    expect(stdout).not.toContain('PrivateKey');
  });

  it('writes nothing of a server whose record is damaged', async () => {
    const damaged = {
      '/state/boxes/lab/access/wireguard.json': JSON.stringify({ ...server, port: undefined }),
    };
    const { io, exitCode, stderr } = await holdfast({ args: add, files: filesOf([], damaged) }, good);
    expect([exitCode, io.writtenFiles[path]?.includes('[Peer]')]).toEqual([1, false]);
    expect(stderr).toContain('wireguard.json does not say how clients reach box lab');
  });

  it('goes on with the key that an interruption left', async () => {
    const key = 'yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=';
    const left = { [path]: `[Interface]\nPrivateKey = ${key}\n` };
    const { io } = await holdfast({ args: add, files: filesOf([], left) }, good);
    expect(wantedClients(io.writtenFiles)).toMatchObject([{ name: 'laptop', publicKey: publicOf(key) }]);
    const again = { name: 'laptop', publicKey: publicOf(key), address: '10.79.1.9' };
    const second = await holdfast({ args: add, files: filesOf([again], left) }, good);
    expect(second.io.writtenFiles[path]).toContain('Address = 10.79.1.9/32');
  });

  it.each([
    [
      'a box without tunnels',
      add,
      { '/state/boxes/lab/spec.json': JSON.stringify(labSpec) },
      'Box lab has no tunnels',
    ],
    [
      'a client that has a key already',
      add,
      filesOf([{ ...desk, name: 'laptop' }]),
      'Client laptop has a key already, which is not in /work/laptop.conf',
    ],
    [
      'a file that is something else',
      add,
      filesOf([], { [path]: 'notes' }),
      'is no configuration of a client',
    ],
    [
      'a name that is none',
      ['box', 'add-client', 'lab', 'My PC', '-q'],
      filesOf([]),
      'access.wireguard.clients.0.name',
    ],
  ])('refuses %s before anything is started', async (_, args, files, text) => {
    const { stderr, exitCode, client } = await holdfast({ args, files }, good);
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toContain(text);
  });

  it('refuses when no address is left', async () => {
    const clients = Array.from({ length: 253 }, (_, index) => ({
      name: `c${index}`,
      publicKey: Buffer.from(String(index).padStart(32, '0')).toString('base64'),
      address: `10.79.1.${index + 2}`,
    }));
    const { stderr, client } = await holdfast({ args: add, files: filesOf(clients) }, good);
    expect([stderr, client.started]).toEqual([
      expect.stringContaining('10.79.1.0/24 has no address left'),
      [],
    ]);
  });

  it('prints a QR code that is no wider than a terminal', async () => {
    const { stdout } = await holdfast({ args: [...add, '--qr'], files: filesOf([]) }, good);
    const widths = stdout.split('\n').map((line) => [...line].length);
    expect(stdout).toMatch(/[▀▄█]/);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  });
});

describe('box remove-client', () => {
  it('takes it out of the spec', async () => {
    const args = ['box', 'remove-client', 'lab', 'desk', '-q'];
    const { io, exitCode } = await holdfast({ args, files: filesOf([desk]) }, good);
    expect([exitCode, wantedClients(io.writtenFiles)]).toEqual([0, []]);
  });

  it.each([
    ['10.79.1.0/24', [], '10.79.9.7', '10.79.1.2'],
    ['10.79.9.0/24', [], '10.79.1.7', '10.79.9.2'],
    ['10.79.1.0/24', [desk], '10.79.9.7', '10.79.1.3'],
    ['10.79.1.0/24', [desk], '10.79.1.6', '10.79.1.7'],
    ['10.79.1.0/24', [], '10.79.1.254', null],
  ])('in %s beside %j, and %s given before, the next address is %s', (cidr, clients, lastAddress, next) => {
    const wireguard = { address: '192.168.1.20', port: 51820, cidr, clients, lastAddress };
    expect(nextClientAddress(wireguard)).toBe(next);
  });

  it('gives its address to nobody else', async () => {
    const laptop = { ...desk, name: 'laptop', publicKey: server.publicKey, address: '10.79.1.7' };
    const args = ['box', 'remove-client', 'lab', 'laptop', '-q'];
    const removed = await holdfast({ args, files: filesOf([desk, laptop]) }, good);
    const [, spec = ''] =
      Object.entries(removed.io.writtenFiles).find(([name]) => name.includes('/wanted/')) ?? [];
    const files = { ...filesOf([]), '/state/boxes/lab/spec.json': spec };
    const added = await holdfast({ args: [...add.slice(0, 3), 'phone', ...add.slice(4)], files }, good);
    expect(wantedClients(added.io.writtenFiles).map(({ name, address }) => [name, address])).toEqual([
      ['desk', '10.79.1.2'],
      ['phone', '10.79.1.8'],
    ]);
  });

  it('names those that are there', async () => {
    const args = ['box', 'remove-client', 'lab', 'dusk'];
    const { stderr, exitCode, client } = await holdfast({ args, files: filesOf([desk]) }, good);
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toContain('Did you mean desk?');
  });
});
