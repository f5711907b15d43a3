// SPDX-License-Identifier: Apache-2.0
// The lease's own files on this machine, for a box that is never made. Time passes by writing an earlier sign of life.
import { randomBytes } from 'node:crypto';
import { access, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  giveBack,
  leaseHold,
  markGone,
  readHolder,
  renew,
  requireLease,
  take,
  type LeaseRequest,
} from '../../../activities/hosts/lease.ts';
import { leaseDirectory } from '../../../activities/hosts/places.ts';
import { ageLease, editLease, killHolder } from '../../system/aged-lease.ts';

let box: string;

beforeEach(() => {
  box = `lease-test-${randomBytes(4).toString('hex')}`;
});
afterEach(() => rm(leaseDirectory(box), { recursive: true, force: true }));

const request = (nonce: string, extra: Partial<LeaseRequest> = {}): LeaseRequest => ({
  target: box,
  nonce,
  namespace: 'default',
  workflowId: `install-box/${box}`,
  takeOver: false,
  ...extra,
});
const jobs = (count: number) => () => Promise.resolve(count);
const never = (): Promise<number> => Promise.reject(new Error('nobody asked for jobs'));

/** The epoch of a lease that has to be given. */
async function taken(nonce: string, live = 0, extra: Partial<LeaseRequest> = {}): Promise<number> {
  const result = await take(request(nonce, extra), jobs(live));
  if (result.outcome !== 'taken') throw new Error(`refused: ${JSON.stringify(result)}`);
  return result.epoch;
}

const silentFor = (seconds: number): Promise<void> => ageLease(box, seconds);

const epochFile = async (): Promise<number> =>
  Number(await readFile(join(leaseDirectory(box), 'epoch'), 'utf8'));

