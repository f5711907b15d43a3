// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { lackOf } from '../../activities/canary/canary.ts';
import { lackOfRoom } from '../../activities/canary/room.ts';
import type { OpenStackClient } from '../../activities/clients/openstack/cloud.ts';

const need = { vcpus: 1, ram: 1024 };
const free = {
  maxTotalInstances: 20,
  totalInstancesUsed: 3,
  maxTotalCores: -1,
  totalCoresUsed: 900,
  maxTotalRAMSize: 102_400,
  totalRAMUsed: 3072,
};

const user = (limits: object): OpenStackClient =>
  ({
    compute: { limits: { get: () => Promise.resolve({ ...free, ...limits }) } },
  }) as unknown as OpenStackClient;

/** Of a cloud with so many hosts that have room. */
function admin(hosts: number): OpenStackClient {
  const list = ({ resources }: { resources: string }) => {
    expect(resources).toBe('VCPU:1,MEMORY_MB:1024');
    return Promise.resolve(Array.from({ length: hosts }));
  };
  return { placement: { resourceProviders: { list } } } as unknown as OpenStackClient;
}

describe('lackOfRoom()', () => {
  it('is null while the project and a host have room, and names what has none', async () => {
    expect(await lackOfRoom(user({}), admin(1), need)).toBeNull();
    expect(await lackOfRoom(user({}), admin(0), need)).toBe('no host has 1 processor and 1024 MiB left');
    expect(await lackOfRoom(user({ totalInstancesUsed: 20 }), admin(1), need)).toBe(
      'the project uses 20 of its 20 servers',
    );
    expect(await lackOfRoom(user({ totalRAMUsed: 102_000 }), admin(1), need)).toBe(
      'the project uses 102000 of its 102400 MiB of memory',
    );
  });
});

describe('lackOf()', () => {
  const at = '2026-01-05T12:00:00.000Z';
  const record = { specDigest: 'd', at, times: [] };

  it('takes a cloud without room as enough for the run that met it, and for no other', () => {
    const unproven = { why: 'the project uses 20 of its 20 servers', run: 'one' };
    expect(lackOf(record, 'd', 'two')).toBeNull();
    expect(lackOf({ ...record, unproven }, 'd', 'one')).toBeNull();
    expect(lackOf({ ...record, unproven }, 'd', 'two')).toBe(`not proven at ${at}: ${unproven.why}`);
    expect(lackOf(record, 'e', 'one')).toBe(`of another spec, ${at}`);
    expect(lackOf(null, 'd', 'one')).toBe('none yet');
    expect(lackOf('damaged', 'd', 'one')).toBe('damaged');
  });
});
