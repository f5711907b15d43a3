// SPDX-License-Identifier: Apache-2.0
// Real guests in a real box: what the canary saw, who reaches whom, what a rule opens and closes, and a restart of the box.
// Proves: workflows/operations/install-box workflows/box activities/guest activities/hypervisor activities/canary activities/cinder activities/ovn activities/seeds workflows/operations/canary activities/access
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessDirectory, readCloud } from '../../activities/clients/openstack/access-files.ts';
import { withCloud, type OpenStackClient } from '../../activities/clients/openstack/cloud.ts';
import { newestImage } from '../../activities/hosts/image-generations.ts';
import { installSteps } from '../../activities/operation/builds/box.ts';
import type { BoxDetails } from '../../cli/records/box/box-details.ts';
import type { ImageArgs } from '../../workflows/ports/box.ts';
import { newGuestKey, openGuestShell, type GuestShell } from '../../activities/clients/guest/guest-shell.ts';
import { boxHost } from '../../activities/hosts/host.ts';
import { giveBack, take } from '../../activities/hosts/lease.ts';
import { supervisorOf } from '../../activities/hosts/local-box.ts';
import { defaultServices } from '../../workflows/contracts/box/box-spec.ts';
import { guestImageName } from '../../workflows/contracts/box/guest-image.ts';
import { taskQueue } from '../../workflows/contracts/run/messages.ts';
import type { CanaryRun } from '../../workflows/contracts/canary/canary.ts';
import type { Evidence } from '../../workflows/contracts/box/evidence.ts';
import type { Progress, StepProgress } from '../../workflows/contracts/run/progress.ts';
import { openBrowser } from '../system/browser.ts';
import { consoleStatus, isStyled, logIn, logOut, namesListed } from '../system/cloud/dashboard-visit.ts';
import { journalIntervals, overlapsOf } from '../system/job-watch.ts';
import { labSpec, type Lab } from '../system/lab.ts';
import { Mirror } from '../system/mirror.ts';
import { ClientNamespace } from '../system/tunnels/client-namespace.ts';
import { logInThere, webStatusThere } from '../system/tunnels/guest-by-tunnel.ts';
import { ownCache } from '../system/own-cache.ts';
import { recordIfAsked } from '../histories/recording.ts';
import { breakAndRepair } from './sabotage/break-and-repair.ts';
import { crashMoments } from './crash/crash-plan.ts';
import { crashLab, installThroughCrashes } from './crash/crash-run.ts';
import { guestSabotages } from './sabotage/guest-sabotages.ts';
import { imageSabotages } from './sabotage/image-sabotages.ts';
import { seededPart } from './runner/seeded-part.ts';
import { sabotages } from './sabotage/sabotages.ts';
import { wholeSabotages } from './sabotage/whole-sabotages.ts';
import { volumeSabotages } from './sabotage/volume-sabotages.ts';

/** What a vendor offers. */
const disk = Buffer.alloc(1_048_576, 'a disk ');
const vendor = createServer((_, answer) => answer.end(disk)).listen(0, '127.0.0.1');
await once(vendor, 'listening');
const vendorImage = {
  name: 'Vendor disk',
  diskFormat: 'raw',
  properties: { os_distro: 'others' },
  url: `http://127.0.0.1:${(vendor.address() as AddressInfo).port}/disk.raw`,
  digest: `sha256:${createHash('sha256').update(disk).digest('hex')}`,
};

/** Between this machine and a machine elsewhere: no other link has it. */
const tunnelAddress = '10.78.144.1';
const mirror = await Mirror.start();
const spec = labSpec('guests-box', 36, {
  services: [...defaultServices, 'volume', 'dashboard'],
  hypervisor: 'auto',
  seeds: { images: [vendorImage] },
  access: { wireguard: { address: tunnelAddress } },
  debian: { mirror: mirror.url },
});
const key = newGuestKey('guests-test');
let cache: string;
let lab: Lab;
let elsewhere: ClientNamespace;
let first: Progress;
let planned: string[];
let crashes: readonly string[];
const ownSabotages = () => ({
  ...guestSabotages,
  ...volumeSabotages,
  ...imageSabotages(cache, vendorImage.name),
});