describe('take()', () => {
  it('take() gives an epoch, writes it for the shell, and names the holder when nobody had the box', async () => {
    const result = await take(request('one'), never);
    expect(result).toMatchObject({ outcome: 'taken', previousEpoch: 0 });
    const { holder, epoch } = await readHolder(box);
    expect(epoch).toBe(await epochFile());
    // On a busy machine a second or two go by.
    expect(holder).toMatch(/^install-box\/lease-test-\w+ \(namespace default, run one\), renewed \d s ago$/);
    expect((await readdir(leaseDirectory(box))).sort()).toEqual(['epoch', 'lease.json', 'lock']);
  });

  it('take() gives the same epoch when the same run asks again, also after a silence', async () => {
    const epoch = await taken('one');
    expect(await taken('one')).toBe(epoch);
    await silentFor(3600);
    expect(await take(request('one'), never)).toEqual({ outcome: 'taken', epoch, previousEpoch: epoch });
  });

  it('take() refuses with the holder, and changes nothing, when another run is live', async () => {
    const epoch = await taken('one');
    await silentFor(55);
    const result = await take(request('two', { workflowId: 'destroy-box/x' }), never);
    expect(result).toMatchObject({
      outcome: 'refused',
      // A second may pass between the two.
      holder: expect.stringMatching(`^install-box/${box} .*run one.* 5[5-9] s ago$`),
    });
    expect(await renew(box, epoch)).toBe('held');
  });

  it('take() waits for the command when the holder is silent and its command runs', async () => {
    const epoch = await taken('one');
    await silentFor(61);
    const result = await take(request('two'), jobs(1));
    expect(result).toMatchObject({
      outcome: 'refused',
      holder: expect.stringContaining('command still runs'),
    });
    expect(await taken('two')).toBeGreaterThan(epoch);
  });

  it('take() takes nothing from a holder that lives and renews, also when asked to take over', async () => {
    const epoch = await taken('one');
    const over = { takeOver: true };
    await silentFor(59);
    const refused = { outcome: 'refused', holder: expect.stringContaining('run one') };
    expect(await take(request('two', over), never)).toMatchObject(refused);
    expect(await renew(box, epoch)).toBe('held');
  });

  it('take() skips the wait for a holder whose process is gone when asked to take over, not its command', async () => {
    const epoch = await taken('one');
    await killHolder(box);
    const gone = {
      outcome: 'refused',
      holder: expect.stringMatching(/by a worker that is gone \(pid \d+\)$/),
    };
    expect(await take(request('two'), never)).toMatchObject(gone);
    expect(await take(request('two', { takeOver: true }), jobs(2))).toMatchObject({ outcome: 'refused' });
    expect(await taken('two', 0, { takeOver: true })).toBeGreaterThan(epoch);
    await expect(renew(box, epoch)).rejects.toMatchObject({ code: 'Conflict' });
  });

  it('take() raises the epoch each time when runs follow one another within a second', async () => {
    const epochs: number[] = [];
    for (const nonce of ['a', 'b', 'c', 'd', 'a']) {
      const epoch = await taken(nonce);
      expect(await epochFile()).toBe(epoch);
      epochs.push(epoch);
      await giveBack(box, epoch);
    }
    expect(epochs).toEqual([...new Set(epochs)].sort((one, other) => one - other));
  });

  it('take() tells a run whether somebody was here since when it comes back from a park', async () => {
    const first = await taken('one');
    await giveBack(box, first);
    const alone = await take(request('one'), never);
    expect(alone).toMatchObject({ outcome: 'taken', previousEpoch: first });
    const second = alone.outcome === 'taken' ? alone.epoch : 0;
    await giveBack(box, second);
    await giveBack(box, await taken('two'));
    const back = await take(request('one'), never);
    expect(back.outcome === 'taken' && back.previousEpoch).not.toBe(second);
  });

  it('take() gives a run that parked nothing back of what another took away, and a new run all', async () => {
    const first = await taken('parked');
    await giveBack(box, first);
    const destroyer = await taken('destroyer', 0, { workflowId: `destroy-box/${box}` });
    await markGone(box, first);
    expect(await readHolder(box)).toMatchObject({ epoch: destroyer });
    await markGone(box, destroyer);
    await giveBack(box, destroyer);
    expect(await take(request('parked', { ownEpoch: first }), never)).toEqual({
      outcome: 'gone',
      by: `destroy-box/${box}`,
    });
    // The destroyer itself may go on, and whoever begins now makes it anew.
    expect(await take(request('destroyer', { ownEpoch: destroyer }), never)).toMatchObject({
      outcome: 'taken',
    });
    const { epoch } = await readHolder(box);
    await markGone(box, epoch);
    await giveBack(box, epoch);
    const fresh = await taken('new');
    // A destroyer that slept marks nothing of the run that came after it.
    await markGone(box, epoch);
    await giveBack(box, fresh);
    expect(await take(request('parked', { ownEpoch: first }), never)).toMatchObject({ outcome: 'taken' });
  });

  it('take() gives the box to exactly one when several ask at once', async () => {
    const all = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((nonce) => take(request(nonce), never)));
    expect(all.filter(({ outcome }) => outcome === 'taken')).toHaveLength(1);
  });
});

