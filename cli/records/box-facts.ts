// SPDX-License-Identifier: Apache-2.0
// What is known of a box from its record and its runs. Asks Temporal, never the box.
import { accessOf, type BoxAccess } from './box-records.ts';
import { dashboardUrlOf, outerCidrOf, type BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import type { CommandContext } from '../command.ts';
import { operationId, operations } from '../../workflows/operations/index.ts';
import type { RunDescription, TemporalClient } from '../temporal/temporal-client.ts';
import type { BoxFacts } from '../views/text/box-text.ts';

/** `unknown` when Temporal lost the runs or does not answer: the box itself may be well. */
type BoxPhase =
  | 'installing'
  | 'needs-operator'
  | 'installed'
  | 'failed'
  | 'cancelled'
  | 'destroying'
  | 'destroyed'
  | 'unknown';

/** The facts of a recorded box; `client` is null when Temporal does not answer. */
export async function factsOfBox(
  context: CommandContext,
  client: TemporalClient | null,
  spec: BoxSpec,
): Promise<BoxFacts> {
  const access: BoxAccess | null = await accessOf(context, spec.name);
  const phase = client === null ? 'unknown' : await phaseOfBox(client, spec.name);
  const { address } = spec.networks.management;
  const [dashboard, floatingIps] = [dashboardUrlOf(spec), outerCidrOf(spec)];
  const { name, services, release } = spec;
  return { name, phase, address, floatingIps, dashboard, access, services, release };
}

async function phaseOfBox(client: TemporalClient, name: string): Promise<BoxPhase> {
  const [install, destroy] = await Promise.all(
    [operations.installBox, operations.destroyBox].map((operation) =>
      client.describe(operationId(operation, name)),
    ),
  );
  const latest = [install ?? null, destroy ?? null]
    .filter((run) => run !== null)
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt))[0];
  if (latest === undefined) return 'unknown';
  const removes = latest.type === operations.destroyBox.type;
  return latest.status === 'running' ? runningPhase(latest, removes) : endedPhase(latest, removes);
}

function runningPhase({ memo }: RunDescription, removes: boolean): BoxPhase {
  if (memo?.phase === 'needs-operator') return 'needs-operator';
  return removes ? 'destroying' : 'installing';
}

function endedPhase({ status }: RunDescription, removes: boolean): BoxPhase {
  if (status === 'completed') return removes ? 'destroyed' : 'installed';
  return status === 'cancelled' ? 'cancelled' : 'failed';
}
