// SPDX-License-Identifier: Apache-2.0
// Claims of networks and addresses in their real folder, for boxes that are never made.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  claimConflicts,
  claimOf,
  claimPath,
  giveClaimBack,
  readClaim,
  takeClaim,
  type Claim,
} from '../../../activities/hosts/claims.ts';
import type { Failure } from '../../../activities/clients/failure.ts';
import { externalTableOf, isOurTable, tableOf } from '../../../activities/hosts/nftables.ts';
import removeNetwork from '../../../activities/hosts/scripts/remove-network.sh';
import { networkFindings } from '../../../activities/host/preflight-network.ts';
import { labSpec } from '../../system/lab.ts';

let names: string[];

beforeEach(() => {
  const part = randomBytes(4).toString('hex');
  names = ['one', 'two'].map((name) => `claim-${name}-${part}`);
});
afterEach(() => Promise.all(names.map(giveClaimBack)));

/** Ranges that no test's box has. */
const claim = (index: number, cidr: string, address: string | null = null): Claim => ({
  box: names[index] ?? '',
  networks: { 'networks.management.cidr': cidr },
  address,
});

describe('takeClaim()', () => {
  it('gives a network to exactly one when two ask at once, and names the other box', async () => {
    const asked = [claim(0, '10.79.250.0/24'), claim(1, '10.79.250.128/25')].map((each) => takeClaim(each));
    const results = await Promise.allSettled(asked);
    const refused = results.flatMap((each) => (each.status === 'rejected' ? [each.reason as Failure] : []));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({
      code: 'Conflict',
      message: expect.stringMatching(/^The network 10\.79\.250\.\S+ is claimed by box claim-/) as string,
      facts: { hint: expect.stringContaining('networks.management.cidr') as string },
    });
  });

  it('replaces what the box claimed before, so that what its spec no longer names is free', async () => {
    await takeClaim(claim(0, '10.79.251.0/24'));
    await takeClaim(claim(0, '10.79.252.0/24'));
    await takeClaim(claim(1, '10.79.251.0/24'));
    expect(await readClaim(names[0] ?? '')).toEqual(claim(0, '10.79.252.0/24'));
  });

  it('refuses an address of this machine under which another box is reached', async () => {
    await takeClaim(claim(0, '10.79.251.0/24', '192.0.2.9'));
    await expect(takeClaim(claim(1, '10.79.252.0/24', '192.0.2.9'))).rejects.toMatchObject({
      message: `The address 192.0.2.9 is claimed by box ${names[0] ?? ''}`,
    });
  });

  it('refuses a port for tunnels that another box has at that address', async () => {
    const tunnel = '192.0.2.9:51820';
    await takeClaim({ ...claim(0, '10.79.251.0/24'), tunnel });
    await takeClaim({ ...claim(1, '10.79.252.0/24'), tunnel: '192.0.2.9:51821' });
    await expect(takeClaim({ ...claim(1, '10.79.252.0/24'), tunnel })).rejects.toMatchObject({
      message: `The UDP port ${tunnel} is claimed by box ${names[0] ?? ''}`,
    });
  });

  it('claims nothing any more once it was given back', async () => {
    await takeClaim(claim(0, '10.79.251.0/24'));
    await giveClaimBack(names[0] ?? '');
    await giveClaimBack(names[0] ?? '');
    await takeClaim(claim(1, '10.79.251.0/24'));
  });
});

describe('a damaged claim', () => {
  it.each(['', '{', '[]', '{"box":"x","networks":{"a":"none"},"address":null}'])(
    'is not taken for none: %j is refused with the path, and its hint works',
    async (text) => {
      // In that of the machine it would refuse whatever other tests install at the moment.
      const directory = await mkdtemp(join(tmpdir(), 'holdfast-claims-'));
      await takeClaim(claim(0, '10.79.251.0/24'), directory);
      const path = claimPath(names[0] ?? '', directory);
      await writeFile(path, text);
      const error = (await takeClaim(claim(1, '10.79.251.0/24'), directory).catch(
        (thrown: unknown) => thrown,
      )) as Failure;
      expect(error).toMatchObject({ code: 'Rejected', facts: { on: path } });
      await execa('sh', ['-c', (error.facts.hint ?? '').split(';')[0] ?? '']);
      await takeClaim(claim(1, '10.79.251.0/24'), directory);
      await rm(directory, { recursive: true });
    },
  );
});

describe('preflight', () => {
  it('networkFindings() names the box that claimed a network, on or off', async () => {
    const spec = { ...labSpec('claimed', 250), name: names[0] ?? '' };
    await takeClaim(claimOf(spec));
    const { management } = spec.networks;
    const args = { box: names[1] ?? '', link: 'hf-none', management } as Parameters<
      typeof networkFindings
    >[0];
    expect(await networkFindings(args, 'holdfast-none')).toEqual([
      {
        what: `network ${management.cidr} is claimed`,
        have: `by box ${spec.name}`,
        want: `choose another networks.management.cidr, or: holdfast box destroy ${spec.name}`,
      },
    ]);
    expect(await claimConflicts(claimOf(spec))).toEqual([]);
  });
});

describe('two boxes whose names begin alike', () => {
  it('share no table of nftables', () => {
    const boxes = ['lab', 'lab-outer', 'outer-lab', 'lab-2'];
    const tables = boxes.flatMap((box) => [tableOf(box), externalTableOf(box)]);
    expect(new Set(tables).size).toBe(tables.length);
    // A chain of one is nobody's who stands in the way.
    expect(tables.filter((table) => !isOurTable(table))).toEqual([]);
  });

  it('keep their own namespaces when the other goes', async () => {
    const [name = ''] = names;
    const longer = `holdfast-${name}-2`;
    await execa('ip', ['netns', 'add', longer]);
    try {
      await execa('sh', ['-c', removeNetwork, 'holdfast-remove', `holdfast-${name}`, ',']);
      expect((await execa('ip', ['netns', 'list'])).stdout).toContain(longer);
    } finally {
      await execa('ip', ['netns', 'del', longer]);
    }
  });
});
