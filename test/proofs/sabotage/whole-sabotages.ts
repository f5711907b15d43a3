// SPDX-License-Identifier: Apache-2.0
// By step id: how to break what only a whole box has. Repairs nothing; the next install does.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { query } from '../../../activities/clients/postgres/sql.ts';
import { guestImageName } from '../../../workflows/contracts/box/guest-image.ts';
import { seedImage } from '../../../workflows/box/seeds/steps.ts';
import { loginPluginPath } from '../../../workflows/contracts/credentials/credential.ts';
import { asAdministrator, inside, shell, type Sabotage, type Target } from './sabotages.ts';

const stop = (...units: string[]): Sabotage => ({
  break: (target) => shell(target, `systemctl stop ${units.join(' ')}`),
});

/** A line of a program's file; its unit has to be restarted too. */
const edit = (path: string, ...alsoDiffer: string[]): Sabotage => ({
  alsoDiffer,
  break: (target: Target) => shell(target, `echo '# by hand' >> ${path}`),
});

/** The programs stand still meanwhile: one that lost its tables under its feet is another fault than a lost schema. */
const emptied = (database: string, role: string, units: string, ...alsoDiffer: string[]): Sabotage => ({
  alsoDiffer,
  break: async (target) => {
    await shell(target, `systemctl stop ${units}`);
    await query(inside(target), 'postgres', `DROP DATABASE ${database} WITH (FORCE)`);
    await query(inside(target), 'postgres', `CREATE DATABASE ${database} OWNER ${role} TEMPLATE template0`);
  },
});

const cells = (statement: string): Sabotage => ({
  break: (target) => query(inside(target), 'nova_api', `UPDATE cell_mappings ${statement}`),
});
const cell0 = "uuid = '00000000-0000-0000-0000-000000000000'";

const novaUnits = 'nova-api nova-conductor nova-scheduler nova-compute';
const neutronPrograms = ['neutron.service', 'neutron.rpc', 'neutron.maintenance'];
const programs = ['nova.conductor', 'nova.scheduler', 'nova.service', 'nova.compute'];

