// SPDX-License-Identifier: Apache-2.0
// A machine loses its power: with `up --boxes` the boxes come back, with `up --boot` everything does, by systemd alone.
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { execa } from 'execa';
import { boxHost } from '../../../activities/hosts/host.ts';
import { leaderOf, supervisorOf } from '../../../activities/hosts/local-box.ts';
import type { SuperviseStatus } from '../../../workers/embedded/supervise-status.ts';
import { cacheDirectory } from '../../system/cache-directory.ts';
import { kill, root } from '../../system/lab.ts';
import { lab, spec } from './stand.ts';

const host = boxHost(spec.name);

async function cutPower(): Promise<void> {
  kill((await supervisorOf(spec.name)) ?? 0, 'SIGKILL');
  await expect.poll(() => leaderOf(spec.name), { timeout: 20_000 }).toBeNull();
}

/** Puts node, the built program and the Temporal binary into the box, which then stands for a machine run by systemd. */
async function furnish(): Promise<void> {
  const leader = String((await leaderOf(spec.name)) ?? 0);
  const script =
    'mkdir -p "/proc/$1/root$3" && tar --create --directory "$2" --exclude=.cache $4 | ' +
    'nsenter --target "$1" --mount -- tar --extract --no-same-owner --directory "$3"';
  const copy = (from: string, names: string, to: string) =>
    execa('sh', ['-c', script, 'furnish', leader, from, to, names]);
  await copy(root, 'dist package.json workflows node_modules', '/opt/holdfast');
  await copy(dirname(process.execPath), basename(process.execPath), '/usr/local/bin');
  await copy(cacheDirectory(), 'temporal', '/root/.cache/holdfast');
}

const inside = (...words: string[]) =>
  host.run(
    ['env', 'HOME=/root', '/usr/local/bin/node', `/opt/holdfast/dist/${words[0] ?? ''}`, ...words.slice(1)],
    { timeoutSeconds: 120 },
  );

async function statusInside(): Promise<string[]> {
  const { exitCode, stdout } = await inside('supervise.js', 'status');
  if (exitCode !== 0) return [];
  const { temporal, worker } = JSON.parse(stdout) as SuperviseStatus;
  return [temporal.state, worker.state, String(worker.buildId ?? '')];
}

export function rebootProofs(): void {
  beforeAll(() => lab.install(spec));
  // The box is no machine of its own to the proofs that follow.
  afterAll(() => host.run(['systemctl', 'disable', '--now', 'holdfast'], { timeoutSeconds: 120 }));

  test('up --boxes brings a box back after the power of the whole machine was cut', async () => {
    const { temporal, worker } = await lab.processes();
    for (const pid of [worker, temporal]) kill(pid, 'SIGKILL');
    await cutPower();

    const up = await lab.run('cli.js', ['up', '--boxes', '--json']);
    const id = `install-box/${spec.name}`;
    expect((JSON.parse(up.stdout) as { installs: string[] }).installs).toEqual([id]);
    const watched = await lab.run('cli.js', ['op', 'watch', id, '--json']);
    const end = JSON.parse(watched.stdout.split('\n').at(-1) ?? '') as { data: { exitCode: number } };
    expect(end.data.exitCode).toBe(0);
    expect((await lab.drift(spec.name)).result).toBe('same');
  });

  test('up --boot installs a unit by which systemd brings Temporal and the worker back after a power cut; down removes nothing', async () => {
    await furnish();
    const up = await inside('cli.js', 'up', '--boot');
    expect([up.exitCode, up.stderr]).toEqual([
      0,
      expect.stringContaining('holdfast.service runs at each boot'),
    ]);
    const again = await inside('cli.js', 'up', '--boot');
    expect(again.stderr).toContain('holdfast.service is as it should be');
    const buildId = (await readFile('dist/build-id', 'utf8')).trim();
    expect(await statusInside()).toEqual(['running', 'running', buildId]);

    await cutPower();
    // The box is booted by its own run; what is inside it comes back by itself.
    await lab.install(spec);
    await expect
      .poll(statusInside, { timeout: 90_000, interval: 1000 })
      .toEqual(['running', 'running', buildId]);
    const unit = await host.output(['systemctl', 'show', 'holdfast', '--property=ActiveState', '--value']);
    expect(unit.trim()).toBe('active');

    expect((await inside('cli.js', 'down')).exitCode).toBe(0);
    expect((await statusInside()).slice(0, 2)).toEqual(['stopped', 'stopped']);
    expect((await host.output(['systemctl', 'is-enabled', 'holdfast'])).trim()).toBe('enabled');
    await host.output(['systemctl', 'restart', 'holdfast'], { timeoutSeconds: 120 });
    expect((await statusInside()).slice(0, 2)).toEqual(['running', 'running']);
  });
}
