// SPDX-License-Identifier: Apache-2.0
// Makes Nova's API know the compute hosts that registered in a cell. Starts none.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { HostsArgs, NovaPort } from '../../workflows/ports/cloud/nova.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { literal, query } from '../clients/postgres/sql.ts';
import { pause, applying, observing, settleLiveJobs } from '../step-scope.ts';
import { runToSuccess } from '../run-command.ts';

/** How long a host that just started may take to register, seconds. @source 8 s seen beside a busy neighbour */
const registerSecondsMax = 60;

export function computeHostActivities({
  inside,
}: Clients): Pick<NovaPort, 'observeComputeHosts' | 'discoverComputeHosts'> {
  return {
    observeComputeHosts: observing(async (args, scope) => {
      const host = inside(args.box);
      if (scope.context.epoch > 0) await settleLiveJobs(host, scope, scope.key);
      const mapped = new Set((await query(host, 'nova_api', 'SELECT host FROM host_mappings')).flat());
      const registered = await registeredHosts(host, args);
      const missing = args.hosts.flatMap((name) => {
        if (mapped.has(name) && registered.has(name)) return [];
        const have = registered.has(name) ? 'registered, not mapped' : 'not registered';
        return [{ what: `compute host ${name}`, have, want: 'mapped' }];
      });
      if (missing.length > 0) return missing;
      return [...(await silentServices(host, args)), ...(await withdrawnServices(host, args))];
    }),
    discoverComputeHosts: applying(async (args, scope) => {
      const host = inside(args.box);
      // A discovery is a snapshot: one that comes before the host finds nothing.
      const deadline = Date.now() + registerSecondsMax * 1000;
      while (!(await areRegistered(host, args)) && Date.now() < deadline && !scope.signal.aborted)
        await pause(500);
      await areTakenBack(host, args, scope.signal);
      // By service: a compute node that was mapped once is passed over otherwise, though its mapping is gone.
      const argv = ['nova-manage', 'cell_v2', 'discover_hosts', '--by-service', '--verbose'];
      await runToSuccess(host, scope, { argv, user: 'nova' });
      return undefined;
    }),
  };
}

/** @source nova's service_down_time: after it the scheduler passes a service over */
const downSeconds = 60;

/** Those that report as long as they live; an API enters itself once and is silent ever after. */
const reporting = ['nova-compute', 'nova-conductor', 'nova-scheduler'].map(literal).join(', ');

/** Programs of the hosts that did not report for so long: a box that was off is not yet back when its units are. */
async function silentServices(host: Host, { cellDatabase, hosts }: HostsArgs): Promise<Difference[]> {
  const names = hosts.map(literal).join(', ');
  const rows = await query(
    host,
    cellDatabase,
    `SELECT host, "binary" FROM services WHERE deleted = 0 AND host IN (${names}) AND "binary" IN (${reporting})
      AND coalesce(updated_at, created_at) < (now() AT TIME ZONE 'utc') - interval '${downSeconds} seconds'`,
  );
  return rows.map(([name = '', program = '']) => ({
    what: `${program} on ${name}`,
    have: `silent for more than ${downSeconds} s`,
    want: 'reports',
  }));
}

/** @source nova.compute.driver's update_resources: once a minute Nova asks libvirt, and takes back a host that answers */
const takenBackSecondsMax = 90;

/** Nova itself disables a host whose libvirt went away, and starts nothing there; what a person disabled is left alone. */
async function withdrawnServices(host: Host, { cellDatabase, hosts }: HostsArgs): Promise<Difference[]> {
  const names = hosts.map(literal).join(', ');
  const rows = await query(
    host,
    cellDatabase,
    `SELECT host, disabled_reason FROM services WHERE deleted = 0 AND host IN (${names}) AND "binary" = 'nova-compute'
      AND disabled AND disabled_reason LIKE 'AUTO:%'`,
  );
  return rows.map(([name = '', reason = '']) => ({
    what: `nova-compute on ${name}`,
    have: `disabled, ${reason}`,
    want: 'enabled',
  }));
}

async function areTakenBack(host: Host, args: HostsArgs, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + takenBackSecondsMax * 1000;
  while ((await withdrawnServices(host, args)).length > 0 && Date.now() < deadline && !signal.aborted)
    await pause(1000);
}

async function areRegistered(host: Host, args: HostsArgs): Promise<boolean> {
  const registered = await registeredHosts(host, args);
  return args.hosts.every((name) => registered.has(name));
}

async function registeredHosts(host: Host, { cellDatabase, hosts }: HostsArgs): Promise<Set<string>> {
  const names = hosts.map(literal).join(', ');
  const statement = `SELECT host FROM compute_nodes WHERE deleted = 0 AND host IN (${names})`;
  return new Set((await query(host, cellDatabase, statement)).flat());
}
