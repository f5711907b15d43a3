// SPDX-License-Identifier: Apache-2.0
// Nova: its API database, cell0, one cell, their schemas, its programs, its hosts.
import { loginPluginPath } from '../../contracts/credentials/credential.ts';
import { effect } from '../../ports/index.ts';
import type { FileArgs, HeartbeatArgs } from '../../ports/host.ts';
import { hypervisorFiles } from './hypervisor-files.ts';
import { metadataAgentFiles } from '../neutron/files.ts';
import { novaFiles } from './files.ts';
import { screenFiles } from './console-files.ts';
import type { BoxPlan } from '../plan.ts';
import { fileCalls, schemaStep, unitStep, type Steps } from '../calls.ts';
import { healthUrlOf } from '../neutron/steps.ts';

/** Long: Nova is six steps of records and five programs. */
/** What each program of Nova needs before it starts. */
const standsOn = ['nova.schema', 'nova.cell1', 'rabbitmq.users', 'credentials.files'];

export function novaSteps(plan: BoxPlan): Steps {
  const { box, profile } = plan;
  const files = novaFiles(plan);
  const cells = {
    box,
    cell0: { databaseUrl: plan.databaseUrl('nova', 'nova_cell0') },
    cell: {
      name: 'cell1',
      database: 'nova_cell1',
      databaseUrl: plan.databaseUrl('nova', 'nova_cell1'),
      brokerUrl: plan.brokerUrl('nova'),
    },
  };
  const hosts = { box, cellDatabase: 'nova_cell1', hosts: [box] };
  const hypervisors = [hypervisorFiles(plan).qemu];
  const program = (name: string) =>
    unitStep(plan, { unit: `${name}.service`, files, pairs: ['nova'], reads: [loginPluginPath] });
  // Both log in to Keystone and ask Placement when they start, and end at once when they cannot.
  const daemons = [...standsOn, 'placement.service'];
  return {
    'nova.config': { title: 'Nova configured', after: ['boot', 'secrets'], ...fileCalls(box, files) },
    'nova.api-schema': {
      title: 'Nova API schema at its head',
      after: ['postgres.databases', 'nova.config', 'certificates'],
      ...schemaStep(plan, profile.drivers.nova, 'api-schema'),
    },
    'nova.cell0': {
      title: 'Cell 0 mapped',
      profile: 'command',
      exclusive: ['db:nova'],
      ...effect('observeCell0', 'mapCell0', cells),
    },
    'nova.schema': {
      title: 'Nova schema of both cells at its head',
      ...schemaStep(plan, profile.drivers.nova),
    },
    'nova.cell1': {
      title: 'Cell 1 mapped',
      profile: 'command',
      exclusive: ['db:nova'],
      ...effect('observeCell', 'ensureCell', cells),
    },
    'nova.conductor': { title: 'Nova conductor running', after: daemons, ...program('nova-conductor') },
    'nova.scheduler': {
      title: 'Nova scheduler running',
      after: daemons,
      ...program('nova-scheduler'),
    },
    'nova.service': {
      title: 'Nova answering',
      after: standsOn,
      ...unitStep(plan, {
        unit: profile.apis.compute.unit,
        files,
        pairs: ['nova'],
        reads: [loginPluginPath],
        healthUrl: healthUrlOf(plan, 'compute'),
      }),
    },
    ...(plan.hasGuests && guestSteps(plan, files)),
    'nova.compute': {
      title: 'Nova compute running',
      after: [
        'nova.conductor',
        'placement.service',
        'neutron.service',
        ...(plan.hasGuests ? ['libvirt', 'nova.hypervisor'] : []),
      ],
      ...unitStep(plan, {
        unit: 'nova-compute.service',
        files: plan.hasGuests ? [...files, ...hypervisors] : files,
        pairs: ['nova'],
        reads: [loginPluginPath],
        heartbeat: computeHeartbeat(plan),
      }),
    },
    'nova.hosts': {
      after: ['nova.compute', 'nova.conductor', 'nova.scheduler'],
      title: 'Compute hosts known and up',
      settleSeconds: 90,
      profile: 'command',
      exclusive: ['db:nova'],
      ...effect('observeComputeHosts', 'discoverComputeHosts', hosts),
    },
    ...(lastHostStep(plan) === 'nova.events' && eventSteps(plan)),
  };
}

