// SPDX-License-Identifier: Apache-2.0
// A lease whose files are gone or damaged: every reader refuses it with the path, and the host takes no write.
import { randomBytes } from 'node:crypto';
import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../../activities/clients/failure.ts';
import { machineHost } from '../../../activities/hosts/host.ts';
import {
  giveBack,
  leaseHold,
  readHolder,
  renew,
  requireLease,
  take,
  type LeaseRequest,
} from '../../../activities/hosts/lease.ts';
import { boxDirectory, leaseDirectory } from '../../../activities/hosts/places.ts';

let box: string;

beforeEach(() => {
  box = `lease-test-${randomBytes(4).toString('hex')}`;
});
afterEach(() => rm(leaseDirectory(box), { recursive: true, force: true }));

const request = (nonce: string): LeaseRequest => ({
  target: box,
  nonce,
  namespace: 'default',
  workflowId: `install-box/${box}`,
  takeOver: false,
});
const never = (): Promise<number> => Promise.reject(new Error('nobody asked for jobs'));

async function taken(nonce: string): Promise<number> {
  const result = await take(request(nonce), never);
  if (result.outcome !== 'taken') throw new Error(`refused: ${JSON.stringify(result)}`);
  return result.epoch;
}

const epochFile = async (): Promise<number> =>
  Number(await readFile(join(leaseDirectory(box), 'epoch'), 'utf8'));

describe('a damaged record', () => {
  const record = (): string => join(leaseDirectory(box), 'lease.json');
  const every = (epoch: number): (() => Promise<unknown>)[] => [
    () => take(request('two'), never),
    () => take(request('one'), never),
    () => renew(box, epoch),
    () => giveBack(box, epoch),
    () => readHolder(box),
    () => requireLease(box, epoch),
    () => leaseHold(box),
  ];

  it.each(['', '{"epoch":1', 'null', '{}', '{"epoch":"x"}'])(
    'every reader refuses %j with the path, and changes nothing',
    async (text) => {
      const epoch = await taken('one');
      await writeFile(record(), text);
      for (const ask of every(epoch))
        await expect(ask()).rejects.toMatchObject({ code: 'Rejected', facts: { on: record() } });
      expect(await readFile(record(), 'utf8')).toBe(text);
      expect(await epochFile()).toBe(epoch);
    },
  );

  it('the hint of a damaged record lets the next run in, above the last epoch, and ends the old holder', async () => {
    const epoch = await taken('one');
    await writeFile(record(), '{"epoch":');
    const error = (await take(request('two'), never).catch((thrown: unknown) => thrown)) as Failure;
    await execa('sh', ['-c', (error.facts.hint ?? '').split(';')[0] ?? '']);
    await expect(renew(box, epoch)).rejects.toMatchObject({ code: 'Conflict' });
    expect(await taken('two')).toBeGreaterThan(epoch);
  });
});

describe('the fencing token', () => {
  const fencingToken = { step: 'step', epoch: 0, occurrence: 1, attempt: 1 };
  const write = (epoch: number) =>
    machineHost(box).writeFiles({ ...fencingToken, epoch }, [
      { path: join(boxDirectory(box), 'file'), mode: '600', owner: 'root', group: 'root', content: 'x' },
    ]);

  it.each([
    ['gone', () => rm(leaseDirectory(box), { recursive: true })],
    ['emptied', () => writeFile(join(leaseDirectory(box), 'epoch'), '')],
    ['garbled', () => writeFile(join(leaseDirectory(box), 'epoch'), 'x1\n')],
  ])('nothing is written, and no folder made, when the epoch is %s', async (_, harm) => {
    const epoch = await taken('one');
    await harm();
    await expect(write(epoch)).rejects.toMatchObject({ code: 'Conflict' });
    await expect(access(boxDirectory(box))).rejects.toThrow();
  });

  it('a run that was overtaken makes no folder of a destroyed box anew', async () => {
    const epoch = await taken('one');
    await giveBack(box, epoch);
    await giveBack(box, await taken('two'));
    await expect(write(epoch)).rejects.toMatchObject({ code: 'Conflict' });
    await expect(access(boxDirectory(box))).rejects.toThrow();
  });
});