export const wholeSabotages: Readonly<Record<string, Sabotage>> = {
  'rabbitmq.config': edit('/etc/rabbitmq/rabbitmq.conf', 'rabbitmq.service'),
  'rabbitmq.service': stop('rabbitmq-server'),
  'rabbitmq.users': { break: (target) => shell(target, 'rabbitmqctl --silent clear_permissions nova') },
  'keystone.users': {
    break: (target) =>
      asAdministrator(target, async ({ identity }) => {
        const user = await identity.users.find({ name: 'neutron', domainId: 'default' });
        const project = await identity.projects.find({ name: 'service', domainId: 'default' });
        const role = await identity.roles.find({ name: 'service' });
        const [roleId, userId, projectId] = [role?.id ?? '', user?.id ?? '', project?.id ?? ''];
        await identity.roleAssignments.unassign({ roleId, userId, projectId });
      }),
  },
  'login-plugin': edit(loginPluginPath),
  credentials: {
    break: (target) =>
      asAdministrator(target, async ({ identity }) => {
        const user = await identity.users.find({ name: 'placement', domainId: 'default' });
        const userId = user?.id ?? '';
        for (const { id } of await identity.applicationCredentials.list(userId))
          await identity.applicationCredentials.delete(userId, id);
      }),
  },
  'credentials.files': { break: (target) => shell(target, 'rm /etc/holdfast/credentials/nova.json') },
  'glance.config': edit('/etc/glance/glance-api.conf', 'glance.service'),
  'glance.schema': emptied('glance', 'glance', 'glance-api', 'glance.service', 'glance.metadefs'),
  'glance.metadefs': {
    break: (target) =>
      query(
        inside(target),
        'glance',
        "UPDATE metadef_namespaces SET namespace = 'of somebody' WHERE namespace = 'OS::Compute::CPUPinning'",
      ),
  },
  'glance.service': stop('glance-api'),
  'placement.config': edit('/etc/placement/placement.conf', 'placement.service'),
  'placement.schema': emptied('placement', 'placement', 'placement-api', 'placement.service'),
  'placement.service': stop('placement-api'),
  'ovn.switch': {
    alsoDiffer: ['ovn.settings', 'ovn.host'],
    break: stop('openvswitch-switch', 'ovs-vswitchd').break,
  },
  'ovn.central': { ...stop('ovn-central', 'ovn-ovsdb-server-nb', 'ovn-ovsdb-server-sb', 'ovn-northd') },
  'ovn.host': stop('ovn-host', 'ovn-controller'),
  'ovn.settings': {
    break: (target) => shell(target, 'ovs-vsctl set open . external-ids:ovn-encap-type=vxlan'),
  },
  'neutron.config': edit('/etc/neutron/neutron.conf', ...neutronPrograms),
  'neutron.schema': emptied(
    'neutron',
    'neutron',
    'neutron-api neutron-rpc-server neutron-ovn-maintenance-worker',
    ...neutronPrograms,
  ),
  'neutron.rpc': stop('neutron-rpc-server'),
  'neutron.maintenance': stop('neutron-ovn-maintenance-worker'),
  'neutron.service': stop('neutron-api'),
  'nova.config': edit('/etc/nova/nova.conf', ...programs),
  'nova.api-schema': emptied('nova_api', 'nova', novaUnits, 'nova.cell0', 'nova.cell1', ...programs),
  'nova.cell0': cells(`SET database_connection = 'postgresql://elsewhere/nova_cell0' WHERE ${cell0}`),
  'nova.schema': emptied('nova_cell1', 'nova', novaUnits, ...programs),
  'nova.cell1': cells(`SET transport_url = 'rabbit://elsewhere:5671/' WHERE NOT ${cell0}`),
  'nova.conductor': stop('nova-conductor'),
  'nova.scheduler': stop('nova-scheduler'),
  'nova.service': stop('nova-api'),
  'nova.compute': stop('nova-compute'),
  'nova.hosts': { break: (target) => query(inside(target), 'nova_api', 'DELETE FROM host_mappings') },
  'seeds.flavors': {
    break: (target) =>
      asAdministrator(target, async ({ compute: { flavors } }) => {
        await flavors.delete('SCS-1V-2');
        await flavors.create({ name: 'SCS-1V-2', id: 'by-hand', vcpus: 1, ram: 1024, disk: 0 });
      }),
  },
  'seeds.image': {
    break: (target) =>
      asAdministrator(target, async ({ image: { images } }) => {
        // A box with guests has one that boots, another the message of a fake hypervisor.
        const [found] = [
          ...(await images.list({ name: guestImageName })),
          ...(await images.list({ name: seedImage })),
        ];
        await images.update(found?.id ?? '', { properties: { replace_frequency: 'daily' } });
      }),
  },
  'seeds.users': {
    break: (target) =>
      asAdministrator(target, async ({ identity }) => {
        const domain = await identity.domains.find({ name: 'test' });
        const user = await identity.users.find({ name: 'test', domainId: domain?.id ?? '' });
        await identity.users.setPassword(user?.id ?? '', 'changed-by-hand');
      }),
  },
  'seeds.default-rules': {
    break: (target) =>
      asAdministrator(target, ({ network }) =>
        network.defaultSecurityGroupRules.create({
          direction: 'ingress' as const,
          ethertype: 'IPv4' as const,
          remoteIpPrefix: '0.0.0.0/0' as const,
          usedInDefaultSg: true,
          usedInNonDefaultSg: false,
        }),
      ),
  },
  'seeds.network': {
    break: (target) =>
      asAdministrator(target, async ({ network: { routers, ports } }) => {
        const router = await routers.find({ name: 'test' });
        const all = await ports.list({ deviceId: router?.id ?? '' });
        // A router with a way outside has a port there as well, in no order.
        const port = all.find(({ deviceOwner }) => deviceOwner === 'network:router_interface');
        await routers.removeInterface(router?.id ?? '', { portId: port?.id ?? '' });
      }),
  },
  'seeds.quotas': {
    break: (target) =>
      asAdministrator(target, async ({ identity, compute }) => {
        const domain = await identity.domains.find({ name: 'test' });
        const project = await identity.projects.find({ name: 'test', domainId: domain?.id ?? '' });
        await compute.quotaSets.update(project?.id ?? '', { instances: 1 });
      }),
  },
  canary: {
    break: ({ spec, stateDirectory }) => rm(join(stateDirectory, 'boxes', spec.name, 'canary.json')),
  },
};

/** Nothing but themselves differs when they are broken together. */
export const aloneDiffering: readonly string[] = [
  'seeds.flavors',
  'seeds.quotas',
  'nova.cell1',
  'rabbitmq.users',
];

/** The others, broken together: those whose breaking hides another's stand apart. */
export const wholeBatches: readonly (readonly string[])[] = [
  ['keystone.users', 'credentials', 'credentials.files', 'glance.metadefs', 'nova.cell0', 'ovn.settings'],
  ['seeds.image', 'seeds.users', 'seeds.default-rules', 'seeds.network', 'nova.hosts', 'canary'],
  ['login-plugin', 'rabbitmq.config', 'glance.config', 'placement.config', 'neutron.config', 'nova.config'],
  [
    'rabbitmq.service',
    'glance.service',
    'placement.service',
    'neutron.rpc',
    'neutron.maintenance',
    'neutron.service',
    'nova.conductor',
    'nova.scheduler',
    'nova.service',
    'nova.compute',
    'ovn.host',
    'ovn.central',
    'ovn.switch',
  ],
  ['glance.schema', 'placement.schema', 'neutron.schema', 'nova.api-schema', 'nova.schema'],
];