/** Until a person says that it is back; the worker may die meanwhile. */
async function sourceGoesDown(handle: WorkflowHandle): Promise<void> {
  // The worker dies as soon as the build lives, and tells nothing until it is back: its record of crashes does.
  const crashed = () => readFile(join(lab.stateDirectory, 'crashes.log'), 'utf8').catch(() => '');
  await eventually(async () => /\simage\.during/.test(await crashed()), 300);
  mirror.isDown = true;
  // The guest's image is built of packages as well, at the same time, and may have got all of them.
  const isParked = ({ status }: StepProgress) => status === 'parked';
  const isSettled = ({ steps }: Progress) =>
    steps.some((step) => step.id === 'image' && isParked(step)) &&
    steps.some((step) => step.id === 'guest-image' && (isParked(step) || step.status === 'changed'));
  const { steps } = await lab.until(handle, 'parks', isSettled, 300);
  mirror.isDown = false;
  const logPath = expect.stringContaining('/jobs/') as string;
  for (const { id, occurrence, failure } of steps.filter(isParked)) {
    expect([id, failure]).toEqual([id, expect.objectContaining({ code: 'Rejected', logPath })]);
    await lab.resolve(handle, { step: id, occurrence, action: 'retry' });
  }
  await lab.until(handle, 'goes on', ({ phase }) => phase !== 'needs-operator');
}

/**
 * The steps that only such a box has meet their crashes here, and the build of images, during which the package source goes
 * down; those of any other cloud are whole-box.proof.test.ts's.
 */
beforeAll(async () => {
  elsewhere = await ClientNamespace.create(tunnelAddress, '10.78.144.2');
  // Its images are broken here, and other tests stand on theirs.
  cache = await ownCache(['debian-packages', 'temporal']);
  lab = await crashLab({ HOLDFAST_CACHE: cache });
  const own = (await lab.plan(spec)).steps.map(({ id }) => id).filter((id) => id in ownSabotages());
  const commands = ['image.during', 'guest-image.during', 'cinder.schema.during'];
  planned = [...commands, ...seededPart('guests', crashMoments(own, []), 1 / 9)];
  const end = await installThroughCrashes(lab, spec, planned, sourceGoesDown);
  ({ progress: first, crashes } = end);
  // A step that the steps before it made true already applies nothing.
  const applied = first.steps.filter(({ status }) => status === 'changed').map(({ id }) => id);
  planned = planned.filter((moment) => applied.includes(moment.slice(0, moment.lastIndexOf('.'))));
}, 3_600_000);
afterAll(async () => {
  await elsewhere?.remove();
  await lab.dispose(spec.name);
  await rm(cache, { recursive: true });
  vendor.close();
  await mirror.stop();
});

/** Recorded as `name`, where that is asked for; a pace that no guest has makes it bad. */
async function run(name: string, throughputMegabytesMin = 1): Promise<CanaryRun> {
  const { workflow } = await lab.client();
  const args = [{ cloud: `${spec.name}-test`, throughputMegabytesMin, scheduled: false }];
  const start = { workflowId: `canary/${spec.name}-test`, taskQueue, args };
  const handle = await workflow.start('Canary', start);
  const measured = (await handle.result()) as CanaryRun;
  await recordIfAsked(name, handle);
  return measured;
}

/** As the test project's user, by the access files alone. */
async function asUser<T>(work: (client: OpenStackClient) => Promise<T>): Promise<T> {
  const login = await readCloud(accessDirectory(lab.stateDirectory, spec.name), `${spec.name}-test`);
  return withCloud(login, work);
}

