// SPDX-License-Identifier: Apache-2.0
// The whole cloud: grown from Keystone alone, used by a plain user's own tools, broken in every step and repaired.
// Proves: workflows/operations/install-box workflows/box activities/keystone activities/nova activities/ovn activities/rabbitmq activities/seeds activities/postgres activities/host
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { query } from '../../activities/clients/postgres/sql.ts';
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import type { CompiledTable } from '../../workflows/contracts/run/table.ts';
import { endState } from '../system/end-state.ts';
import { commandSteps, journalIntervals, overlapsOf, wholeCommandSteps } from '../system/job-watch.ts';
import { labSpec, type Lab } from '../system/lab.ts';
import { openstackClient } from '../system/openstack-command.ts';
import { wouldChange } from '../system/report-steps.ts';
import { sharedCloud, wholeCloud } from '../system/shared-cloud.ts';
import { breakAndRepair, stepsWith } from './sabotage/break-and-repair.ts';
import { crashMoments } from './crash/crash-plan.ts';
import { crashLab, installThroughCrashes } from './crash/crash-run.ts';
import { seededPart } from './runner/seeded-part.ts';
import { inside, sabotages, shell, type Target } from './sabotage/sabotages.ts';
import { aloneDiffering, wholeBatches, wholeSabotages } from './sabotage/whole-sabotages.ts';

const spec = labSpec('whole-box', 29, wholeCloud);
const small = labSpec('whole-box', 29, { seeds: { ...wholeCloud.seeds, test: null } });
const part = seededPart('whole sabotage', wholeBatches, 1 / 5);
let lab: Lab;
let target: Target;
/** Moments at which the worker was killed, and those at which it should have been. */
const met: string[] = [];
let open: readonly string[];

/** Installs while the worker is killed; returns the moments that came and were not met. */
async function grow(to: BoxSpec, moments: readonly string[]): Promise<string[]> {
  const { progress, crashes } = await installThroughCrashes(lab, to, moments);
  expect(progress.phase).toBe('done');
  met.push(...moments.filter((moment) => crashes.includes(moment)));
  // A step that the steps before it made true already applies nothing.
  const applied = progress.steps.filter(({ status }) => status === 'changed').map(({ id }) => id);
  const came = moments.filter((moment) => applied.includes(moment.slice(0, moment.lastIndexOf('.'))));
  return came.filter((moment) => !crashes.includes(moment));
}

async function partOf(to: BoxSpec, isWanted: (id: string) => boolean): Promise<string[]> {
  const { steps } = await lab.plan(to);
  const changing = steps.filter((step) => wouldChange(step) && isWanted(step.id)).map(({ id }) => id);
  return seededPart('whole-box', crashMoments(changing, [...commandSteps, ...wholeCommandSteps]), 1 / 9);
}

beforeAll(async () => {
  lab = await crashLab();
  target = { spec, stateDirectory: lab.stateDirectory };
  const ofSkeleton = await partOf(small, () => true);
  let skeleton = await grow(small, [...new Set(['postgres.cluster.during', ...ofSkeleton])]);
  const ofWhole = await partOf(spec, (id) => id in wholeSabotages);
  let whole = await grow(spec, [...new Set(['root.during', ...ofWhole])]);
  // A job of a quarter second can slip past the watch of a busy machine: its moment gets another box.
  for (let round = 2; round <= 3 && skeleton.length + whole.length > 0; round += 1) {
    await lab.destroy(spec.name);
    skeleton = await grow(small, skeleton);
    whole = await grow(spec, whole);
  }
  open = [...skeleton, ...whole];
  // Up to three boxes, beside other tests.
}, 3_600_000);
afterAll(() => lab.dispose(spec.name));

const openstack = (cloud: 'admin' | 'test') => openstackClient(lab.stateDirectory, spec.name, cloud);

test('a box that grows from Keystone alone, its worker killed on the way, ends as one installed at once', async () => {
  expect(open).toEqual([]);
  expect(met.length).toBeGreaterThan(6);
  expect(overlapsOf(await journalIntervals(spec.name))).toEqual([]);
  const killed = await endState({ box: spec.name, address: spec.networks.management.address });
  expect(killed).toEqual((await sharedCloud()).endState);
});

test('no service is taken away from a box that stands, nor is its release changed', async () => {
  const refused = async (other: typeof spec, path: string) =>
    expect(lab.install(other)).rejects.toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringContaining(`${path}: Box whole-box`) as string },
    });
  await refused(small, 'services');
  await refused({ ...spec, release: 'debian-12' }, 'release');
});

test('a second install finds every step same', async () => {
  const { steps } = await lab.install(spec);
  expect(steps.filter(({ status }) => status !== 'same')).toEqual([]);
});

