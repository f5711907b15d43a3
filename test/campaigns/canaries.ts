// SPDX-License-Identifier: Apache-2.0
// Canaries one after another, then some at once, in one box: all are good, and nothing that one made is left behind.
import { boxHost } from '../../activities/hosts/host.ts';
import { query } from '../../activities/clients/postgres/sql.ts';
import { defaultServices, type BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import { testCloudOf, type CanaryRun } from '../../workflows/contracts/canary/canary.ts';
import { taskQueue } from '../../workflows/contracts/run/messages.ts';
import { asAdministrator } from '../proofs/sabotage/sabotages.ts';
import { Lab, labSpec } from '../system/lab.ts';
import { openLedger } from './ledger.ts';

const name = 'campaign-canaries';
const host = boxHost(name);
const cloud = testCloudOf(name);

/** The older release takes no volumes. */
const specOf = (release: string): BoxSpec =>
  labSpec(name, 45, {
    release,
    hypervisor: 'auto',
    seeds: {},
    services: release === 'debian-12' ? [...defaultServices] : [...defaultServices, 'volume'],
  });

/** By name of what is counted. */
type Counts = Readonly<Record<string, number>>;

/** `rounds` one after another, then `atOnce` together. Returns how many runs were bad, and one for a leak. */
export async function canariesCampaign(rounds: number, atOnce: number, release: string): Promise<number> {
  const spec = specOf(release);
  const ledger = await openLedger('canaries');
  const lab = await Lab.create();
  try {
    await lab.install(spec);
    const before = await counts(lab, spec);
    let bad = 0;
    const told = async (runs: readonly CanaryRun[]): Promise<void> => {
      for (const { result, seconds, failedPhase, failure, phases } of runs) {
        if (result === 'bad') bad += 1;
        await ledger.append({ result, seconds, failedPhase, phases });
        const cause = failedPhase === undefined ? '' : `: ${failedPhase}, ${failure?.message ?? ''}`;
        console.log(`${result} after ${seconds.toFixed(1)} s${cause}`);
      }
    };
    for (let round = 1; round <= rounds; round += 1) await told([await run(lab, 'alone')]);
    const together = Array.from({ length: atOnce }, (_, index) => run(lab, `together-${index}`));
    await told(await Promise.all(together));
    const after = await counts(lab, spec);
    const leaks = Object.keys(before).filter((what) => before[what] !== after[what]);
    await ledger.append({ release, rounds, atOnce, bad, before, after });
    console.log(`${rounds} in a row and ${atOnce} at once: ${bad} bad`, { before, after });
    return bad + (leaks.length > 0 ? 1 : 0);
  } finally {
    await lab.dispose(spec.name);
  }
}

/** The operation itself has one id per cloud, so that two never meet; here they are to meet. */
async function run(lab: Lab, lane: string): Promise<CanaryRun> {
  const { workflow } = await lab.client();
  const args = [{ cloud, throughputMegabytesMin: 1, scheduled: false }];
  return (await workflow.execute('Canary', {
    workflowId: `canary/${cloud}/${lane}`,
    taskQueue,
    args,
  })) as CanaryRun;
}

/** Of all projects, as an administrator sees them, and in the box's namespaces and files. */
async function counts(lab: Lab, spec: BoxSpec): Promise<Counts> {
  const target = { spec, stateDirectory: lab.stateDirectory };
  const seen = await asAdministrator(target, async ({ compute, network }) => {
    const lists = {
      servers: compute.servers.list({ allProjects: true }),
      ports: network.ports.list(),
      networks: network.networks.list(),
      routers: network.routers.list(),
      'floating IPs': network.floatingIps.list(),
      'security groups': network.securityGroups.list(),
    };
    const lengths = Object.entries(lists).map(async ([name, list]) => [name, (await list).length] as const);
    return Object.fromEntries(await Promise.all(lengths));
  });
  const inside = async (script: string) => Number(await host.output(['sh', '-c', script]));
  return {
    ...seen,
    mounts: await inside('wc -l < /proc/self/mountinfo'),
    namespaces: await inside('ip netns list | wc -l'),
    // The image that servers share stays, as Nova's cache.
    'disk files': await inside('find /var/lib/nova/instances -type f | wc -l'),
    domains: await inside('virsh list --all --name | grep -c . || true'),
    ...(spec.services.includes('volume') && {
      'volume files': await inside('find /var/lib/cinder/share -type f | wc -l'),
      volumes: Number(
        (await query(host, 'cinder', 'SELECT count(*) FROM volumes WHERE NOT deleted'))[0]?.[0],
      ),
    }),
  };
}