const eventually = async (holds: () => Promise<boolean>, seconds: number): Promise<number> => {
  const begun = Date.now();
  while (!(await holds().catch(() => false))) {
    if (Date.now() - begun > seconds * 1000) throw new Error(`Not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return (Date.now() - begun) / 1000;
};

/** Whether a TCP connection is made within a second. */
const isOpen = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1000 });
    const end = (opened: boolean) => () => {
      socket.destroy();
      resolve(opened);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });

interface Guest {
  readonly id: string;
  readonly fixed: string;
  readonly floating: string;
}

/** Active, with a floating IP; on the network named. */
async function boot(client: OpenStackClient, name: string, networkId: string, group: string): Promise<Guest> {
  const [image] = await client.image.images.list({ name: 'holdfast Linux', status: 'active' });
  const flavor = await client.compute.flavors.find({ name: 'SCS-1L-1' });
  const [outside] = await client.network.networks.list({ external: true });
  const { id } = await client.compute.servers.create({
    name,
    imageId: image?.id ?? '',
    flavorId: flavor?.id ?? '',
    networks: [{ networkId }],
    keyName: 'guests',
    securityGroups: [group],
  });
  await client.compute.servers.waitFor(id, 'ACTIVE', { timeoutSeconds: 300 });
  const [port] = await client.network.ports.list({ deviceId: id });
  const { floatingIpAddress: floating } = await client.network.floatingIps.create({
    floatingNetworkId: outside?.id ?? '',
    portId: port?.id ?? '',
  });
  return { id, fixed: port?.fixedIps[0]?.ipAddress ?? '', floating };
}

async function shellOf({ floating }: Guest): Promise<GuestShell> {
  let shell: GuestShell | undefined;
  await eventually(async () => {
    shell = await openGuestShell(
      { address: floating, user: 'root', privateKey: key.privateKey, hostKeys: [] },
      20,
    );
    return true;
  }, 180);
  if (shell === undefined) throw new Error('No shell');
  return shell;
}

const reaches = async (shell: GuestShell, address: string): Promise<boolean> =>
  (await shell.run(`ping -c 3 -w 8 ${address}`)).exitCode === 0;

test('the install ends with a guest that a plain user logged in to from outside', async () => {
  expect(first.steps.filter(({ status }) => status !== 'changed' && status !== 'same')).toEqual([]);
  const proof = first.steps.find(({ id }) => id === 'hypervisor');
  expect(proof?.detail).toMatch(/^(KVM|emulation): a guest ran after [\d.]+ s/);
  const path = join(lab.stateDirectory, 'boxes', spec.name, 'evidence.json');
  const { canary } = JSON.parse(await readFile(path, 'utf8')) as Evidence;
  const phases = canary.map(({ phase }) => phase);
  for (const phase of [
    'ping',
    'ssh',
    'user-data',
    'metadata',
    'dns',
    'egress',
    'throughput-out',
    'throughput-in',
    'volume',
  ])
    expect(phases).toContain(phase);
});

test('the worker was killed in steps that only such a box has, and no command met another', async () => {
  expect(planned.filter((moment) => !crashes.includes(moment))).toEqual([]);
  expect(planned.length).toBeGreaterThan(6);
  expect(overlapsOf(await journalIntervals(spec.name))).toEqual([]);
});

test('an image that the spec names by URL and digest is offered to everybody', async () => {
  const found = await asUser(({ image }) => image.images.list({ name: vendorImage.name }));
  const hash = createHash('sha512').update(disk).digest('hex');
  expect(found).toMatchObject([
    { status: 'active', visibility: 'public', hash, properties: { os_distro: 'others' } },
  ]);
});

test('a box without servers of anybody is as it was before its canary', async () => {
  expect((await lab.drift(spec.name)).steps.filter(({ verdict }) => verdict !== 'same')).toEqual([]);
});

// Before the servers of the tests below: they show that it is repaired.
test('what only guests, volumes and the dashboard need is broken, named by drift and repaired', async () => {
  const target = { spec, stateDirectory: lab.stateDirectory };
  const known = { ...sabotages, ...wholeSabotages, ...ownSabotages() };
  expect(first.steps.filter(({ id, status }) => status === 'changed' && !(id in known))).toEqual([]);
  // Apart: files on this machine, on which nearly everything stands, and what any restart of nova-compute mends as well.
  const apart = Object.keys(ownSabotages()).filter((id) =>
    /^(guest-image|image-file\.|nova\.events)/.test(id),
  );
  const rest = Object.keys(ownSabotages()).filter((id) => !apart.includes(id));
  for (const steps of seededPart('guests sabotage', [apart, rest], 1 / 2))
    await breakAndRepair(lab, target, ownSabotages(), steps);
}, 900_000);

test('the dashboard that box show names lets in the plain user alone, and shows the project', async () => {
  const { stdout } = await lab.run('cli.js', ['box', 'show', spec.name, '--json']);
  const { dashboard } = JSON.parse(stdout) as { dashboard: string };
  const folder = accessDirectory(lab.stateDirectory, spec.name);
  const { username, password, domain } = await readCloud(folder, `${spec.name}-test`);
  // It trusts the box's authority and no other: a page that it shows came over a connection that this vouches for.
  const { page, troubles, close } = await openBrowser(join(folder, 'ca.pem'));
  try {
    await page.goto(dashboard);
    expect(await isStyled(page)).toBe(true);
    await logIn(page, { domain, username, password: `${password}x` });
    expect(await page.textContent('form')).toContain('Invalid credentials');
    await logIn(page, { domain, username, password });
    expect(await page.textContent('.context-project')).toBe('test');
    expect(await namesListed(page, 'networks')).toContain('test');
    expect(await namesListed(page, 'images')).toContain(guestImageName);
    expect(await isStyled(page)).toBe(true);
    await logOut(page);
    await page.goto(`${dashboard}project/`);
    expect(page.url()).toContain('/auth/login/');
    expect(troubles).toEqual([]);
  } finally {
    await close();
  }
});

let one: Guest;
let other: Guest;
let shell: GuestShell;

test('servers reach each other on one network, by floating IPs too, and on two networks through a router alone', async () => {
  await asUser(async (client) => {
    const { network } = client;
    await client.compute.keypairs.create({ name: 'guests', publicKey: key.publicKey });
    const { id: securityGroupId } = await network.securityGroups.create({ name: 'guests' });
    const rule = { securityGroupId, direction: 'ingress' } as const;
    await network.securityGroupRules.create({ ...rule, protocol: 'icmp' });
    await network.securityGroupRules.create({ ...rule, protocol: 'tcp', portRangeMin: 22, portRangeMax: 22 });
    const mine = (await network.networks.list({ name: 'test' }))[0];
    one = await boot(client, 'one', mine?.id ?? '', securityGroupId);
    other = await boot(client, 'other', mine?.id ?? '', securityGroupId);
    shell = await shellOf(one);
    await eventually(() => reaches(shell, other.fixed), 120);
    await eventually(() => reaches(shell, other.floating), 30);
    expect(await reaches(shell, one.floating)).toBe(true);

    const { id: networkId } = await network.networks.create({ name: 'far' });
    const subnet = await network.subnets.create({ name: 'far', networkId, cidr: '192.168.210.0/24' });
    expect(await reaches(shell, '192.168.210.1')).toBe(false);
    const [router] = await network.routers.list({ name: 'test' });
    await network.routers.addInterface(router?.id ?? '', { subnetId: subnet.id });
    // The far network's first address is the router's, once it is joined.
    await eventually(() => reaches(shell, '192.168.210.1'), 30);
  });
}, 900_000);

test('the console tab of the dashboard shows the screen of a guest', async () => {
  const folder = accessDirectory(lab.stateDirectory, spec.name);
  const { page, troubles, close } = await openBrowser(join(folder, 'ca.pem'));
  try {
    await page.goto(`https://${spec.networks.management.address}/`);
    await logIn(page, await readCloud(folder, `${spec.name}-test`));
    expect(await consoleStatus(page, one.id)).toContain('Connected');
    expect(troubles).toEqual([]);
  } finally {
    await close();
  }
});