test('a plain user works with the openstack client and the emitted files alone, and may apply twice', async () => {
  const run = await openstack('test');
  const server = ['--flavor', 'SCS-1L-1', '--image', 'Boot message', '--network', 'mine', '--wait'];
  const wanted = [
    ['image', '--disk-format', 'raw', '--file', '/etc/hostname'],
    ['network'],
    ['subnet', '--network', 'mine', '--subnet-range', '10.6.0.0/24'],
    ['server', ...server],
  ];
  /** As tools that keep a desired state do: observe, create what is missing, report what is there. */
  const apply = async (): Promise<{ created: string[]; found: Record<string, unknown>[] }> => {
    const created: string[] = [];
    const found: Record<string, unknown>[] = [];
    for (const [kind = '', ...args] of wanted) {
      const text = await run([kind, 'show', 'mine', '-f', 'json']).catch(() => {
        created.push(kind);
        return run([kind, 'create', ...args, 'mine', '-f', 'json']);
      });
      found.push(JSON.parse(text) as Record<string, unknown>);
    }
    return { created, found };
  };
  const first = await apply();
  expect(first.created).toEqual(['image', 'network', 'subnet', 'server']);
  expect(first.found.at(-1)).toMatchObject({ status: 'ACTIVE' });
  const second = await apply();
  expect(second.created).toEqual([]);
  expect(await apply()).toEqual(second);
  expect(await run(['quota', 'show', '-f', 'json'])).toContain('"instances"');
  await run(['server', 'delete', '--wait', 'mine']);
  await run(['network', 'delete', 'mine']);
  await run(['image', 'delete', 'mine']);
  await expect(run(['user', 'list'])).rejects.toThrow(/403|not authorized/i);
});

test('the administrator sees the hypervisor up and the flavors of the standard', async () => {
  const run = await openstack('admin');
  const hypervisors = JSON.parse(await run(['hypervisor', 'list', '-f', 'json'])) as { State: string }[];
  expect(hypervisors).toMatchObject([{ State: 'up' }]);
  const flavors = JSON.parse(await run(['flavor', 'list', '-f', 'json'])) as { Name: string }[];
  expect(flavors).toHaveLength(15);
});

test('no listener of the box but the APIs is reachable from outside it', async () => {
  const listening = await shell(target, "ss -ltnH | awk '{print $4}' | sort -u");
  const { address } = spec.networks.management;
  const outward = listening
    .split('\n')
    .filter((each) => each !== '' && !/^(127\.0\.0\.1|\[::1\]):/.test(each));
  expect(outward).toEqual(['5000', '8774', '8778', '9292', '9696'].map((port) => `${address}:${port}`));
});

describe('sabotage', () => {
  test('there is one for every step that has something to apply', async () => {
    const steps = (await compiled()).steps.filter((step) => step.apply !== null).map((step) => step.id);
    expect([...Object.keys(sabotages), ...Object.keys(wholeSabotages)].sort()).toEqual([...steps].sort());
    const broken = [...wholeBatches.flat(), ...aloneDiffering].sort();
    expect(broken).toEqual(Object.keys(wholeSabotages).sort());
  });

  test('what was changed by hand is named exactly, and exactly that is repaired', async () => {
    for (const step of aloneDiffering) await wholeSabotages[step]?.break(target);
    // A database at its heads without a value that Neutron writes, as its own command leaves it.
    const value = "enumlabel = 'unknown' AND enumtypid = 'l3_ha_states'::regtype";
    await query(inside(target), 'neutron', `DELETE FROM pg_enum WHERE ${value}`);
    const broken = [...aloneDiffering, 'neutron.schema'].sort();
    expect(stepsWith(await lab.drift(spec.name), 'differs').sort()).toEqual(broken);
    const { steps } = await lab.install(spec);
    const changed = steps.filter(({ status }) => status === 'changed').map(({ id }) => id);
    expect(changed.sort()).toEqual(broken);
  });

  test(
    'what is broken is reported by its steps and repaired by the next install',
    async () => {
      for (const steps of part) await breakAndRepair(lab, target, wholeSabotages, steps);
      // Up to seventy steps in three looks and an install, beside another test on the same two cores.
    },
    part.length * 900_000,
  );

  test('nothing differs after all that', async () => {
    expect((await lab.drift(spec.name)).result).toBe('same');
  });
});

async function compiled(): Promise<CompiledTable> {
  const { workflow } = await lab.client();
  const history = await workflow.getHandle(`install-box/${spec.name}`).fetchHistory();
  const first = history.events?.find((event) => event.activityTaskCompletedEventAttributes);
  const data = first?.activityTaskCompletedEventAttributes?.result?.payloads?.[0]?.data ?? [];
  return (JSON.parse(Buffer.from(data).toString()) as { table: CompiledTable }).table;
}