/**
 * While it starts, nova-compute sets every server in ERROR that waits for this host; it joins the group of services, and is seen
 * there, once it has begun to take work.
 * @source nova.compute.manager's _error_out_instances_whose_build_was_interrupted; join() at the end of nova.service's start().
 *   Seen: a server asked for within 7 s of a restart ended in ERROR, without a fault
 */
const computeHeartbeat = ({ box }: BoxPlan): HeartbeatArgs => ({
  database: 'nova_cell1',
  statement:
    "SELECT extract(epoch FROM last_seen_up AT TIME ZONE 'utc') FROM services " +
    `WHERE deleted = 0 AND "binary" = 'nova-compute' AND host = '${box}'`,
});

/** Behind it compute hosts are all that a server needs. */
export const lastHostStep = ({ hasGuests, profile }: BoxPlan): 'nova.events' | 'nova.hosts' =>
  hasGuests && profile.compute.hasIdentityFile ? 'nova.events' : 'nova.hosts';

/**
 * On a new host Nova opens libvirt, to look for guests of a stranger, before it registers the loop of libvirt's events: that
 * process is never told of a guest's end, and waits its full 20 s for each volume that leaves one. Its first start writes
 * the host's identity; one that began after it has the loop first.
 */
const eventSteps = (plan: BoxPlan): Steps => ({
  'nova.events': {
    title: 'Nova told of its guests',
    after: ['nova.hosts'],
    ...unitStep(plan, {
      unit: 'nova-compute.service',
      files: [],
      reads: ['/var/lib/nova/compute_id'],
      heartbeat: computeHeartbeat(plan),
    }),
  },
});

/** What a real guest needs beside Nova's programs: libvirt, and the way to its metadata. */
function guestSteps(plan: BoxPlan, files: readonly FileArgs[]): Steps {
  const { box, profile } = plan;
  const { metadata, metadataAgent, console } = profile.guests;
  const hypervisor = { box, files: hypervisorFiles(plan) };
  const agentFiles = metadataAgentFiles(plan);
  const screens = screenFiles(plan);
  return {
    'libvirt.config': {
      title: 'Screens of guests kept for Nova',
      after: ['boot'],
      ...fileCalls(box, screens),
    },
    libvirt: {
      title: 'libvirt running',
      ...unitStep(plan, { unit: 'libvirtd.service', files: screens }),
    },
    'nova.hypervisor': {
      title: 'Nova set for the hypervisor',
      after: ['nova.config'],
      ...effect('observeHypervisorFile', 'writeHypervisorFile', hypervisor),
    },
    'nova.metadata': {
      title: 'Metadata of servers answering',
      after: standsOn,
      ...unitStep(plan, {
        unit: metadata.unit,
        files,
        pairs: ['nova'],
        reads: [loginPluginPath],
        healthUrl: `http://127.0.0.1:${metadata.backendPort}${metadata.healthPath}`,
      }),
    },
    'nova.console': {
      title: 'Consoles of guests answering',
      after: standsOn,
      ...unitStep(plan, {
        unit: console.unit,
        files,
        pairs: ['nova'],
        healthUrl: `http://127.0.0.1:${console.backendPort}${console.page}`,
      }),
    },
    'neutron.metadata-config': {
      title: 'Agent of metadata configured',
      after: ['boot', 'secrets'],
      ...fileCalls(box, agentFiles),
    },
    'neutron.metadata-agent': {
      title: 'Agent of metadata running',
      // Its unit wants Keystone's: see simpleSteps.
      after: ['neutron.metadata-config', 'ovn.settings', 'neutron.config', 'keystone.service'],
      ...unitStep(plan, { unit: metadataAgent.unit, files: agentFiles }),
    },
  };
}