test('a machine elsewhere logs in to a guest at its floating IP, through its tunnel alone', async () => {
  const hostName = () => logInThere(elsewhere, key.privateKey, one.floating, 'hostname');
  expect((await hostName()).exitCode).toBe(255);
  const configuration = join(lab.stateDirectory, 'laptop.conf');
  await lab.run('cli.js', ['box', 'add-client', spec.name, 'laptop', '--to', configuration, '-q']);
  const recipe = (await installSteps(spec, cache)).find(({ id }) => id === 'image')?.apply?.args as ImageArgs;
  await elsewhere.openTunnel(configuration, join(await newestImage(cache, recipe.recipe), 'root'));
  await eventually(async () => (await hostName()).stdout === 'one', 60);
  // What this machine serves on all of its addresses, of which the floating IPs' first is one, and what the box does.
  const everywhere = createServer((_, answer) => answer.end('here')).listen(0, '0.0.0.0');
  await once(everywhere, 'listening');
  const { port } = everywhere.address() as AddressInfo;
  const gateway = one.floating.replace(/\d+$/, '1');
  expect(await (await fetch(`http://${gateway}:${port}`)).text()).toBe('here');
  expect(await webStatusThere(elsewhere, `http://${gateway}:${port}`)).toBe('000');
  expect(await webStatusThere(elsewhere, `http://${spec.networks.management.address}:22`)).toBe('000');
  everywhere.close();
}, 300_000);

