// SPDX-License-Identifier: Apache-2.0
// OpenStack's own tests against a box, as plain users: what fails is on a list with the reason, and the list may only shrink.
// Proves: workflows/operations/install-box workflows/box activities/keystone activities/seeds activities/ovn activities/guest activities/hypervisor profiles
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessDirectory, readCloud } from '../../../activities/clients/openstack/access-files.ts';
import { defaultServices } from '../../../workflows/contracts/box/box-spec.ts';
import { guestImageName } from '../../../workflows/contracts/box/guest-image.ts';
import { openstackClient } from '../../system/openstack-command.ts';
import { Lab, labSpec } from '../../system/lab.ts';
import { seededPart } from '../runner/seeded-part.ts';
import { tempestConfiguration, type TempestFacts } from './configuration.ts';
import { nameOf, provideTempest, runTests, testIds, type TestResult } from './tempest.ts';

/** With the external network, which the seeds bring. */
const spec = labSpec('tempest-box', 74, {
  services: [...defaultServices],
  hypervisor: 'auto',
  seeds: { projects: [] },
});

interface KnownFailure {
  readonly test: string;
  readonly why: string;
}

/** The share of its classes that a run takes unless it takes the whole, and whether guests are logged in to. */
const suites = {
  'tempest.api.identity': { share: 1 / 4, logsIn: false },
  'tempest.api.image': { share: 1 / 4, logsIn: false },
  'tempest.api.network': { share: 1 / 4, logsIn: false },
  'tempest.api.compute': { share: 1 / 8, logsIn: false },
  'tempest.scenario': { share: 1 / 6, logsIn: true },
} as const;

let lab: Lab;
let tempest: string;
let workspace: string;
let ids: readonly string[];
let facts: Omit<TempestFacts, 'logsIn'>;
let known: readonly KnownFailure[];

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'holdfast-tempest-'));
  lab = await Lab.create();
  tempest = await provideTempest();
  known = JSON.parse(
    await readFile(new URL('known-failures.json', import.meta.url), 'utf8'),
  ) as KnownFailure[];
  await lab.install(spec);
  ids = await testIds(tempest, workspace);
  const access = accessDirectory(lab.stateDirectory, spec.name);
  const { authUrl, password } = await readCloud(access, `${spec.name}-admin`);
  const openstack = await openstackClient(lab.stateDirectory, spec.name);
  const value = async (...args: string[]) => (await openstack([...args, '-f', 'value'])).trim();
  facts = {
    authUrl,
    region: spec.region,
    password,
    authority: join(access, 'ca.pem'),
    image: await value('image', 'show', guestImageName, '-c', 'id'),
    flavor: await value('flavor', 'show', 'SCS-1L-1', '-c', 'id'),
    largerFlavor: await value('flavor', 'show', 'SCS-1V-2', '-c', 'id'),
    externalNetwork: await value('network', 'show', 'public', '-c', 'id'),
    networkExtensions: (await value('extension', 'list', '--network', '-c', 'Alias')).split('\n'),
    workspace,
  };
}, 1_800_000);

afterAll(async () => {
  await lab?.dispose(spec.name);
  await rm(workspace, { recursive: true, force: true });
});

const classOf = (id: string): string => nameOf(id).split('.').slice(0, -1).join('.');

/** Of a suite: the tests of the classes that this run takes. */
function taken(suite: string, share: number): string[] {
  const ofSuite = ids.filter((id) => id.startsWith(`${suite}.`));
  const classes = new Set(seededPart(suite, [...new Set(ofSuite.map(classOf))], share));
  return ofSuite.filter((id) => classes.has(classOf(id)));
}

const named = (results: readonly TestResult[], status: string): string[] =>
  results.filter((each) => each.status === status).map((each) => each.test);

describe.each(Object.entries(suites))('%s', (suite, { share, logsIn }) => {
  test('fails nowhere but where the list says', { timeout: 7_200_000 }, async () => {
    const configuration = tempestConfiguration({ ...facts, logsIn });
    const results = await runTests(tempest, workspace, configuration, taken(suite, share));
    const passed = named(results, 'success');
    const failed = named(results, 'failure');
    console.log(
      `${suite}: ${passed.length} passed, ${failed.length} failed, ${named(results, 'skip').length} skipped`,
    );
    expect(passed.length).toBeGreaterThan(0);
    const expected = known.map((each) => each.test);
    expect(failed.filter((each) => !expected.includes(each))).toEqual([]);
    // Who mends a fault takes it off the list.
    expect(passed.filter((each) => expected.includes(each))).toEqual([]);
  });
});
