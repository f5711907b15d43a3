// SPDX-License-Identifier: Apache-2.0
// One box, everyday life: installed twice, spoken to by the openstack client, broken in every step and repaired.
// Proves: workflows/operations/install-box workflows/box workflows/operations/destroy-box activities/keystone activities/postgres activities/host activities/pki activities/box activities/access
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boxDirectory, leaseDirectory } from '../../activities/hosts/places.ts';
import { thisMachine } from '../../activities/hosts/transport.ts';
import { query } from '../../activities/clients/postgres/sql.ts';
import type { CompiledTable } from '../../workflows/contracts/run/table.ts';
import { ownCache } from '../system/own-cache.ts';
import { openstackClient } from '../system/openstack-command.ts';
import { Lab, labSpec } from '../system/lab.ts';
import { differencesOf } from '../system/report-steps.ts';
import { breakAndRepair, stepsWith } from './sabotage/break-and-repair.ts';
import { seededPart } from './runner/seeded-part.ts';
import { asAdministrator, batches, inside, sabotages, type Target } from './sabotage/sabotages.ts';

const spec = labSpec('sabotage-box', 23);
const part = seededPart('sabotage', batches, 1 / 4);
let lab: Lab;
let cache: string;
let target: Target;

beforeAll(async () => {
  // The image is broken here, and other tests stand on theirs.
  cache = await ownCache(['skeleton-image', 'debian-packages', 'temporal']);
  lab = await Lab.create({ HOLDFAST_CACHE: cache });
  target = { spec, stateDirectory: lab.stateDirectory };
  const progress = await lab.install(spec);
  expect(progress.phase).toBe('done');
});
afterAll(async () => {
  await lab.dispose(spec.name);
  await rm(cache, { recursive: true, force: true });
});

/** Names, times of change and sizes of what an install writes; logs and the database's own files left to their owners. */
async function writtenState(): Promise<string> {
  const ours = ['etc', 'var/lib/holdfast'].map((path) => join(boxDirectory(spec.name), 'upper', path));
  const mine = [join(lab.stateDirectory, 'boxes'), join(lab.stateDirectory, 'secrets')];
  return (await execa('find', [...ours, ...mine, '-printf', '%p %s %T@ %C@\n'])).stdout;
}

test('a second install finds every step same and writes nothing', async () => {
  const before = await writtenState();
  const progress = await lab.install(spec);
  expect(progress.steps.map((step) => `${step.id} ${step.status}`)).toEqual(
    progress.steps.map((step) => `${step.id} same`),
  );
  expect(await writtenState()).toBe(before);
});

test('the openstack client works with the emitted files alone', async () => {
  const openstack = await openstackClient(lab.stateDirectory, spec.name);
  const token = JSON.parse(await openstack(['token', 'issue', '-f', 'json'])) as { id: string };
  expect(token.id).toMatch(/^gAAAA/);
  const endpoints = JSON.parse(await openstack(['endpoint', 'list', '-f', 'json'])) as { URL: string }[];
  expect(endpoints.map((endpoint) => endpoint.URL)).toEqual(
    Array(3).fill(`https://${spec.networks.management.address}:5000/v3`),
  );
  const users = JSON.parse(await openstack(['user', 'list', '-f', 'json'])) as { Name: string }[];
  expect(users.map((user) => user.Name)).toEqual(['admin']);
});