describe('renew() and giveBack()', () => {
  it('renew() keeps the box held when it was nearly lost', async () => {
    const epoch = await taken('one');
    await silentFor(59);
    expect(await renew(box, epoch)).toBe('held');
    expect((await readHolder(box)).holder).toMatch(/renewed \d s ago/);
  });

  it('renew() is given-back when the lease was given back', async () => {
    const epoch = await taken('one');
    await giveBack(box, epoch);
    expect(await renew(box, epoch)).toBe('given-back');
    expect((await readHolder(box)).holder).toBeNull();
  });

  it('renew() is lost, and makes no folder, when the lease is gone', async () => {
    const gone = { code: 'Conflict', facts: { cause: 'its record is gone' } };
    await expect(renew(box, 1)).rejects.toMatchObject(gone);
    await expect(access(leaseDirectory(box))).rejects.toThrow();
    const epoch = await taken('one');
    await rm(leaseDirectory(box), { recursive: true });
    await expect(renew(box, epoch)).rejects.toMatchObject(gone);
    await expect(requireLease(box, epoch)).rejects.toMatchObject(gone);
    await giveBack(box, epoch);
    await expect(access(leaseDirectory(box))).rejects.toThrow();
  });

  it('renew() is lost, and revives nothing, when another run has taken the box', async () => {
    const epoch = await taken('one');
    await silentFor(61);
    const next = await taken('two');
    await expect(renew(box, epoch)).rejects.toMatchObject({ code: 'Conflict' });
    await expect(requireLease(box, epoch)).rejects.toMatchObject({ code: 'Conflict' });
    await requireLease(box, next);
    expect(await readHolder(box)).toMatchObject({ epoch: next, holder: expect.stringContaining('run two') });
  });

  it('giveBack() leaves the lease of another run alone, and may be repeated', async () => {
    const epoch = await taken('one');
    await silentFor(61);
    const next = await taken('two');
    await giveBack(box, epoch);
    expect((await readHolder(box)).holder).toContain('run two');
    await giveBack(box, next);
    await giveBack(box, next);
    expect(await readHolder(box)).toEqual({ holder: null, epoch: next });
  });
});

describe('readHolder()', () => {
  it('readHolder() names nobody when the holder is silent for more than a minute', async () => {
    const epoch = await taken('one');
    await silentFor(61);
    expect(await readHolder(box)).toEqual({ holder: null, epoch });
  });
});

describe('clocks', () => {
  const day = 86_400;

  it.each([-day, -120, 120, day])(
    'a wall clock that is %i s off changes nothing for a holder',
    async (off) => {
      await taken('one');
      await editLease(box, (lease) => ({ ...lease, renewedAt: Date.now() + off * 1000 }));
      expect(await take(request('two', { takeOver: true }), never)).toMatchObject({ outcome: 'refused' });
      expect((await readHolder(box)).holder).toMatch(/renewed \d s ago$/);
      await silentFor(61);
      expect((await readHolder(box)).holder).toBeNull();
      await taken('two');
    },
  );

  it.each([-day, -120, 120, day])(
    'a taker whose clock is %i s off is refused by a living holder',
    async (off) => {
      await taken('one');
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + off * 1000 });
      try {
        expect(await take(request('two', { takeOver: true }), never)).toMatchObject({ outcome: 'refused' });
        await silentFor(61);
        const epoch = await taken('two');
        await giveBack(box, epoch);
        expect(await taken('three')).toBeGreaterThan(epoch);
      } finally {
        vi.useRealTimers();
      }
    },
  );

  it('a holder of an earlier boot is gone: it is taken from at once when asked to, later without', async () => {
    await taken('one');
    await editLease(box, (lease) => ({ ...lease, pulse: { ...lease.pulse, bootId: 'another' } }));
    expect((await leaseHold(box)).state).toBe('silent');
    expect((await leaseHold(box)).holder).toContain("before this machine's last boot");
    await taken('two', 0, { takeOver: true });
  });

  it('a sign of life from the future of this boot is none', async () => {
    await taken('one');
    await silentFor(-day);
    await taken('two');
  });

  it.each([
    [55, 'refused'],
    [61, 'taken'],
    [-day, 'taken'],
  ])('a lease of an earlier release, renewed %i s ago, is %s', async (ago, outcome) => {
    await taken('one');
    await editLease(box, ({ pulse: _, ...lease }) => ({ ...lease, renewedAt: Date.now() - ago * 1000 }));
    expect(await take(request('two', { takeOver: true }), jobs(0))).toMatchObject({ outcome });
  });
});

describe('a lease that was given back', () => {
  it('a given-back lease stays, so that no epoch is given twice and an old one is refused', async () => {
    const epoch = await taken('one');
    await giveBack(box, epoch);
    const next = await taken('two');
    await giveBack(box, next);
    expect(next).toBeGreaterThan(epoch);
    await expect(renew(box, epoch)).rejects.toMatchObject({ code: 'Conflict' });
    await expect(requireLease(box, next)).rejects.toMatchObject({ code: 'Conflict' });
  });
});
