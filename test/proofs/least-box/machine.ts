// SPDX-License-Identifier: Apache-2.0
// The commands that look after this machine, beside a live box: doctor, prune, box logs.
import { spawn } from 'node:child_process';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { boxHost } from '../../../activities/hosts/host.ts';
import { machineDirectory } from '../../../activities/hosts/places.ts';
import type { Finding } from '../../../workers/machine/doctor/finding.ts';
import { kill, root } from '../../system/lab.ts';
import { cache, cli, lab, spec } from './stand.ts';

const { name } = spec;
const host = boxHost(name);
const ghostLease = join(machineDirectory, 'leases', 'ghost-box');

async function findings(): Promise<{ exitCode: number | undefined; list: Finding[] }> {
  const { stdout, exitCode } = await cli('doctor', '--json');
  return { exitCode, list: JSON.parse(stdout) as Finding[] };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

export function machineProofs(): void {
  beforeAll(() => lab.install(spec));
  // Whatever became of a test, the next one finds a worker and no ghost.
  afterEach(async () => {
    await rm(ghostLease, { recursive: true, force: true });
    await lab.up();
  });

  test('doctor finds nothing wrong with a healthy machine, and names a dead worker and a stale lease', async () => {
    const level = (list: readonly Finding[], what: string) => list.find((each) => each.what === what)?.level;
    const healthy = await findings();
    for (const what of ['Temporal', 'worker', `box ${name}`, 'state directory'])
      expect([what, level(healthy.list, what)]).toEqual([what, 'ok']);

    kill((await lab.processes()).worker, 'SIGKILL');
    await mkdir(ghostLease, { recursive: true });
    const lease = { epoch: 1, nonce: 'n', namespace: 'default', workflowId: 'install-box/ghost-box' };
    await writeFile(
      join(ghostLease, 'lease.json'),
      JSON.stringify({ ...lease, renewedAt: Date.now() - 3_600_000 }),
    );
    const sick = await findings();
    expect([sick.exitCode, level(sick.list, 'worker'), level(sick.list, 'lease of box ghost-box')]).toEqual([
      1,
      'wrong',
      'wrong',
    ]);
    const ghost = sick.list.find(({ what }) => what === 'lease of box ghost-box');
    expect(ghost?.found).toMatch(/^stale, last held by install-box\/ghost-box .* renewed 36\d\d s ago$/);
  });

  test('prune removes what no box needs, after it was agreed to, and leaves the image of a live box', async () => {
    const old = join(cache, 'root-file-systems', '0000000000000000');
    await mkdir(join(old, 'root'), { recursive: true });
    const secrets = join(lab.stateDirectory, 'secrets', 'boxes');
    await mkdir(join(secrets, 'gone-box'), { recursive: true });
    const refused = await cli('prune');
    expect([refused.exitCode, refused.stderr.includes('nothing was removed')]).toEqual([2, true]);
    const plan = await cli('prune', '--plan');
    expect(plan.stdout).toContain(old);
    expect([await exists(old), await exists(join(secrets, 'gone-box'))]).toEqual([true, true]);

    expect((await cli('prune', '--yes')).exitCode).toBe(0);
    expect([await exists(old), await exists(join(secrets, 'gone-box'))]).toEqual([false, false]);
    expect(await exists(join(secrets, name))).toBe(true);
    expect((await lab.drift(name)).result).toBe('same');
  });

  test('box logs shows journal and files of a service, redacted, and names the services when there is none such', async () => {
    await host.output(['sh', '-c', 'echo "password=hunter22 was refused" > /var/log/keystone/probe.log']);
    const keystone = await cli('box', 'logs', name, 'keystone', '--lines', '500');
    expect([keystone.exitCode, keystone.stderr]).toEqual([0, '']);
    expect(keystone.stdout).toContain('systemd[1]: Started keystone.service');
    expect(keystone.stdout).toContain('password=[redacted] was refused');
    await host.output(['rm', '/var/log/keystone/probe.log']);
    const postgres = await cli('box', 'logs', name, 'postgres');
    expect(postgres.stdout).toMatch(/==> \/var\/log\/postgresql\/.*\.log <==/);
    const unknown = await cli('box', 'logs', name, 'nothing-of-that-name');
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toMatch(/next: (npx )?holdfast box shell .* systemctl list-units/);
    const typo = await cli('box', 'logs', name, 'haprxy');
    expect(typo.stderr).toMatch(/next: Near it: haproxy/);
  });

  test('box logs --follow shows what is logged from now on, and leaves nothing behind when it is killed', async () => {
    const words = [join(root, 'dist', 'cli.js'), 'box', 'logs', name, 'haproxy', '--follow', '--lines', '0'];
    const child = spawn('node', words, { env: { ...process.env, ...lab.environment } });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const followers = async () => (await host.run(['pgrep', '--full', 'journalctl.*follow'])).stdout.trim();
    await expect.poll(followers, { timeout: 20_000 }).not.toBe('');
    await host.output(['systemctl', 'kill', '--signal=USR1', 'haproxy']);
    await host.output(['systemctl', 'restart', 'haproxy']);
    await expect.poll(() => text, { timeout: 20_000 }).toContain('Started haproxy.service');
    child.kill('SIGKILL');
    await expect.poll(followers, { timeout: 20_000 }).toBe('');
  });
}