test('box show counts what the servers take, and every service of the box runs', async () => {
  const { stdout } = await lab.run('cli.js', ['box', 'show', spec.name, '--json']);
  const { state } = JSON.parse(stdout) as BoxDetails;
  expect(state).toMatchObject({ isOn: true, failedUnits: [], capacity: { processors: { used: 2 } } });
  expect(state?.services.filter(({ state: now }) => now !== 'running')).toEqual([]);
  expect(state?.memoryBytes).toBeGreaterThan(2 ** 30);
});

test('a rule of a security group opens and closes a port within ten seconds', async () => {
  await shell.run('(while :; do echo here | nc -l -p 8080; done) > /dev/null 2>&1 &');
  expect(await isOpen(one.floating, 8080)).toBe(false);
  await asUser(async ({ network }) => {
    const [group] = await network.securityGroups.list({ name: 'guests' });
    const port = { protocol: 'tcp', portRangeMin: 8080, portRangeMax: 8080 } as const;
    const rule = await network.securityGroupRules.create({
      securityGroupId: group?.id ?? '',
      direction: 'ingress',
      ...port,
    });
    expect(await eventually(() => isOpen(one.floating, 8080), 10)).toBeLessThan(10);
    await network.securityGroupRules.delete(rule.id);
    expect(await eventually(async () => !(await isOpen(one.floating, 8080)), 10)).toBeLessThan(10);
  });
});

test('the link of a guest that the switch left down is brought up', async () => {
  const host = boxHost(spec.name);
  const links = await host.output(['sh', '-c', 'virsh domiflist $(virsh list --name | head -n 1)']);
  const link = /tap\S+/.exec(links)?.[0] ?? '';
  const isUp = async () => (await host.output(['ip', '-brief', 'link', 'show', link])).includes(',UP');
  expect(await isUp()).toBe(true);
  // As if the switch had written the flags that it read before libvirt set them.
  await host.output(['ip', 'link', 'set', link, 'down']);
  await eventually(isUp, 10);
});

test('after a restart of the box its guests answer, and their volumes hold what they held, without hands', async () => {
  const volume = await asUser(async ({ blockStorage: { volumes }, compute: { servers } }) => {
    const { id } = await volumes.create({ name: 'kept', sizeGigabytes: 1 });
    await volumes.waitFor(id, 'available', { timeoutSeconds: 60 });
    await servers.attachVolume(one.id, id);
    return volumes.waitFor(id, 'in-use', { timeoutSeconds: 60 });
  });
  const disk = volume.attachments[0]?.device ?? '';
  await eventually(async () => (await shell.run(`test -b ${disk}`)).exitCode === 0, 30);
  await shell.run(`echo kept | dd of=${disk} bs=512 conv=sync,fsync`);
  await boxHost(spec.name).run(['systemctl', 'poweroff']);
  await eventually(async () => (await supervisorOf(spec.name)) === null, 120);
  expect((await lab.install(spec)).phase).toBe('done');
  await eventually(() => isOpen(one.floating, 22), 180);
  await eventually(() => isOpen(other.floating, 22), 60);
  shell = await shellOf(one);
  expect((await shell.run(`head -n 1 ${disk}`)).stdout).toContain('kept');
}, 900_000);

test('a canary is busy while the box is changed, bad with the console of its guest, and good', async () => {
  const held = { target: spec.name, nonce: 'held', namespace: 'default', workflowId: 'upgrade-box/held' };
  const lease = await take({ ...held, takeOver: false }, () => Promise.resolve(0));
  const busy = await run('canary/canary-busy');
  if (lease.outcome === 'taken') await giveBack(spec.name, lease.epoch);
  expect(busy).toMatchObject({
    result: 'busy',
    heldBy: expect.stringContaining('upgrade-box/held') as string,
  });

  const bad = await run('canary/canary-bad', 100_000);
  expect(bad).toMatchObject({ result: 'bad', failedPhase: 'throughput-out' });
  expect(bad.consoleTail).toMatch(/login|dropbear|ssh/i);
  const mounts = async () => (await boxHost(spec.name).output(['wc', '-l', '/proc/self/mountinfo'])).trim();
  const before = await mounts();
  expect((await run('canary/canary-good')).result).toBe('good');
  expect(await mounts()).toBe(before);
  const page = join(lab.stateDirectory, 'canary.html');
  await lab.run('cli.js', ['canary', 'report', `${spec.name}-test`, '--output', page]);
  expect(await readFile(page, 'utf8')).toContain('What failed, newest first');
}, 900_000);
