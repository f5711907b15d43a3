// SPDX-License-Identifier: Apache-2.0
// Two Temporals and one box: the lease refuses the second, and lets it in once the first is gone.
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxHost } from '../../../activities/hosts/host.ts';
import { readHolder } from '../../../activities/hosts/lease.ts';
import { supervisorOf } from '../../../activities/hosts/local-box.ts';
import { boxDirectory } from '../../../activities/hosts/places.ts';
import { thisMachine } from '../../../activities/hosts/transport.ts';
import { jobOf, journalIntervals, overlapsOf } from '../../system/job-watch.ts';
import { kill, type Lab } from '../../system/lab.ts';
import { lab, spec } from './stand.ts';

let second: Lab;

/** A run that has seconds to go: it holds the lease, and waits for Keystone. */
async function running(): Promise<WorkflowHandle> {
  await boxHost(spec.name).output(['systemctl', 'stop', 'keystone']);
  const handle = await lab.startInstall(spec);
  await lab.until(handle, 'begun', ({ steps }) =>
    steps.some(({ id, status }) => id === 'boot' && status === 'same'),
  );
  return handle;
}

/** As a person would: tries again until the silent holder's 60 s are over. */
async function untilTaken() {
  for (let tries = 0; ; tries += 1) {
    try {
      return await second.install(spec);
    } catch (error) {
      if (tries > 30) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5000));
    }
  }
}

export function leaseProofs(): void {
  beforeAll(async () => {
    await lab.install(spec);
    // Shares secrets and specs, as after restoring a backup; knows nothing of the first one's runs.
    second = await lab.sibling();
  });
  afterAll(() => second.dispose());

  test('a second Temporal is refused by the lease, with the name of its holder', async () => {
    const handle = await running();
    await expect(second.install(spec)).rejects.toMatchObject({
      cause: { type: 'Conflict', message: expect.stringContaining(`install-box/${spec.name}`) as string },
    });
    expect(((await handle.result()) as { phase: string }).phase).toBe('done');
    expect((await readHolder(spec.name)).holder).toBeNull();
  });

  test('drift of a box that a run holds is busy, with the name of its holder', async () => {
    const handle = await running();
    const report = await second.drift(spec.name);
    expect(report).toMatchObject({
      result: 'busy',
      holder: expect.stringContaining(`install-box/${spec.name}`) as string,
    });
    await handle.result();
  });

  test('the first Temporal and its database gone: the second takes over after the lease ran out, and no job overlaps', async () => {
    await boxHost(spec.name).run(['systemctl', 'poweroff']);
    while ((await supervisorOf(spec.name)) !== null) await new Promise((resolve) => setTimeout(resolve, 100));
    await lab.startInstall(spec);
    await jobOf(spec.name, 'boot');
    const { temporal, worker } = await lab.processes();
    kill(temporal, 'SIGKILL');
    kill(worker, 'SIGKILL');
    await rm(join(lab.stateDirectory, 'temporal', 'temporal.db'), { force: true });
    const { epoch } = await readHolder(spec.name);

    await expect(second.install(spec)).rejects.toMatchObject({ cause: { type: 'Conflict' } });
    const takenOver = await untilTaken();
    expect(takenOver.phase).toBe('done');
    expect((await readHolder(spec.name)).epoch).toBeGreaterThan(epoch);
    expect(overlapsOf(await journalIntervals(spec.name))).toEqual([]);
    expect((await second.drift(spec.name)).result).toBe('same');

    // The first comes back with an empty database and finds everything as wanted.
    await lab.up();
    const adopted = await lab.install(spec);
    expect(adopted.steps.every((step) => step.status === 'same')).toBe(true);
  });

  test('a worker that slept while another Temporal destroyed the box brings nothing back', async () => {
    await lab.install(spec);
    const handle = await running();
    const ended = handle.result().catch((error: unknown) => error);
    const { worker } = await lab.processes();
    kill(worker, 'SIGSTOP');
    const asked = performance.now();
    await untilDestroyed();
    // Its process lives: nothing but its silence gave the box away.
    expect((performance.now() - asked) / 1000).toBeGreaterThan(45);
    kill(worker, 'SIGCONT');
    expect(await ended).toMatchObject({
      cause: { type: 'Conflict', message: expect.stringContaining('was lost') as string },
    });
    await expect(access(boxDirectory(spec.name))).rejects.toThrow('ENOENT');
    expect((await thisMachine.run(['ip', 'netns', 'list'])).stdout).not.toContain(spec.name);
    expect(await readHolder(spec.name)).toMatchObject({ holder: null });
  });
}

/** As a person would: tries again until the frozen holder has been silent for long enough. */
async function untilDestroyed(): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await second.destroy(spec.name);
    } catch (error) {
      if (tries > 30) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5000));
    }
  }
}
