// SPDX-License-Identifier: Apache-2.0
// What people reach the cloud with: the openstack client, a browser, and beside both a canary run.
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { accessDirectory, readCloud } from '../../../activities/clients/openstack/access-files.ts';
import type { CanaryRun } from '../../../workflows/contracts/canary/canary.ts';
import { guestImageName } from '../../../workflows/contracts/box/guest-image.ts';
import { taskQueue } from '../../../workflows/contracts/run/messages.ts';
import { openBrowser } from '../browser.ts';
import { isStyled, logIn, logOut, namesListed } from './dashboard-visit.ts';
import { openstackClient, openstackProgram } from '../openstack-command.ts';
import { cli, lab, spec } from './stand.ts';

const cloud = `${spec.name}-test`;

let canary: WorkflowHandle;

export function clientTests(): void {
  beforeAll(async () => {
    const { workflow } = await lab.client();
    const args = [{ cloud, throughputMegabytesMin: 1, scheduled: false }];
    canary = await workflow.start('Canary', { workflowId: `canary/${cloud}`, taskQueue, args });
  });

  test('a plain user works with the openstack client and the emitted files alone', async () => {
    const openstack = await openstackClient(lab.stateDirectory, spec.name, 'test');
    const create = (...words: string[]) => openstack([...words, 'mine', '-f', 'json']);
    await create('network', 'create');
    await create('subnet', 'create', '--network', 'mine', '--subnet-range', '10.6.0.0/24');
    const server = ['--flavor', 'SCS-1L-1', '--image', guestImageName, '--network', 'mine', '--wait'];
    expect(JSON.parse(await create('server', 'create', ...server))).toMatchObject({ status: 'ACTIVE' });
    await openstack(['server', 'delete', '--wait', 'mine']);
    await openstack(['network', 'delete', 'mine']);
    await expect(openstack(['user', 'list'])).rejects.toThrow(/403|not authorized/i);
  });

  test('the folder for another machine serves the openstack client wherever it lies', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
    try {
      await cli('box', 'access', spec.name, '--to', join(folder, 'made'), '--cloud', cloud);
      await rename(join(folder, 'made'), join(folder, 'copied'));
      // No relative path helps: the client runs elsewhere.
      const script = '. ./env.sh; cd /; exec "$0" token issue -c project_id -f value';
      const issued = await execa('sh', ['-c', script, await openstackProgram()], {
        cwd: join(folder, 'copied'),
        env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' },
        extendEnv: false,
      });
      expect(issued.stdout).toMatch(/^[0-9a-f]{32}$/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('the dashboard lets in the plain user alone, and shows the project', async () => {
    const { stdout } = await cli('box', 'show', spec.name, '--json');
    const { dashboard } = JSON.parse(stdout) as { dashboard: string };
    const folder = accessDirectory(lab.stateDirectory, spec.name);
    const { username, password, domain } = await readCloud(folder, cloud);
    // It trusts the box's authority and no other: a page that it shows came over a connection that this vouches for.
    const { page, troubles, close } = await openBrowser(join(folder, 'ca.pem'));
    try {
      await page.goto(dashboard);
      await logIn(page, { domain, username, password: `${password}x` });
      expect(await page.textContent('form')).toContain('Invalid credentials');
      await logIn(page, { domain, username, password });
      expect(await namesListed(page, 'networks')).toContain('test');
      expect(await isStyled(page)).toBe(true);
      await logOut(page);
      expect(troubles).toEqual([]);
    } finally {
      await close();
    }
  });

  test('a canary run beside them is good, and its report is a page', async () => {
    expect((await canary.result()) as CanaryRun).toMatchObject({ result: 'good' });
    const page = join(lab.stateDirectory, 'canary.html');
    expect((await cli('canary', 'report', cloud, '--output', page)).exitCode).toBe(0);
    expect(await readFile(page, 'utf8')).toContain('<svg');
  });
}