describe('sabotage', () => {
  test('there is one for every step that has something to apply', async () => {
    const { workflow } = await lab.client();
    const history = await workflow.getHandle(`install-box/${spec.name}`).fetchHistory();
    const payload = history.events?.find(
      (event) => event.activityTaskCompletedEventAttributes,
    )?.activityTaskCompletedEventAttributes;
    const compiled = JSON.parse(Buffer.from(payload?.result?.payloads?.[0]?.data ?? []).toString()) as {
      table: CompiledTable;
    };
    const steps = compiled.table.steps.filter((step) => step.apply !== null).map((step) => step.id);
    expect(Object.keys(sabotages).sort()).toEqual([...steps].sort());
    expect(batches.flat().sort()).toEqual([...steps].sort());
  });

  test(
    'what is broken is reported by its steps and repaired by the next install',
    async () => {
      for (const steps of part) await breakAndRepair(lab, target, sabotages, steps);
    },
    part.length * 600_000,
  );

  test('a database of Keystone that is lost while Keystone runs and remembers is made anew', async () => {
    await asAdministrator(target, async ({ identity }) => identity.projects.list());
    await query(inside(target), 'postgres', 'DROP DATABASE keystone WITH (FORCE)');
    expect((await lab.install(spec)).phase).toBe('done');
  });

  test('nothing differs after all that', async () => {
    expect((await lab.drift(spec.name)).result).toBe('same');
  });

  test('a network in use is reported by preflight, and an install is refused before it changes anything', async () => {
    const link = 'hf-stranger';
    await thisMachine.run(['ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', `${link}-p`]);
    await thisMachine.run(['ip', 'addr', 'add', '10.78.23.77/24', 'dev', link]);
    try {
      const report = await lab.drift(spec.name);
      expect(stepsWith(report, 'differs')).toEqual(['preflight']);
      expect(differencesOf(report, 'preflight')[0]).toMatchObject({
        what: 'network 10.78.23.0/24 is in use',
        have: expect.stringContaining(link) as string,
      });
      await expect(lab.install(spec)).rejects.toMatchObject({ cause: { type: 'PreconditionFailed' } });
    } finally {
      await thisMachine.run(['ip', 'link', 'del', link]);
    }
    expect((await lab.drift(spec.name)).result).toBe('same');
  });

  test('a token that cannot be had from outside is reported by the steps that speak to the API', async () => {
    // Of this machine alone, and refused at once.
    const rules = `table ip hftest_sabotage { chain output { type filter hook output priority 0; ip daddr ${spec.networks.management.address} reject; }\n}`;
    await execa('nft', ['-f', '-'], { input: rules });
    try {
      const report = await lab.drift(spec.name);
      expect(report.steps.filter((step) => step.verdict !== 'same').map((step) => step.id)).toEqual([
        'keystone.administrator',
        'keystone.catalog',
        'token',
      ]);
    } finally {
      await execa('nft', ['delete', 'table', 'ip', 'hftest_sabotage']);
    }
  });

  test('a route that leads to nowhere is named at once, before the steps that would wait for an answer', async () => {
    const { address } = spec.networks.management;
    const route = (verb: string) => ['ip', 'route', verb, 'unreachable', `${address}/32`];
    await thisMachine.run(route('add'));
    try {
      const [difference] = differencesOf(await lab.drift(spec.name), 'preflight');
      expect(difference?.have).toBe(`${address} by unreachable`);
    } finally {
      await thisMachine.run(route('del'));
    }
  });
});

test('destroy leaves no mount, process, namespace or file behind but the lease, given back', async () => {
  const box = spec.name;
  await lab.destroy(box);
  const left = await execa('sh', [
    '-c',
    `ip netns list; ip link; cat /proc/self/mounts; ps -eo args | grep -v grep; find /sys/fs/cgroup -name '*${box}*'`,
  ]);
  expect(left.stdout.split('\n').filter((line) => line.includes(box) && !line.includes('vitest'))).toEqual(
    [],
  );
  await expect(readdir(boxDirectory(box))).rejects.toThrow('ENOENT');
  const folders = await Promise.all(
    [join(lab.stateDirectory, 'boxes'), join(lab.stateDirectory, 'secrets', 'boxes')].map((path) =>
      readdir(path),
    ),
  );
  expect(folders.flat()).not.toContain(box);
  // It keeps the last epoch: a run that slept through the destroy finds it lost and builds nothing anew.
  const lease: unknown = JSON.parse(await readFile(join(leaseDirectory(box), 'lease.json'), 'utf8'));
  expect(lease).toMatchObject({ workflowId: `destroy-box/${box}`, renewedAt: 0 });
  expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(box);
});
